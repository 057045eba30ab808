"""Nothing that others hold keeps the Till's loop for long: whoever asks is answered in seconds."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from appliance.core import commands as c
from appliance.core.devices import Category, DeviceHealth, DeviceState, HealthChanged
from appliance.core.facts import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, TotalsTold
from appliance.core.refusal import Reason, Refusal
from appliance.daemon import HANG_S
from appliance.payments.dialogue import Dialogue
from appliance.payments.port import Intent
from appliance.payments.terminal import QUEUE_MAX, TerminalPort
from tests.till.builders import open_shift, running

BURST = 12
"""Devices that come up after a start, each with a fact."""


def test_a_journal_that_another_program_holds_costs_one_wait_and_not_one_for_each_fact(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as it:
        other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        for number in range(BURST):
            health = DeviceHealth(f"printer-{number}", Category.POS_PRINTER, DeviceState.READY)
            it.till.tell(HealthChanged(health))
        answer = it.tries(c.OpenShift(100_00), timeout_s=4 * HANG_S)
        took_s = time.monotonic() - began
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.STORAGE_FAULT
        assert took_s < HANG_S / 2, "the supervisor would not even notice: the loop turns"
        other.execute("ROLLBACK")
        other.close()
        open_shift(it)
        assert it.till.look.storage.fault == ""


class Stuck(Dialogue):
    """A terminal whose greeting never ends."""

    def __init__(self) -> None:
        self.free, self.there = threading.Event(), threading.Event()

    def connect(self) -> None:
        self.there.set()
        self.free.wait()

    def disconnect(self) -> None:
        self.free.set()

    def _never(self, _errand: object) -> None:
        raise AssertionError("nobody is asked for money")

    pay = refund = inquire = _never  # type: ignore[assignment]


def test_a_terminal_that_hangs_never_makes_its_asker_wait() -> None:
    told: list[object] = []
    stuck = Stuck()
    port = TerminalPort("terminal", TenderType.CARD, stuck)
    port.open(told.append, lambda *_: True)
    stuck.there.wait(10)

    def asks() -> None:
        for number in range(QUEUE_MAX):
            port.ask(Intent(f"K-{number}", SaleId(1), number, TenderType.CARD, 10_00, "UAH"))
        port.ask(Intent("one too many", SaleId(2), 1, TenderType.CARD, 10_00, "UAH"))
        port.totals()

    asking = threading.Thread(target=asks, daemon=True)
    asking.start()
    asking.join(10)
    assert not asking.is_alive(), "the Till's own thread would stand here"
    answered, counted = told[-2:]
    assert isinstance(answered, PaymentAnswered)
    assert (answered.sale, answered.outcome) == (SaleId(2), TenderOutcome.DECLINED)
    assert isinstance(counted, TotalsTold)
    assert counted.totals is None
    closing = threading.Thread(target=port.close, daemon=True)
    closing.start()
    stuck.free.set()
    closing.join(10)
    assert not closing.is_alive()
