"""PrivatBank's driver with its simulator, for the story book."""

from __future__ import annotations

from appliance.payments.line import line_to
from appliance.payments.privat.driver import PrivatDialogue, Settings
from hw_sim.privat_terminal import PrivatTerminal

from .conformance import Subject

QUICK = Settings(
    after_ping_s=0, between_s=0, service_s=0.5, answer_s=2, poll_s=0.03, idle_s=0.05, settle_s=1
)


def dialogue(url: str, settings: Settings = QUICK) -> PrivatDialogue:
    return PrivatDialogue(line_to(url, baudrate=115_200), settings)


SUBJECT = Subject("privat", PrivatTerminal, dialogue)
