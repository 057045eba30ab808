"""How a line's price came about, as steps that a screen, a script or a paper puts into words.

An open line is explained by the engine that priced it; a sold or returned one by what the journal
holds of it. In both, the amounts from BASE on add up to the total: base, less the reductions, plus
the taxes that are added on top; included taxes are named and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from appliance.core import pricing
from appliance.core.evolve import evolve
from appliance.core.facts import Discount, Fact, LineId, LineKind, LineSold, SaleCompleted
from appliance.core.item import Unit
from appliance.core.money import round_half_away
from appliance.core.offers import LANGUAGES, usual_name
from appliance.core.policy import Policy
from appliance.core.price_steps import line_price
from appliance.core.pricing.explain import ReductionStep, StepKind, TaxStep, explain_line
from appliance.core.state import EMPTY, Line, Sale
from appliance.core.totals import engine_basket, fixed_line, price_sale, reach_of, wishes_minor


class WhyKind(StrEnum):
    """In the order in which steps come."""

    CATALOGUE = "catalogue"
    LIST = "list"
    OVERRIDE = "override"
    LABEL = "label"
    OPEN = "open"
    DEPOSIT = "deposit"
    LEAST = "least"
    WISHES = "wishes"
    EXEMPT = "exempt"
    TARE = "tare"
    SERVICE = "service"
    BASE = "base"
    DISCOUNT = "discount"
    OFFER = "offer"
    SHARE_OF_OFFER = "share_of_offer"
    SHARE_OF_DISCOUNT = "share_of_discount"
    TAX_INCLUDED = "tax_included"
    TAX_ADDED = "tax_added"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class WhyStep:
    """amount_minor: a price, what a step took off (below 0) or added, or a sum. before_minor: the
    price that it took the place of. names: of an offer, by language, and rules: what it does ("−10 %");
    text: of a list, a tax, wishes, the goods that a deposit goes with, or the reason of a price set by hand. quantity: for which the
    price is, or of a container that the scale took off.
    """

    kind: WhyKind
    amount_minor: int
    text: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    before_minor: int | None = None
    quantity: Decimal | None = None
    price_minor: Decimal | None = None
    percent: Decimal | None = None
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WhyLook:
    """serial tells a new answer from an old one. sold: it was paid (or paid back) already."""

    line: LineId
    name: str
    unit: Unit
    steps: tuple[WhyStep, ...]
    sold: bool = False
    serial: int = 0


def why_line(sale: Sale, policy: Policy, number: LineId) -> WhyLook | None:
    """A line of an open basket; None when it is not there."""
    line = next((it for it in sale.live_lines if it.line == number), None)
    if line is None:
        return None
    if line.sold is not None:
        return why_sold(line, line.sold, policy)
    if line.percent is not None:
        return WhyLook(line.line, line.name, line.unit, tuple(_service(sale, line, policy)))
    goods = tuple(it for it in sale.live_lines if it.percent is None and it.sold is None)
    basket = engine_basket(replace(sale, lines=goods), policy)
    found = explain_line(basket, pricing.price(basket), goods.index(line))
    steps = [*_prices(sale, line, policy)]
    base = found.base
    steps.append(_base(line, Decimal(_exact(base.price)), base.amount_minor))
    steps += [_reduction(step, policy) for step in found.reductions]
    steps += [_tax(step, policy) for step in found.taxes]
    steps.append(WhyStep(WhyKind.TOTAL, found.gross_minor))
    return WhyLook(line.line, line.name, line.unit, tuple(steps))


def why_sold(
    line: Line, sold: LineSold, policy: Policy, names: Mapping[str, str] | None = None
) -> WhyLook:
    """A line as it was sold or came back. names: of its offers, as the receipt had them."""
    whole = fixed_line(sold, line.taxes, policy)
    unit = line.unit_price_minor if sold.unit_price_minor is None else sold.unit_price_minor
    price = Decimal(unit + wishes_minor(line))
    steps = [_base(line, price, whole.base_minor)]
    own = _own(line, whole.base_minor)
    if own:
        percent = line.discount.percent if line.discount else None
        steps.append(WhyStep(WhyKind.DISCOUNT, -own, percent=percent))
    rest = whole.discount_minor - own
    for share in sold.promotions:
        name = share.name or (names or {}).get(share.id, "")
        steps.append(_offer(share.id, -share.amount_minor, policy, name))
        rest -= share.amount_minor
    if rest:
        kind = WhyKind.DISCOUNT if line.returns else WhyKind.SHARE_OF_DISCOUNT
        steps.append(WhyStep(kind, -rest))
    for code, amount in zip(line.taxes, whole.taxes, strict=True):
        rule = policy.taxes.get(code)
        included = rule is None or rule.included
        kind = WhyKind.TAX_INCLUDED if included else WhyKind.TAX_ADDED
        name = rule.name if rule else code
        steps.append(WhyStep(kind, amount, name, percent=rule.rate if rule else None))
    steps.append(WhyStep(WhyKind.TOTAL, sold.gross_minor))
    return WhyLook(line.line, line.name, line.unit, tuple(steps), sold=True)


def why_sale(facts: Iterable[Fact], policy: Policy) -> tuple[WhyLook, ...]:
    """All lines of a completed sale, from its facts. The words for where a unit's price came from
    are those of the open basket; from the price on, it is what was recorded."""
    state, done = EMPTY, None
    for fact in facts:
        state = evolve(state, fact)
        if isinstance(fact, SaleCompleted):
            done = fact
    if done is None or state.done is None:
        return ()
    sale, names = state.done.sale, {it.id: it.name for it in done.promotions}
    sold = {it.line: it for it in done.lines}
    return tuple(
        _with_origin(sale, line, why_sold(line, sold[line.line], policy, names), policy)
        for line in sale.live_lines
    )


def _with_origin(sale: Sale, line: Line, why: WhyLook, policy: Policy) -> WhyLook:
    if line.sold is not None or line.percent is not None:
        return why
    return replace(why, steps=(*_prices(sale, line, policy), *why.steps))


def _prices(sale: Sale, line: Line, policy: Policy) -> Iterator[WhyStep]:
    """Where the price of one unit comes from."""
    yield from _unit_price(sale, line)
    if line.modifiers:
        names = ", ".join(wish.name for wish in line.modifiers)
        yield WhyStep(WhyKind.WISHES, wishes_minor(line), names)
    if sale.tax_exempt and policy.waived & set(line.taxes):
        yield WhyStep(WhyKind.EXEMPT, 0)
    if line.tare_kg:
        yield WhyStep(WhyKind.TARE, 0, quantity=line.tare_kg)


def _unit_price(sale: Sale, line: Line) -> Iterator[WhyStep]:
    if line.amount_minor is not None:
        kind = WhyKind.OPEN if line.open_price and not line.code else WhyKind.LABEL
        yield WhyStep(kind, line.amount_minor)
        return
    price, step = line_price(line, *reach_of(sale))
    if line.overridden:
        before = line.list_price_minor
        yield WhyStep(WhyKind.OVERRIDE, price, line.override_reason, before_minor=before)
    elif step is not None:
        least = line.min_price_minor if price > step.price_minor else None
        before = line.unit_price_minor
        yield WhyStep(
            WhyKind.LIST,
            step.price_minor,
            step.name or step.list,
            before_minor=before,
            quantity=step.quantity_min or None,
        )
        if least is not None:
            yield WhyStep(WhyKind.LEAST, least, before_minor=step.price_minor)
    elif line.of_line is not None:
        yield WhyStep(WhyKind.DEPOSIT, price, sale.lines[line.of_line - 1].name)
    elif line.open_price:
        yield WhyStep(WhyKind.OPEN, price)
    elif line.kind in (LineKind.GOODS, LineKind.DEPOSIT):
        yield WhyStep(WhyKind.CATALOGUE, price)


def _service(sale: Sale, line: Line, policy: Policy) -> Iterator[WhyStep]:
    priced = price_sale(sale, policy)
    found = priced.lines[sale.live_lines.index(line)]
    yield WhyStep(WhyKind.SERVICE, found.base_minor, percent=line.percent)
    yield WhyStep(WhyKind.TOTAL, found.gross_minor)


def _base(line: Line, price: Decimal, amount_minor: int) -> WhyStep:
    return WhyStep(WhyKind.BASE, amount_minor, quantity=line.quantity, price_minor=price)


def _exact(price: pricing.Exact) -> Decimal:
    exact = Fraction(price)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001")).normalize()


def _reduction(step: ReductionStep, policy: Policy) -> WhyStep:
    rule = step.rule
    percent = Decimal(str(rule.percent)) if isinstance(rule, pricing.PercentOff) else None
    match step.kind:
        case StepKind.LINE_DISCOUNT:
            return WhyStep(WhyKind.DISCOUNT, step.change_minor, percent=percent)
        case StepKind.BASKET_DISCOUNT:
            return WhyStep(WhyKind.SHARE_OF_DISCOUNT, step.change_minor, percent=percent)
        case _:
            return _offer(step.promotion_id, step.change_minor, policy)


def _offer(offer: str, change_minor: int, policy: Policy, name: str = "") -> WhyStep:
    known = policy.offers.get(offer)
    kind = WhyKind.OFFER
    if known is not None and isinstance(known.promotion, pricing.Threshold):
        kind = WhyKind.SHARE_OF_OFFER
    if known is None or name:
        return WhyStep(kind, change_minor, name or offer)
    return WhyStep(kind, change_minor, offer, known.names, rules=_rules(known.promotion))


def _rules(promotion: pricing.Promotion) -> Mapping[str, str]:
    """What the offer does, by language, where that takes no amount of money to say."""
    if isinstance(promotion, pricing.Bundle | pricing.Threshold):
        return {}
    return {language: usual_name(promotion, language) for language in LANGUAGES}


def _tax(step: TaxStep, policy: Policy) -> WhyStep:
    rule = policy.taxes.get(step.tax.code)
    kind = WhyKind.TAX_INCLUDED if step.tax.included else WhyKind.TAX_ADDED
    return WhyStep(
        kind,
        step.amount_minor,
        rule.name if rule else step.tax.code,
        percent=rule.rate if rule else None,
    )


def _own(line: Line, base_minor: int) -> int:
    """What the line's own discount took off, as `look.own_discount` has it."""
    discount: Discount | None = line.discount
    if discount is None:
        return 0
    if discount.amount_minor is not None:
        return min(discount.amount_minor, base_minor)
    return round_half_away(Fraction(base_minor) * Fraction(discount.percent or 0) / 100)
