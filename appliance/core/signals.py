"""Signals: what a manager may want to look at again, by person. Rows for screen, paper, programs.

None of it proves anything: a busy hour has more voids. So no word here or on a screen accuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class SignalKind(StrEnum):
    """In the order in which they are shown."""

    VOIDED_SALES = "voided_sales"
    VOIDED_LINES = "voided_lines"
    VOIDED_TENDERS = "voided_tenders"
    VOIDED_COMPLETED = "voided_completed"
    NO_SALES = "no_sales"
    UNPROVEN_RETURNS = "unproven_returns"
    DISCOUNTS = "discounts"
    OVERRIDES = "overrides"
    APPROVALS = "approvals"
    WRONG_PINS = "wrong_pins"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A rate stands out at so many times the shop's median, from so many cases on."""

    times_median: Decimal = Decimal(2)
    at_least: int = 5


USUAL_THRESHOLD = Threshold()


@dataclass(frozen=True, slots=True)
class SignalCount:
    """per_100: cases for every hundred sales. usual: the others' median of that. stands_out: look."""

    kind: SignalKind
    count: int
    amount_minor: int
    per_100: Decimal
    usual: Decimal
    stands_out: bool


@dataclass(frozen=True, slots=True)
class PersonSignals:
    """cashier: the id that the journal knows; name: what people call that person."""

    cashier: str
    sales: int
    total_minor: int
    signals: tuple[SignalCount, ...] = ()
    name: str = ""

    @property
    def stands_out(self) -> bool:
        return any(signal.stands_out for signal in self.signals)


@dataclass(frozen=True, slots=True)
class CardNumberSeen:
    """A card number was starred on this day. where: the part of the program, or the terminal's name."""

    where: str
    day: date


@dataclass(frozen=True, slots=True)
class SignalsReport:
    """first, last: days, both included. people: whoever stands out first. card_numbers: nobody's
    doing, but the shop's to look at, the newest first."""

    first: date
    last: date
    threshold: Threshold
    people: tuple[PersonSignals, ...] = ()
    card_numbers: tuple[CardNumberSeen, ...] = ()
