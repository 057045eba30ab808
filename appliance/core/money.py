"""Money: an integer number of a currency's minor units, never a float.

Inside one sale every amount is a plain `int` of minor units named `*_minor`, because a sale has
exactly one currency and its first fact names it. `Money` binds the two where amounts leave a sale.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from appliance.core.iso4217 import MINOR_UNIT_DECIMALS


def exponent(currency: str) -> int:
    """Decimals of an ISO 4217 currency: 2 for UAH, 0 for JPY, 3 for KWD."""
    return MINOR_UNIT_DECIMALS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount that has no more decimals than its currency; else ValueError."""
    scaled = amount.scaleb(exponent(currency))
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency} counts")
    return int(scaled)


def from_minor(amount_minor: int, currency: str) -> Decimal:
    """The decimal amount of minor units: 4690 UAH is 46.90."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def round_half_away(value: Fraction) -> int:
    """The nearest whole number, halves away from zero, so that a return mirrors its sale."""
    magnitude = abs(value)
    whole = (2 * magnitude.numerator + magnitude.denominator) // (2 * magnitude.denominator)
    return whole if value >= 0 else -whole


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that knows its currency (ISO 4217 letters)."""

    amount_minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.amount_minor

    def __str__(self) -> str:
        return f"{from_minor(self.amount_minor, self.currency)} {self.currency}"
