"""ECR17 for the story book: the real driver over the simulated terminal, with small time limits."""

from __future__ import annotations

from appliance.payments.ecr17.driver import Ecr17Dialogue
from appliance.payments.ecr17.session import Session
from appliance.payments.line import line_to
from hw_sim.ecr17_terminal import TERMINAL_ID, Ecr17Terminal

from .conformance import Subject


def dialogue(url: str, mode: str = "std") -> Ecr17Dialogue:
    session = Session(line_to(url), mode, ack_s=0.15, answer_s=0.3)
    return Ecr17Dialogue(session, TERMINAL_ID, "00000007")


SUBJECT = Subject(
    "ecr17", Ecr17Terminal, dialogue, can_cancel=False, can_total=False, partial=False
)
