"""How one line of a priced basket came to its amounts, step by step, for screens and scripts.

Steps hold kinds, parameters and amounts, never words: a screen says "3 for 2: -24.00" in its own
language from the kind and the rule. Nothing is computed a second way here. Promotions and taxes are
those of the engine's answer; the share of the basket's discount is what is left of its discount.

    base + sum of reductions' change = amount        (what the taxes were taken on)
    amount - sum of included taxes = net
    net + sum of all taxes = gross                   (what the line costs)

`explain_line(basket, price(basket), 0)` explains the first line. A screen shows `base`, then each
of `reductions`, then each of `taxes`, then `net_minor` and `gross_minor`; one that shows rows alike
takes `steps()`, which puts the whole way into one list with the amount after each step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from appliance.core.pricing.lines import base_and_amount, exact_taxes
from appliance.core.pricing.model import (
    Basket,
    Bundle,
    Discount,
    Exact,
    NForM,
    NthPercent,
    PercentPromotion,
    Priced,
    Promotion,
    Tax,
    Threshold,
)


class StepKind(StrEnum):
    """What a step did; in the order in which steps come."""

    BASE = "base"
    LINE_DISCOUNT = "line_discount"
    PERCENT = "percent"
    N_FOR_M = "n_for_m"
    NTH_PERCENT = "nth_percent"
    BUNDLE = "bundle"
    THRESHOLD = "threshold"
    BASKET_DISCOUNT = "basket_discount"
    TAX_INCLUDED = "tax_included"
    NET = "net"
    TAX_ADDED = "tax_added"
    GROSS = "gross"


@dataclass(frozen=True, slots=True)
class BaseStep:
    """qty x price, rounded: the line before anything happened to it."""

    qty: Exact
    price: Exact
    amount_minor: int

    @property
    def kind(self) -> StepKind:
        return StepKind.BASE


@dataclass(frozen=True, slots=True)
class ReductionStep:
    """change_minor: what it did to the amount, below 0 (of a return above 0). after_minor: the
    amount after it. rule: the discount or promotion itself, with its parameters. promotion: its
    place in the basket's promotions and promotion_id its id; None and "" for a discount."""

    kind: StepKind
    change_minor: int
    after_minor: int
    rule: Discount | Promotion
    promotion: int | None = None
    promotion_id: str = ""


@dataclass(frozen=True, slots=True)
class TaxStep:
    """base_exact: what the rate was taken on, of a compound tax with the taxes before it (of a
    fixed tax: the quantity). exact_minor: before rounding. amount_minor: as it was charged."""

    tax: Tax
    base_exact: Fraction
    exact_minor: Fraction
    amount_minor: int

    @property
    def kind(self) -> StepKind:
        return StepKind.TAX_INCLUDED if self.tax.included else StepKind.TAX_ADDED


@dataclass(frozen=True, slots=True)
class SumStep:
    """kind: NET or GROSS."""

    kind: StepKind
    amount_minor: int


Step = BaseStep | ReductionStep | TaxStep | SumStep


@dataclass(frozen=True, slots=True)
class Explanation:
    """reductions and taxes: in the order in which they came; reductions of 0 are left out.
    amount_minor: after all reductions."""

    base: BaseStep
    reductions: tuple[ReductionStep, ...]
    amount_minor: int
    taxes: tuple[TaxStep, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int

    def steps(self) -> tuple[Step, ...]:
        """The whole way in one list: the price, what lowered it, the included taxes that are in
        it, the net, the taxes added to it, the gross."""
        return (
            self.base,
            *self.reductions,
            *(step for step in self.taxes if step.tax.included),
            SumStep(StepKind.NET, self.net_minor),
            *(step for step in self.taxes if not step.tax.included),
            SumStep(StepKind.GROSS, self.gross_minor),
        )


def explain_line(basket: Basket, priced: Priced, index: int) -> Explanation:
    """The line at this place of the basket, whose price `priced` is."""
    line, one = basket.lines[index], priced.lines[index]
    return Explanation(
        base=BaseStep(line.qty, line.price, one.base_minor),
        reductions=_reductions(basket, priced, index),
        amount_minor=one.amount_minor,
        taxes=_taxes(basket, priced, index),
        net_minor=one.net_minor,
        tax_minor=one.tax_minor,
        gross_minor=one.gross_minor,
    )


def _reductions(basket: Basket, priced: Priced, index: int) -> tuple[ReductionStep, ...]:
    line, one = basket.lines[index], priced.lines[index]
    steps: list[ReductionStep] = []
    after = one.base_minor

    def step(kind: StepKind, change: int, rule: Discount | Promotion, at: int | None) -> None:
        nonlocal after
        if change:
            after += change
            name = "" if at is None else basket.promotions[at].id
            steps.append(ReductionStep(kind, change, after, rule, at, name))

    if line.discount is not None:
        own = base_and_amount(line)[1] - one.base_minor
        step(StepKind.LINE_DISCOUNT, own, line.discount, None)
    # Thresholds come after all item promotions, wherever they are listed.
    for reduction in sorted(one.promotions, key=lambda each: _is_threshold(basket, each.promotion)):
        promotion = basket.promotions[reduction.promotion]
        step(_kind(promotion), -reduction.discount_minor, promotion, reduction.promotion)
    if basket.discount is not None:
        step(StepKind.BASKET_DISCOUNT, one.amount_minor - after, basket.discount, None)
    return tuple(steps)


def _is_threshold(basket: Basket, position: int) -> bool:
    return isinstance(basket.promotions[position], Threshold)


def _kind(promotion: Promotion) -> StepKind:
    match promotion:
        case PercentPromotion():
            return StepKind.PERCENT
        case NForM():
            return StepKind.N_FOR_M
        case NthPercent():
            return StepKind.NTH_PERCENT
        case Bundle():
            return StepKind.BUNDLE
        case Threshold():
            return StepKind.THRESHOLD


def _taxes(basket: Basket, priced: Priced, index: int) -> tuple[TaxStep, ...]:
    line, one = basket.lines[index], priced.lines[index]
    if not line.taxes:
        return ()
    numerators, denominator = exact_taxes(line, one.amount_minor)
    exact = [Fraction(numerator, denominator) for numerator in numerators]
    net = one.amount_minor - sum(
        (each for tax, each in zip(line.taxes, exact, strict=True) if tax.included), Fraction(0)
    )
    steps = []
    before = Fraction(0)
    for tax, each, charged in zip(line.taxes, exact, one.taxes, strict=True):
        levied_on = net + before if tax.compound else net
        base = Fraction(line.qty) if tax.rate is None else levied_on
        steps.append(TaxStep(tax, base, each, charged))
        before += each
    return tuple(steps)
