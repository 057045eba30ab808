"""What is asked about money for the open basket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TenderCash:
    """Cash was taken, or below zero given back. amount None: exactly what is due. Enough cash
    completes the sale."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class VoidTender:
    """A tender is handed back before the sale is complete."""

    tender: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Ends a basket that needs no more money, such as an exchange of equals."""
