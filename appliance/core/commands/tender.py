"""What is asked about money for the open basket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TenderCash:
    """Cash was taken, or below zero given back. amount None: exactly what is due. Enough cash
    completes the sale."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class TenderForeignCash:
    """Foreign notes were taken. foreign_minor: in the minor units of their own currency."""

    currency: str
    foreign_minor: int


@dataclass(frozen=True, slots=True)
class VoidTender:
    """A tender is handed back before the sale is complete; one of a terminal is reversed there."""

    tender: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Ends a basket that needs no more money, such as an exchange of equals."""


@dataclass(frozen=True, slots=True)
class CountForeign:
    """Foreign notes counted at the close, in their own minor units."""

    currency: str
    counted_minor: int


@dataclass(frozen=True, slots=True)
class AddTip:
    """A tip on top of the basket, in place of one before it; 0 takes it away."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class AddServiceCharge:
    """A service charge on top of the basket, in place of one before it. percent None: the shop's
    own; 0 takes it away."""

    percent: Decimal | None = None
