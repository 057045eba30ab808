"""What a payment port says became of a question, as the Till's mailbox takes it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import SaleId, TenderOutcome


@dataclass(frozen=True, slots=True)
class PaymentAnswered:
    """amount_minor: what was approved, None for what was asked. reference: as the port's side calls
    it; detail: for people. Neither ever holds a card number."""

    sale: SaleId
    tender: int
    outcome: TenderOutcome
    amount_minor: int | None = None
    reference: str = ""
    detail: str = ""
