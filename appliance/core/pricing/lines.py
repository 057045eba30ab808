"""One line's arithmetic: base, line discount, and its taxes (exact, rounded per line)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from appliance.core.pricing.exact import money
from appliance.core.pricing.model import Discount, Line, PercentOff, PricedLine, Reduction, Tax


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """The taxes of a line as linear functions of its net N and quantity q, over one denominator:
    tax j is (slope_j N + fixed_j q) / denominator.

    Hence N = (amount x denominator - included_fixed x q) / (denominator + included_slope).
    """

    denominator: int
    slopes: tuple[int, ...]
    fixed: tuple[int, ...]
    included: tuple[int, ...]
    included_slope: int
    included_fixed: int


@lru_cache(maxsize=1024)  # distinct tax lists; a shop has a handful
def tax_plan(taxes: tuple[Tax, ...]) -> TaxPlan:
    """Solve the order, inclusion and compounding of a tax list once for all its lines."""
    scale = 1
    slopes: list[int] = []
    fixed: list[int] = []
    for tax in taxes:
        exact = tax.amount if tax.rate is None else tax.rate
        numerator, denominator = exact.as_integer_ratio()
        slope, amount = (numerator, 0) if tax.rate is not None else (0, numerator)
        if tax.rate is not None:
            denominator *= 100
        base_slope, base_fixed = scale, 0
        if tax.compound and tax.rate is not None:
            base_slope += sum(slopes)
            base_fixed += sum(fixed)
        # One more tax multiplies the common scale by its own denominator.
        slopes = [s * denominator for s in slopes]
        fixed = [f * denominator for f in fixed]
        slopes.append(slope * base_slope)
        fixed.append(slope * base_fixed + amount * scale)
        scale *= denominator
    included = tuple(j for j, tax in enumerate(taxes) if tax.included)
    return TaxPlan(
        scale,
        tuple(slopes),
        tuple(fixed),
        included,
        sum(slopes[j] for j in included),
        sum(fixed[j] for j in included),
    )


def discount_of(discount: Discount, whole_minor: int) -> int:
    """What a discount takes off an amount that is not below zero."""
    if isinstance(discount, PercentOff):
        numerator, denominator = discount.percent.as_integer_ratio()
        return money(whole_minor * numerator, denominator * 100)
    return min(discount.amount_minor, whole_minor)


def base_and_amount(line: Line) -> tuple[int, int]:
    """qty x price, and the same less the line's own discount."""
    if line._base is not None:
        return line._base
    qty, qty_denominator = line.qty.as_integer_ratio()
    price, price_denominator = line.price.as_integer_ratio()
    base = money(qty * price, qty_denominator * price_denominator)
    amount = base
    if line.discount is not None:
        off = discount_of(line.discount, abs(base))
        amount = base - off if base > 0 else base + off
    object.__setattr__(line, "_base", (base, amount))  # a pure result, remembered
    return base, amount


def exact_taxes(line: Line, amount: int) -> tuple[list[int], int]:
    """The line's taxes before rounding: numerators and their one denominator."""
    plan = tax_plan(line.taxes)
    qty, qty_denominator = line.qty.as_integer_ratio()
    net = amount * plan.denominator * qty_denominator - plan.included_fixed * qty
    whole = plan.denominator + plan.included_slope
    fixed_part = qty * whole
    numerators = [
        slope * net + fixed * fixed_part
        for slope, fixed in zip(plan.slopes, plan.fixed, strict=True)
    ]
    return numerators, plan.denominator * qty_denominator * whole


def round_taxes(line: Line, amount: int) -> tuple[int, ...]:
    """Each tax of the line rounded by itself."""
    if not line.taxes:
        return ()
    numerators, denominator = exact_taxes(line, amount)
    return tuple(money(numerator, denominator) for numerator in numerators)


def priced_line(
    line: Line, amount: int, taxes: tuple[int, ...], promotions: tuple[Reduction, ...] = ()
) -> PricedLine:
    """Net, tax and gross of a line whose taxes are rounded."""
    base = base_and_amount(line)[0]
    net = amount
    if taxes:
        for j in tax_plan(line.taxes).included:
            net -= taxes[j]
    tax = sum(taxes)
    return PricedLine(base, base - amount, amount, net, tax, net + tax, taxes, promotions)


def plain_line(line: Line) -> PricedLine:
    """A line that nothing in the basket touches, taxes rounded per line; remembered."""
    if line._plain is not None:
        return line._plain
    amount = base_and_amount(line)[1]
    priced = priced_line(line, amount, round_taxes(line, amount))
    object.__setattr__(line, "_plain", priced)
    return priced
