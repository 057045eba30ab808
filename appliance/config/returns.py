"""[returns]: for how long goods come back, and how much without a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from appliance.config.rules import Section, Whole, before, limits


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        # pydantic collects ValueErrors alone.
        raise ValueError("must be a number without quotes, with a point: 500.00")  # noqa: TRY004
    if not Decimal(value).is_finite():
        raise ValueError("must be a finite number")
    return value


Amount = Annotated[Decimal, before(_amount), limits(ge=0, le=100_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns(Section):
    """days: for so long nobody has to be asked, 0 for ever. The sums are for returns without a
    receipt, in one basket and by one person in a day; 0 for no limit."""

    days: Annotated[Whole, limits(ge=0, le=3650)] = 14
    without_receipt_max: Amount = Decimal(0)
    without_receipt_day_max: Amount = Decimal(0)
