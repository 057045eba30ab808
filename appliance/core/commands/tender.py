"""What is asked about money for the open basket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TenderCash:
    """Cash was taken. amount None: exactly what is due. Enough cash completes the sale."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class VoidTender:
    tender: int
