"""What is asked about terminals beside a sale: money back after its basket, totals of a day."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts.words import SaleId


@dataclass(frozen=True, slots=True)
class GiveUpSale:
    """The customer left after paying by card: the basket is voided, and what terminals took for it
    goes back the way it came, without keeping the next customer waiting."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Ask the terminal (again) to give back money of a basket that is gone, or money astray."""

    sale: SaleId
    tender: int


@dataclass(frozen=True, slots=True)
class CloseReversal:
    """A manager says how the money went back instead."""

    sale: SaleId
    tender: int
    reason: str


@dataclass(frozen=True, slots=True)
class AskTotals:
    """A terminal is asked what it took today; close: and to close its batch."""

    port: str
    close: bool = False


@dataclass(frozen=True, slots=True)
class BookTotals:
    """A terminal's own answer. told False: it cannot say."""

    port: str
    told: bool = True
    count: int = 0
    amount_minor: int = 0
    refunds: int = 0
    refunds_minor: int = 0
    closed: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AcceptTotals:
    """A person compared the terminal's slip with the journal's sums. A difference needs a reason."""

    port: str
    reason: str = ""
