"""A sold basket as the engine prices it once more, so that a preview starts from what was really paid.

Where the offers of today explain every line as it was paid, the basket is priced by them, without
the one that is asked about. Where they do not, because they have changed since, what was taken off
then stands as it was: a line that had something off keeps it and is not lowered a second time.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from appliance.core import pricing
from appliance.core.facts import LineSold, SaleCompleted
from appliance.core.offers import holding
from appliance.core.policy import Policy
from appliance.core.pricing.preview import Past
from appliance.core.state import Line, Sale
from appliance.core.totals import engine_basket, fixed_line


def past_basket(sale: Sale, sold: SaleCompleted, policy: Policy, offer: str) -> Past:
    """offer: the id of the one that is asked about; the basket is as it would have been without."""
    lines = tuple(
        _with_known_taxes(it, policy)
        for it in sale.live_lines
        if it.sold is None and it.percent is None
    )
    basket = engine_basket(replace(sale, lines=lines), policy)
    paid = {it.line: it for it in sold.lines}
    priced = pricing.price(basket)
    as_now = all(
        paid[line.line].gross_minor == found.gross_minor
        for line, found in zip(lines, priced.lines, strict=True)
    )
    if as_now:
        others = holding(basket.promotions, frozenset({offer}), "", ())
        return Past(replace(basket, promotions=others), sale.customer)
    kept = tuple(
        _as_paid(one, paid[line.line], line.taxes, policy, offer)
        for line, one in zip(lines, basket.lines, strict=True)
    )
    return Past(replace(basket, lines=kept, promotions=(), discount=None), sale.customer)


def _with_known_taxes(line: Line, policy: Policy) -> Line:
    """A tax that the shop has no more is left out: what was paid stays, only the net is less sure."""
    if all(code in policy.taxes for code in line.taxes):
        return line
    return replace(line, taxes=tuple(code for code in line.taxes if code in policy.taxes))


def _as_paid(
    line: pricing.Line, sold: LineSold, taxes: tuple[str, ...], policy: Policy, offer: str
) -> pricing.Line:
    """At the price of that day, with all that was taken off but the offer's own share."""
    base = fixed_line(sold, taxes, policy).base_minor
    off = sold.discount_minor - sum(it.amount_minor for it in sold.promotions if it.id == offer)
    quantity = Fraction(line.qty)
    price = Fraction(base) / quantity if quantity else Fraction(0)
    return replace(
        line,
        price=price.numerator if price.denominator == 1 else price,
        discount=pricing.AmountOff(off) if off else None,
    )
