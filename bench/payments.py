"""Payments: from the cashier's key to the money command on the terminal's wire."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from queue import Queue

from appliance.core import commands as c
from appliance.core.facts import SaleId, TenderType
from appliance.core.policy import PortRule
from appliance.core.refusal import Refusal
from appliance.core.view import Look
from appliance.payments.cashdesk import CashDesk
from appliance.payments.line import line_to
from appliance.payments.terminal import TerminalPort
from appliance.payments.zvt.driver import ZvtDialogue
from appliance.payments.zvt.message import AUTHORISATION
from appliance.payments.zvt.wire import TcpWire
from bench.row import Row, percentile
from bench.till import POLICY, codes, till_on
from hw_sim.zvt_terminal import ZvtTerminal

CARD = TenderType.CARD
SHOP = replace(POLICY, ports=(PortRule("terminal", CARD, by_hand=False),))
LIMIT_MS = 10.0
SOON_S = 10.0


class Heard(list[str]):
    """What the terminal heard; knows when the money command came."""

    at_s = 0.0

    def append(self, control: str) -> None:
        super().append(control)
        if control == AUTHORISATION:
            self.at_s = time.perf_counter()


def to_the_wire(folder: Path, shelf: Path, items: int, payments: int) -> Row:
    """Both facts on the disk, the terminal asked whether it is free, and the command at its end."""
    samples = []
    paid: Queue[SaleId] = Queue()
    last: list[SaleId] = []

    def on_look(look: Look) -> None:
        if look.done is not None and last[-1:] != [look.done.sale]:
            last.append(look.done.sale)
            paid.put(look.done.sale)

    with ZvtTerminal() as terminal:
        heard = Heard()
        terminal.heard = heard
        port = TerminalPort("terminal", CARD, ZvtDialogue(TcpWire(line_to(terminal.url))))
        with till_on(folder, shelf, SHOP, CashDesk([port])) as till:
            till.subscribe(on_look)
            for code in codes(payments, items):
                scanned = till.ask(c.Scan(code))
                assert not isinstance(scanned, Refusal), scanned
                began = time.perf_counter()
                answer = till.ask(c.AskTender(CARD))
                assert not isinstance(answer, Refusal), answer
                paid.get(timeout=SOON_S)
                samples.append((heard.at_s - began) * 1000)
    return Row(
        "card key to the money command on a ZVT terminal's wire, two fsyncs, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        LIMIT_MS,
        f"at most {LIMIT_MS:.0f} ms",
        samples=tuple(samples),
    )
