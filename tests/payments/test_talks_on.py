"""Terminals that talk on for ever, or send more than any answer holds: the port gets free again."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from appliance.core.facts import SaleId, TenderType
from appliance.malformed import Malformed
from appliance.payments.caisse_ap.driver import ANSWER_MAX, CaisseApDialogue
from appliance.payments.caisse_ap.driver import Settings as CaisseApSettings
from appliance.payments.dialogue import Errand
from appliance.payments.ecr17.frames import ACK, control
from appliance.payments.ecr17.session import Session, is_result
from appliance.payments.line import LineLost
from appliance.payments.nexo.https import _is_whole
from appliance.payments.port import Intent
from appliance.payments.zvt.apdu import Apdu
from appliance.payments.zvt.conversation import Conversation
from appliance.payments.zvt.wire import TcpWire

QUICK_S = 0.05
PIECES = 200_000
"""More than can be heard before the time is over; a test that fails ends all the same."""


class HeardOut(Exception):
    """Somebody listened to all of it."""


@dataclass
class TalksOn:
    """A line on which `first` comes, and then `again` without an end."""

    again: bytes
    first: bytes = b""
    heard: int = field(default=0, init=False)

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        pass

    def receive(self, _timeout_s: float) -> bytes:
        first, self.first = self.first, b""
        data = first or self.again
        self.heard += len(data)
        if self.heard > PIECES * len(self.again):
            raise HeardOut
        return data

    def close(self) -> None:
        pass


@pytest.mark.parametrize("again", ["800000", "840000", "04FF010A"])
def test_a_zvt_terminal_that_never_comes_to_an_end_is_lost(again: str) -> None:
    line = TalksOn(bytes.fromhex(again), first=bytes.fromhex("800000"))
    talk = Conversation(TcpWire(line), ack_s=QUICK_S, answer_s=QUICK_S)
    with pytest.raises(LineLost):
        talk.run(Apdu("0501"))


@pytest.mark.parametrize(
    "first", [b"", control(ACK, "std")], ids=["instead of an ACK", "behind it"]
)
def test_an_ecr17_terminal_that_shows_on_and_on_is_lost(first: bytes) -> None:
    session = Session(TalksOn(b"\x01UN MOMENTO\x04", first=first), ack_s=QUICK_S, answer_s=QUICK_S)
    with pytest.raises(LineLost):
        session.exchange("123456780s", is_result)


def test_a_caisse_ap_answer_without_an_end_is_not_collected() -> None:
    line = TalksOn(b"A" * 4096)
    dialogue = CaisseApDialogue(line, CaisseApSettings(answer_s=30))
    intent = Intent("K7-1-1-1", SaleId(1), 1, TenderType.CARD, 10_00, "EUR")
    with pytest.raises(Malformed):
        dialogue.pay(Errand(intent))
    assert line.heard <= ANSWER_MAX + 2 * 4096


@pytest.mark.parametrize(
    "head", [b"Content-Length: " + b"9" * 5000, b"X: 1\r\n" * 200, b"X: " + b"A" * 100_000]
)
def test_headers_that_are_none_are_told_in_a_sentence(head: bytes) -> None:
    with pytest.raises(Malformed, match="no HTTP"):
        _is_whole(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n{}", ended=False)
