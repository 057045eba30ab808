"""The payment port: what the till asks of a terminal or a bank, and how it is answered.

A port owns its wire and its thread, as a driver does. Its verbs return at once; the answer comes as
a `PaymentAnswered` through the `tell` it was opened with, from any thread, early or late:

- `ask` sends the money command. It is called once per intent, after the journal holds the intent
  durably, and never again, whatever happens: not after a lost line, not after a restart.
- `inquire` asks what became of an intent, by a status query alone. A port that finds nothing out
  answers `unknown`; only a terminal that surely took no money is answered `declined`.
- `cancel` asks to call it off. The terminal's own final word counts, which may be `approved`.

- `totals` asks what the terminal took since its batch began, `settle` closes that batch as well;
  the answer is a `TotalsTold`.

Every `ask` and `inquire` is answered in the end; a port that hears nothing for its own time limit
answers `unknown`. An answer names the amount that was approved, which may be another one than was
asked for. References and details hold no card number: the till keeps them for good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from appliance.core.devices import HealthChanged
from appliance.core.facts import SaleId, TenderType
from appliance.core.payment_answer import (
    AskingAgain,
    PaymentAnswered,
    PaymentSaid,
    PaymentShown,
    TotalsTold,
)

Told = PaymentAnswered | PaymentSaid | PaymentShown | AskingAgain | TotalsTold | HealthChanged
Tell = Callable[[Told], None]

MaySend = Callable[[SaleId, int, str], bool]
"""Asked by a port, on its own thread, right before the first byte of a money command: sale, tender,
and a memo of what it needs to ask later. Blocks until the journal holds it durably; False: somebody
called it off, or it was sent before: nothing may leave."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One question about money. id: unique for good, "TILL-EPOCH-SALE-TENDER"; a port may send it
    as its reference. amount_minor: below zero to give money back; original: the reference of the
    payment that is taken back, where the till knows it. sent: the money command left, with memo.
    account: of a card of the shop; alone_minor: what it may pay where its ledger does not answer."""

    id: str
    sale: SaleId
    tender: int
    type: TenderType
    amount_minor: int
    currency: str
    original: str = ""
    sent: bool = False
    memo: str = ""
    account: str = ""
    alone_minor: int = 0


class PaymentPort(Protocol):
    """One of [[payments]]. by_hand: no machine answers; the cashier tells what was shown."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> TenderType: ...

    @property
    def by_hand(self) -> bool: ...

    def open(self, tell: Tell, may_send: MaySend) -> None: ...

    def close(self) -> None: ...

    def ask(self, intent: Intent) -> None: ...

    def inquire(self, intent: Intent) -> None: ...

    def cancel(self, intent: Intent) -> None: ...

    def totals(self) -> None: ...

    def settle(self) -> None: ...
