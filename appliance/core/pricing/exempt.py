"""A line for a customer who owes no tax (a diplomat, a buyer who accounts for the tax himself).

The rule: he pays the net price. Waived taxes leave the line; those that stand in the price are
taken out of it, so that the shop keeps the same net as from anyone else. All other taxes stay and
are taken anew on the lower price: an excise levied on the price with VAT is now levied on the price
without. A shelf price of whole minor units stays one (the net rounded half away from zero), for it
is printed, multiplied and counted by promotions; a finer price stays exact.

Example: 126.00 with 20 % VAT and 5 % excise on top of both is 100.00 net; without VAT 105.00.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from appliance.core.pricing.exact import money
from appliance.core.pricing.lines import tax_plan
from appliance.core.pricing.model import Exact, Line, Tax


def kept_taxes(taxes: tuple[Tax, ...], waived: Collection[str]) -> tuple[Tax, ...]:
    """The taxes that an exempt customer's line keeps, in their order."""
    return tuple(tax for tax in taxes if tax.code not in waived)


def exempt_line(line: Line, waived: Collection[str]) -> Line:
    """The line as an exempt customer buys it; the same object when nothing is waived.

    waived: codes of the taxes he owes not (`taxes.waived_for_exempt` names a country's).
    """
    kept = kept_taxes(line.taxes, waived)
    if len(kept) == len(line.taxes):
        return line
    return replace(line, price=_price_without(line, kept), taxes=kept)


def _price_without(line: Line, kept: tuple[Tax, ...]) -> Exact:
    full, rest = tax_plan(line.taxes), tax_plan(kept)
    if full.included == () or not any(t.included for t in line.taxes if t not in kept):
        return line.price
    # One unit: net N from the price, then the price that holds the kept included taxes on N.
    net = (Fraction(line.price) * full.denominator - full.included_fixed) / (
        full.denominator + full.included_slope
    )
    exact = net + Fraction(rest.included_slope * net + rest.included_fixed) / rest.denominator
    exact = max(exact, Fraction(0))
    whole = Fraction(line.price).denominator == 1 and not line.fine_price
    return money(exact.numerator, exact.denominator) if whole else exact
