"""The power button at a till: what is under way ends first, and whoever stands there is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from appliance import system
from appliance.core.facts import SaleId, ShiftNumber, TenderType
from appliance.core.state import PrintJob, PrintWhat, Sale, State, Tender, TenderStatus
from appliance.mailbox import MachineSaid
from appliance.switching_off import SwitchingOff, busy


def paying(status: TenderStatus) -> State:
    tender = Tender(1, TenderType.CARD, 1_000, status=status)
    return State(sale=Sale(SaleId(1), ShiftNumber(1), tenders=(tender,)))


PRINTING = State(effects=(PrintJob(1, PrintWhat.RECEIPT, started=True),))


@pytest.mark.parametrize(
    ("state", "is_busy"),
    [
        (State(), False),
        (paying(TenderStatus.PENDING), True),
        (paying(TenderStatus.TAKEN), False),
        (paying(TenderStatus.UNKNOWN), False),
        (PRINTING, True),
        (State(effects=(PrintJob(1, PrintWhat.RECEIPT),)), False),
    ],
)
def test_payment_on_its_way_and_half_a_receipt_are_waited_for(state: State, is_busy: bool):
    assert busy(state) is is_busy


@dataclass
class Desk:
    """What the till is at, what it was told, and the helper's orders."""

    state: State = field(default_factory=State)
    said: list[str] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    answer: Callable[[], dict] = lambda: {"ok": True}
    looked: threading.Event = field(default_factory=threading.Event)

    def off(self, patient_s: float = 20.0) -> SwitchingOff:
        return SwitchingOff(self._state, self._say, self._ask, patient_s)

    def _state(self) -> State:
        self.looked.set()
        return self.state

    def _say(self, message: MachineSaid) -> None:
        self.said.append(message.notice)
        if message.notice == "switching_off_failed":
            self.done.set()

    def _ask(self, order: dict) -> dict:
        self.asked.append(order)
        answer = self.answer()
        if answer["ok"]:
            self.done.set()
        return answer


def test_idle_till_is_switched_off_at_once():
    desk = Desk()
    desk.off().wanted(urgent=False)
    assert desk.done.wait(5)
    assert desk.said == ["switching_off"]
    assert desk.asked == [{"do": "power_off"}]


def test_payment_ends_first_and_the_screen_says_so():
    desk = Desk(paying(TenderStatus.PENDING))
    off = desk.off()
    off.wanted(urgent=False)
    off.wanted(urgent=False)
    assert desk.looked.wait(5)
    assert desk.asked == []
    desk.state = paying(TenderStatus.TAKEN)
    assert desk.done.wait(5)
    assert desk.said == ["switching_off_waits", "switching_off"]
    assert len(desk.asked) == 1, "a second press is the same wish"


def test_printing_that_never_ends_is_not_waited_for_for_ever():
    desk = Desk(PRINTING)
    desk.off(patient_s=0.3).wanted(urgent=False)
    assert desk.done.wait(5)
    assert desk.said == ["switching_off_waits", "switching_off"]


def test_without_a_helper_it_says_that_the_plug_may_be_pulled():
    def nobody() -> dict:
        raise system.NoSystem

    desk = Desk(answer=nobody)
    off = desk.off()
    off.wanted(urgent=False)
    assert desk.done.wait(5)
    assert desk.said == ["switching_off", "switching_off_failed"]


def test_after_a_failure_the_button_may_be_pressed_again():
    desk = Desk(answer=lambda: {"ok": False, "why": "system_failed"})
    off = desk.off()
    off.wanted(urgent=False)
    assert desk.done.wait(5)
    desk.answer = lambda: {"ok": True}
    desk.done.clear()
    while not desk.done.is_set():
        off.wanted(urgent=False)
        desk.done.wait(0.05)
    assert desk.said[-1] == "switching_off"
