"""Tenders against a total: cash rounding, what is due, change and what is still owed."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.core.pricing.model import (
    CashRounding,
    RoundingMode,
    Settlement,
    Tender,
    TenderExceedsTotal,
)

CASH = "cash"


def to_cash_step(amount_minor: int, rounding: CashRounding) -> int:
    """The multiple of the cash step that an amount is paid as; a refund mirrors a sale."""
    step = rounding.step_minor
    steps, rest = divmod(abs(amount_minor), step)
    match rounding.mode:
        case RoundingMode.HALF_UP:
            steps += 2 * rest >= step
        case RoundingMode.HALF_DOWN:
            steps += 2 * rest > step
        case RoundingMode.UP:
            steps += rest > 0
        case RoundingMode.DOWN:
            pass
    return steps * step if amount_minor >= 0 else -steps * step


def settle(
    total_minor: int, tenders: Sequence[Tender] = (), rounding: CashRounding | None = None
) -> Settlement:
    """Only the part paid in cash is rounded, and only cash gives change.

    Raises TenderExceedsTotal when the other tenders are more than the total (of a refund: less).
    """
    paid = sum(tender.amount_minor for tender in tenders)
    cash = [tender.amount_minor for tender in tenders if tender.type == CASH]
    other = paid - sum(cash)
    if (other > total_minor) if total_minor >= 0 else (other < total_minor):
        raise TenderExceedsTotal("non-cash tenders are more than the total")
    rounded = 0
    if rounding is not None and cash:
        rest = total_minor - other
        rounded = to_cash_step(rest, rounding) - rest
    due = total_minor + rounded
    if total_minor < 0:
        return Settlement(rounded, due, paid, 0, min(0, due - paid))
    return Settlement(rounded, due, paid, max(0, paid - due), max(0, due - paid))
