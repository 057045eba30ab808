"""All at the counter that takes money beside the drawer: a card terminal, a bank, the shop's own cards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.journal import errors, past_payments, reports
from hw_sim.card_terminals import PROTOCOLS
from hw_sim.cards_held import CardsHeld
from hw_sim.closed_loop_host import ClosedLoopHost
from hw_sim.cut_proxy import CutProxy
from hw_sim.mono_bank import TOKEN, MonoBank
from hw_sim.pay_book import Moved, Row, rows
from hw_sim.phone import Phone
from hw_sim.terminal import Temper, Terminal
from hw_sim.terminal_stand import TerminalStand

BANK, CLUB = "mono", "Картка клубу"
CABLES = ("terminal", "bank", "club")
PATIENCE_S = 20.0
"""How long the till waits for a terminal's answer; real ones are given some minutes."""
ROWS_SHOWN = 30


class PayDesk:
    """folder: for what only this run needs. on_change: something looks otherwise now; quick, on any
    thread."""

    def __init__(
        self,
        folder: Path,
        on_change: Callable[[], None],
        protocol: str = "privat",
        patience_s: float = PATIENCE_S,
        currency: str = "UAH",
        *,
        slot: bool = False,
    ) -> None:
        self._folder, self._patience_s, self._currency = folder, patience_s, currency
        self._on_change = on_change
        self.plugged = dict.fromkeys(CABLES, True)
        self._stands: dict[str, TerminalStand] = {}
        self.bank, self.club = MonoBank(always=Temper("wait")), ClosedLoopHost()
        self._bank_cable, self._club_cable = _on_a_cable(self.bank), _on_a_cable(self.club)
        self.phone = Phone(self.bank, on_change)
        self.cards = CardsHeld(folder, on_change, slot=slot)
        self.choose(protocol)

    # What the till is told of it

    def choose(self, protocol: str) -> None:
        """Another terminal stands there; the one before keeps its ledger."""
        if not self.speaks(protocol):
            raise ValueError(f"a {protocol} terminal does not take {self._currency}")
        if protocol not in self._stands:
            self._stands[protocol] = TerminalStand(
                protocol, self._folder, self._patience_s, self._on_change
            )
        self.stand = self._stands[protocol]
        self.stand.plug(on=self.plugged["terminal"])

    def speaks(self, protocol: str) -> bool:
        takes = PROTOCOLS[protocol].currencies
        return not takes or self._currency in takes

    def tables(self, data: Path) -> list[dict[str, object]]:
        """The `[[payments]]` tables of this counter."""
        token = self._folder / "mono.token"
        token.touch(0o600)
        token.write_text(TOKEN + "\n")
        bank = {"name": BANK, "type": "qr", "driver": "mono", "token_file": str(token)}
        club = {"name": CLUB, "type": "card", "driver": "closed_loop"}
        return [
            self.stand.table(),
            {
                **bank,
                "address": f"http://127.0.0.1:{self._bank_cable.port}",
                "poll_s": 0.5,
                "timeout_s": 2,
            },
            {
                **club,
                "url": self._club_cable.url,
                "terminal": "KRAM0001",
                "merchant": "SHOP",
                "reader": self.cards.club_reader,
                "ledger": str(data / "club.db"),
                "answer_s": self._patience_s,
                "card_s": self._patience_s,
            },
        ]

    # What hands do

    def plug(self, cable: str, *, on: bool) -> None:
        self.plugged[cable] = on
        if cable == "terminal":
            self.stand.plug(on=on)
            return
        wire = {"bank": self._bank_cable, "club": self._club_cable}[cable]
        wire.torn = not on
        if not on:
            wire.hang_up()

    # What is seen

    def state(self) -> dict[str, Any]:
        return {
            "terminal": self.stand.state(),
            "protocols": [
                {"key": key, "label": it.label, "speaks": self.speaks(key)}
                for key, it in PROTOCOLS.items()
            ],
            "phone": self.phone.state(),
            "cards": self.cards.state(),
        }

    def book(self, journal: Path) -> list[Row]:
        """The journal's word for each payment beside what was charged, oldest first."""
        try:
            with reports.reading(journal) as con:
                asked = past_payments.intents(con)
        except (errors.WrongJournal, sqlite3.Error):
            return []  # not there yet, or its till just lost its power
        return rows(asked, self.ledgers())

    def ledgers(self) -> dict[str, list[Moved]]:
        found = {it.name: it.moved() for it in self._stands.values()}
        return found | {BANK: _of_bank(self.bank), CLUB: self._of_club()}

    def _of_club(self) -> list[Moved]:
        return [
            Moved(it.kind, it.amount_minor, 0.0, it.reversed, of=self.club.asked_for[it.reference])
            for it in list(self.club.ledger)
        ]

    def close(self) -> None:
        self.phone.close()
        self.cards.close()
        for stand in self._stands.values():
            stand.close()
        for cable in (self._bank_cable, self._club_cable):
            cable.__exit__()
        self.bank.stop()
        self.club.stop()


def book_json(book: list[Row]) -> list[dict[str, Any]]:
    return [asdict(row) for row in book[-ROWS_SHOWN:]]


def _of_bank(bank: MonoBank) -> list[Moved]:
    """Each bill and refund has the till's number of it."""
    paid = [
        Moved("payment", it.paid_minor, 0.0, of=it.reference)
        for it in bank.bills.values()
        if it.paid_minor
    ]
    refunds = [
        Moved("refund", int(it["amount"]), 0.0, of=it["extRef"])
        for bill in bank.bills.values()
        for it in bill.refunds
        if it["status"] == "success"
    ]
    return paid + refunds


def _on_a_cable(server: Terminal) -> CutProxy:
    server.start()
    cable = CutProxy(server.port)
    cable.__enter__()
    return cable
