"""A basket's price by the shop's policy: the bridge from the till's lines to the pricing engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from appliance.core import pricing
from appliance.core.facts import Discount, LineKind, LineSold
from appliance.core.money import round_half_away
from appliance.core.offers import holding
from appliance.core.policy import Policy, TaxRule
from appliance.core.price_steps import line_price
from appliance.core.pricing.exempt import exempt_line
from appliance.core.settlement import balance
from appliance.core.state import Line, Sale
from appliance.core.tax_totals import levied

Reach = tuple[datetime | None, frozenset[str]]
"""What price lists are chosen by: the basket's time and its customer's groups."""

_NO_LISTS: Reach = (None, frozenset())
LINES_SPARE = 500
"""So many lines of other baskets are kept beside the one that is priced, before all are let go."""

_priced_lines: dict[int, tuple[Line, Policy, Reach, bool, pricing.Line]] = {}
"""The engine's lines remember their own sums, so they are kept between scans, by identity."""


def price_sale(sale: Sale, policy: Policy) -> pricing.Priced:
    """What the live lines cost; lines of the answer stand in the order of `sale.live_lines`."""
    live = sale.live_lines
    if len(_priced_lines) > 2 * len(live) + LINES_SPARE:
        _priced_lines.clear()
    charges = [at for at, it in enumerate(live) if it.percent is not None and it.sold is None]
    if charges:
        return _with_charges(sale, policy, charges)
    fixed = {at: line.sold for at, line in enumerate(live) if line.sold is not None}
    priced = pricing.price(engine_basket(sale, policy))
    if fixed:
        return _with_fixed(priced, live, fixed, policy, sale)
    return replace(priced, settlement=balance(sale, priced.total_minor, policy).settled)


def engine_basket(sale: Sale, policy: Policy) -> pricing.Basket:
    """The live lines that are not fixed, as the engine prices them."""
    reach = reach_of(sale)
    return pricing.Basket(
        lines=tuple(
            [
                engine_line(line, policy, reach, exempt=sale.tax_exempt)
                for line in sale.live_lines
                if line.sold is None
            ]
        ),
        tax_rounding=pricing.TaxRounding(policy.tax_rounding),
        discount=_reduction(sale.discount),
        promotions=holding(policy.promotions, policy.counted, sale.customer, sale.spent_offers),
        at=reach[0],
        groups=reach[1],
        coupons=frozenset(coupon.promotion for coupon in sale.coupons),
    )


def _with_charges(sale: Sale, policy: Policy, charges: list[int]) -> pricing.Priced:
    """With service charges: each its percentage of what the discountable goods finally come to."""
    live = sale.live_lines
    goods = replace(sale, lines=tuple(it for at, it in enumerate(live) if at not in charges))
    paid = sum(
        sold.amount_minor
        for line, sold in zip(goods.lines, price_sale(goods, policy).lines, strict=True)
        if line.discountable and line.kind is LineKind.GOODS
    )
    lines = list(live)
    for at in charges:
        amount = round_half_away(Fraction(paid) * Fraction(live[at].percent or 0) / 100)
        one = pricing.Line(live[at].item, 1, amount, _taxes_of(live[at].taxes, policy))
        priced = pricing.price(pricing.Basket(lines=(one,))).lines[0]
        sold = LineSold(
            live[at].line, priced.net_minor, priced.tax_minor, priced.gross_minor, 0, priced.taxes
        )
        lines[at] = replace(live[at], sold=sold)
    return price_sale(replace(sale, lines=tuple(lines)), policy)


def _with_fixed(
    priced: pricing.Priced,
    live: tuple[Line, ...],
    fixed: dict[int, LineSold],
    policy: Policy,
    sale: Sale,
) -> pricing.Priced:
    """The priced lines and, between them, those whose amounts stand already: what a customer gets
    back for a returned piece is what was paid for it, whatever the goods cost today."""
    others = iter(priced.lines)
    lines = tuple(
        fixed_line(fixed[at], live[at].taxes, policy) if at in fixed else next(others)
        for at in range(len(live))
    )
    taxes = dict(priced.taxes)
    for at, sold in fixed.items():
        for code, base, amount in levied(live[at], sold, policy):
            known = taxes.get(code, pricing.TaxTotal(0, 0))
            taxes[code] = pricing.TaxTotal(known.net_minor + base, known.tax_minor + amount)
    total = sum(line.gross_minor for line in lines)
    settled = balance(sale, total, policy).settled
    return pricing.Priced(lines, taxes, priced.promotions, total, settled)


def fixed_line(sold: LineSold, codes: tuple[str, ...], policy: Policy) -> pricing.PricedLine:
    """amount: without the taxes that are added on top, as on every line of this shop."""
    taxes = sold.taxes or (sold.tax_minor,) * len(codes)
    on_top = sum(
        amount
        for code, amount in zip(codes, taxes, strict=True)
        if code in policy.taxes and not policy.taxes[code].included
    )
    amount = sold.gross_minor - on_top
    return pricing.PricedLine(
        base_minor=amount + sold.discount_minor,
        discount_minor=sold.discount_minor,
        amount_minor=amount,
        net_minor=sold.net_minor,
        tax_minor=sold.tax_minor,
        gross_minor=sold.gross_minor,
        taxes=taxes,
    )


def reach_of(sale: Sale) -> Reach:
    return datetime.fromisoformat(sale.at) if sale.at else None, frozenset(sale.groups)


def engine_line(
    line: Line, policy: Policy, reach: Reach = _NO_LISTS, *, exempt: bool = False
) -> pricing.Line:
    """The engine's line. By identity: a line that did not change is the same object. Goods that
    have a least price take part in no promotion and no basket discount. exempt: the customer owes
    no VAT."""
    reach = reach if line.prices else _NO_LISTS
    known = _priced_lines.get(id(line))
    if (
        known is not None
        and known[0] is line
        and known[1] is policy
        and known[2] == reach
        and known[3] is exempt
    ):
        return known[4]
    priced = pricing.Line(
        sku=line.item,
        qty=line.quantity,
        price=_price(line, reach),
        taxes=_taxes_of(line.taxes, policy),
        discount=_reduction(line.discount),
        discountable=line.discountable and not line.min_price_minor,
    )
    if exempt and policy.waived:
        priced = exempt_line(priced, policy.waived)
    _priced_lines[id(line)] = (line, policy, reach, exempt, priced)
    return priced


def _price(line: Line, reach: Reach) -> pricing.Exact:
    if line.amount_minor is None:
        return line_price(line, *reach)[0] + wishes_minor(line)
    return Fraction(line.amount_minor) / Fraction(line.quantity)


def wishes_minor(line: Line) -> int:
    """What the wishes with a line add to each unit."""
    return sum(wish.price_minor for wish in line.modifiers) if line.modifiers else 0


def price_sold(line: Line, reach: Reach, policy: Policy, *, exempt: bool = False) -> int | None:
    """What a unit cost by the price lists, or without the tax that the customer owes not, where
    that is not the line's own price."""
    if exempt and policy.waived:
        whole = Fraction(engine_line(line, policy, reach, exempt=True).price)
        if whole.denominator != 1 or line.amount_minor is not None:
            return None
        price = whole.numerator - wishes_minor(line)
    else:
        price = line_price(line, *reach)[0]
    return None if price == line.unit_price_minor else price


def line_taxes(
    line: Line, sold: pricing.PricedLine, policy: Policy, *, exempt: bool = False
) -> tuple[int, ...]:
    """The amount of each of the line's taxes, 0 for one that an exempt customer owes not; left out
    for a single tax."""
    if len(line.taxes) < 2:
        return ()
    if not exempt or not policy.waived:
        return sold.taxes
    charged = iter(sold.taxes)
    return tuple(0 if code in policy.waived else next(charged) for code in line.taxes)


_taxes: dict[tuple[str, ...], tuple[Policy, tuple[pricing.Tax, ...]]] = {}


def _taxes_of(codes: tuple[str, ...], policy: Policy) -> tuple[pricing.Tax, ...]:
    """One object for all lines alike: the engine sums their taxes together. A shop has a handful
    of combinations, and a till one policy."""
    known = _taxes.get(codes)
    if known is None or known[0] is not policy:
        known = _taxes[codes] = (policy, tuple(_tax(policy.taxes[code]) for code in codes))
    return known[1]


def _tax(rule: TaxRule) -> pricing.Tax:
    return pricing.Tax(
        code=rule.code,
        rate=rule.rate,
        amount=rule.amount_minor or 0,
        included=rule.included,
        compound=rule.compound,
    )


def _reduction(discount: Discount | None) -> pricing.Discount | None:
    if discount is None:
        return None
    if discount.percent is not None:
        return pricing.PercentOff(discount.percent)
    return pricing.AmountOff(discount.amount_minor or 0)
