"""Caisse-AP's driver with its simulator, for the story book."""

from __future__ import annotations

from appliance.payments.caisse_ap.driver import CaisseApDialogue, Settings
from appliance.payments.line import line_to
from hw_sim.caisse_ap_terminal import CaisseApTerminal

from .conformance import Subject

QUICK = Settings(answer_s=0.5, quiet_s=0.03, look_s=0.1)


def dialogue(url: str) -> CaisseApDialogue:
    return CaisseApDialogue(line_to(url), QUICK)


SUBJECT = Subject(
    "caisse_ap",
    CaisseApTerminal,
    dialogue,
    currency="EUR",
    can_ask=False,
    can_greet=False,
    can_cancel=False,
    can_total=False,
)
