"""[returns]: for how long goods come back, and how much without a receipt."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt


def _amount(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        # pydantic collects ValueErrors alone.
        raise ValueError("must be a number without quotes, with a point: 500.00")  # noqa: TRY004
    if not Decimal(value).is_finite():
        raise ValueError("must be a finite number")
    return value


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, le=100_000_000)]


class Returns(BaseModel):
    """days: for so long nobody has to be asked, 0 for ever. The sums are for returns without a
    receipt, in one basket and by one person in a day; 0 for no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[StrictInt, Field(ge=0, le=3650)] = 14
    without_receipt_max: Amount = Decimal(0)
    without_receipt_day_max: Amount = Decimal(0)
