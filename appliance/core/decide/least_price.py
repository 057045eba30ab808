"""Why goods with a least price (alcohol, tobacco) are not sold so cheap."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from appliance.core.item import Item
from appliance.core.money import Money, round_half_away
from appliance.core.policy import Policy
from appliance.core.price_steps import line_price
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Line, Sale
from appliance.core.totals import reach_of


def below_min_price(name: str, least_minor: int, policy: Policy) -> Refusal:
    return refuse(Reason.PRICE_BELOW_MIN, name=name, least=Money(least_minor, policy.currency))


def rung_below_min(
    item: Item, quantity: Decimal, price_minor: int, amount_minor: int | None, policy: Policy
) -> Refusal | None:
    """Whether goods would come into the basket too cheap, by a price or a whole amount."""
    if amount_minor is None:
        named, least = price_minor, item.min_price_minor
    else:
        named, least = amount_minor, round_half_away(item.min_price_minor * Fraction(quantity))
    return below_min_price(item.name, least, policy) if named < least else None


def below_min(sale: Sale, line: Line, policy: Policy) -> Refusal | None:
    """Whether the line's own discount takes it below its least price. Promotions and basket
    discounts pass such goods by."""
    discount = line.discount
    if discount is None or not line.min_price_minor:
        return None
    price = Fraction(line_price(line, *reach_of(sale))[0])
    whole = price * Fraction(line.quantity) if line.amount_minor is None else line.amount_minor
    if discount.amount_minor is not None:
        off = Fraction(discount.amount_minor)
    else:
        off = whole * Fraction(discount.percent or 0) / 100
    if whole - off >= line.min_price_minor * Fraction(line.quantity):
        return None
    least = round_half_away(line.min_price_minor * Fraction(line.quantity))
    return refuse(Reason.DISCOUNT_BELOW_MIN, name=line.name, least=Money(least, policy.currency))
