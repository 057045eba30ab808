"""What a payment port says became of a question, as the Till's mailbox takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from appliance.core.facts import SaleId, TenderOutcome


class Whose(StrEnum):
    CUSTOMER = "customer"
    MERCHANT = "merchant"


@dataclass(frozen=True, slots=True)
class Printout:
    """A slip that a terminal wants printed, its lines without card numbers. repeated: the terminal
    printed it again, because somebody asked what became of the payment."""

    SLIP: ClassVar[str] = "terminal"

    whose: Whose
    text: str
    repeated: bool = False

    @property
    def job(self) -> str:
        """As a print job names it."""
        again = "again" if self.repeated else ""
        return f"{self.SLIP}:{self.whose}:{again}:{self.text}"

    @classmethod
    def read(cls, argument: str) -> Printout:
        """Of a job's name, what stands after its kind."""
        whose, again, text = argument.split(":", 2)
        return cls(Whose(whose), text, bool(again))


@dataclass(frozen=True, slots=True)
class PaymentAnswered:
    """amount_minor: what was approved, None for what was asked. reference: as the port's side calls
    it; detail: for people. Neither ever holds a card number. port: who says so. printouts: slips
    that come with this answer, each to be printed once."""

    sale: SaleId
    tender: int
    outcome: TenderOutcome
    amount_minor: int | None = None
    reference: str = ""
    detail: str = ""
    port: str = ""
    printouts: tuple[Printout, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """A code that the customer is to scan and pay until then. reference: what the money will come
    under. Shown, never journalled."""

    sale: SaleId
    tender: int
    code: str
    until: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """What the terminal shows its customer just now, for the till's screen. Never journalled."""

    sale: SaleId
    tender: int
    text: str


@dataclass(frozen=True, slots=True)
class AskingAgain:
    """Nobody knows yet: the terminal is asked again by itself at this monotonic time."""

    sale: SaleId
    tender: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a terminal counted since its batch began, in minor units; refunds as positive amounts."""

    payments: int
    payments_minor: int
    refunds: int = 0
    refunds_minor: int = 0


@dataclass(frozen=True, slots=True)
class TotalsTold:
    """A terminal's answer to the end of the day. totals None: it cannot say, and detail tells why.
    settled: the batch is closed."""

    port: str
    totals: Totals | None
    settled: bool = False
    detail: str = ""
