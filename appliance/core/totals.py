"""A basket's price by the shop's policy: the bridge from the till's lines to the pricing engine."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from appliance.core import pricing
from appliance.core.facts import Discount, LineSold
from appliance.core.policy import Policy, TaxRule
from appliance.core.state import Line, Sale

_PRICED_LINES_MAX = 20_000
"""Two full baskets; the engine's lines remember their own sums, so they are kept between scans."""

_priced_lines: dict[int, tuple[Line, Policy, pricing.Line]] = {}


def price_sale(sale: Sale, policy: Policy) -> pricing.Priced:
    """What the live lines cost; lines of the answer stand in the order of `sale.live_lines`."""
    live = sale.live_lines
    fixed = {at: line.sold for at, line in enumerate(live) if line.sold is not None}
    tenders = tuple(pricing.Tender(t.type, t.amount_minor) for t in sale.taken_tenders)
    priced = pricing.price(
        pricing.Basket(
            lines=tuple(
                engine_line(line, policy) for at, line in enumerate(live) if at not in fixed
            ),
            tax_rounding=pricing.TaxRounding(policy.tax_rounding),
            discount=_reduction(sale.discount),
            promotions=policy.promotions,
            at=datetime.fromisoformat(sale.at) if sale.at else None,
            groups=frozenset(sale.groups),
            coupons=frozenset(coupon.promotion for coupon in sale.coupons),
            rounding=_cash_rounding(policy),
            tenders=() if fixed else tenders,
        )
    )
    return _with_fixed(priced, live, fixed, policy, tenders) if fixed else priced


def _with_fixed(
    priced: pricing.Priced,
    live: tuple[Line, ...],
    fixed: dict[int, LineSold],
    policy: Policy,
    tenders: tuple[pricing.Tender, ...],
) -> pricing.Priced:
    """The priced lines and, between them, those whose amounts stand already: what a customer gets
    back for a returned piece is what was paid for it, whatever the goods cost today."""
    others = iter(priced.lines)
    lines = tuple(
        _fixed_line(fixed[at]) if at in fixed else next(others) for at in range(len(live))
    )
    taxes = dict(priced.taxes)
    for at, sold in fixed.items():
        net = sold.net_minor
        amounts = sold.taxes or (sold.tax_minor,) * len(live[at].taxes)
        for code, amount in zip(live[at].taxes, amounts, strict=True):
            rule = policy.taxes.get(code)
            levied = (
                net + sum(amounts[: live[at].taxes.index(code)]) if rule and rule.compound else net
            )
            known = taxes.get(code, pricing.TaxTotal(0, 0))
            taxes[code] = pricing.TaxTotal(known.net_minor + levied, known.tax_minor + amount)
    total = sum(line.gross_minor for line in lines)
    return pricing.Priced(
        lines,
        taxes,
        priced.promotions,
        total,
        pricing.settle(total, tenders, _cash_rounding(policy)),
    )


def _fixed_line(sold: LineSold) -> pricing.PricedLine:
    return pricing.PricedLine(
        base_minor=sold.gross_minor + sold.discount_minor,
        discount_minor=sold.discount_minor,
        amount_minor=sold.gross_minor,
        net_minor=sold.net_minor,
        tax_minor=sold.tax_minor,
        gross_minor=sold.gross_minor,
        taxes=sold.taxes or (sold.tax_minor,),
    )


def cash_due(priced: pricing.Priced, policy: Policy) -> int:
    """What is still to pay when the rest is paid in cash, in coins that exist."""
    rounding = _cash_rounding(policy)
    total = priced.total_minor
    due = total if rounding is None else pricing.to_cash_step(total, rounding)
    return max(0, due - priced.settlement.paid_minor)


def engine_line(line: Line, policy: Policy) -> pricing.Line:
    """The engine's line. By identity: a line that did not change is the same object."""
    known = _priced_lines.get(id(line))
    if known is not None and known[0] is line and known[1] is policy:
        return known[2]
    priced = pricing.Line(
        sku=line.item,
        qty=line.quantity,
        price=_price(line),
        taxes=_taxes_of(line.taxes, policy),
        discount=_reduction(line.discount),
        discountable=line.discountable,
    )
    if len(_priced_lines) >= _PRICED_LINES_MAX:
        _priced_lines.clear()
    _priced_lines[id(line)] = (line, policy, priced)
    return priced


def _price(line: Line) -> pricing.Exact:
    if line.amount_minor is None:
        return line.unit_price_minor
    return Fraction(line.amount_minor) / Fraction(line.quantity)


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


def _cash_rounding(policy: Policy) -> pricing.CashRounding | None:
    if policy.cash_step_minor <= 1:
        return None
    return pricing.CashRounding(
        policy.cash_step_minor, pricing.RoundingMode(policy.cash_rounding_mode)
    )
