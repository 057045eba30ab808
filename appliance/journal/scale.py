"""How decimals stand in the tables: as integers of a fixed number of parts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

QUANTITY_SCALE = 10**6


def scaled(quantity: Decimal) -> int:
    """Parts of QUANTITY_SCALE; a unit has three decimals and a cost six, so nothing is cut off."""
    return int(quantity.scaleb(6).to_integral_value(ROUND_HALF_UP))


def unscaled(parts: int) -> Decimal:
    """Without trailing zeros, and never as 1E+1."""
    number = (Decimal(parts) / QUANTITY_SCALE).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
