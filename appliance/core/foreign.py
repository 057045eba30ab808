"""Foreign cash: its rate on a day, and what it is worth in the shop's own currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from appliance.core.money import exponent, round_half_away
from appliance.core.policy import ForeignCurrency


def rate_on(rule: ForeignCurrency, day: date) -> Decimal | None:
    """What one whole unit is worth today; None when nobody has set it for today."""
    if rule.rate is None or rule.rate <= 0:
        return None
    return rule.rate if not rule.day or rule.day == day.isoformat() else None


def converted(foreign_minor: int, foreign: str, rate: Decimal, own: str) -> int:
    """Minor units of the shop's currency: 20 USD at 41.35 is 827.00 UAH, 1000 JPY at 0.2765 is
    276.50. Exact up to the last step, halves away from zero."""
    units = Fraction(foreign_minor, 10 ** exponent(foreign))
    return round_half_away(units * Fraction(rate) * 10 ** exponent(own))
