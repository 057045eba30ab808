"""A basket's price by the shop's policy: the bridge from the till's lines to the pricing engine."""

from __future__ import annotations

from fractions import Fraction

from appliance.core import pricing
from appliance.core.facts import Discount
from appliance.core.policy import Policy, TaxRule
from appliance.core.state import Line, Sale

_PRICED_LINES_MAX = 20_000
"""Two full baskets; the engine's lines remember their own sums, so they are kept between scans."""

_priced_lines: dict[int, tuple[Line, Policy, pricing.Line]] = {}


def price_sale(sale: Sale, policy: Policy) -> pricing.Priced:
    """What the live lines cost; lines of the answer stand in the order of `sale.live_lines`."""
    return pricing.price(
        pricing.Basket(
            lines=tuple(engine_line(line, policy) for line in sale.live_lines),
            tax_rounding=pricing.TaxRounding(policy.tax_rounding),
            discount=_reduction(sale.discount),
            rounding=_cash_rounding(policy),
            tenders=tuple(pricing.Tender(t.type, t.amount_minor) for t in sale.live_tenders),
        )
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
