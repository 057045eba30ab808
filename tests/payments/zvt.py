"""ZVT for the story book: the real driver over the simulated terminal, with small time limits."""

from __future__ import annotations

from functools import partial

from appliance.payments.line import line_to
from appliance.payments.zvt.driver import Settings, ZvtDialogue
from appliance.payments.zvt.wire import SerialWire, TcpWire, Wire
from hw_sim.zvt_terminal import ZvtTerminal

from .conformance import Subject

QUICK = Settings(ack_s=0.15, answer_s=0.3)


def dialogue(url: str, *, framed: bool = False) -> ZvtDialogue:
    wire: Wire = SerialWire(line_to(url), ack_s=0.15) if framed else TcpWire(line_to(url))
    return ZvtDialogue(wire, QUICK)


SUBJECT = Subject("zvt", ZvtTerminal, dialogue)
SERIAL_SUBJECT = Subject(
    "zvt-serial", partial(ZvtTerminal, framed=True), partial(dialogue, framed=True)
)
