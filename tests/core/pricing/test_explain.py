"""A line's explanation is the engine's own answer, taken apart: it always adds up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings

from appliance.core.pricing import (
    AmountOff,
    Basket,
    Line,
    NForM,
    PercentOff,
    PercentPromotion,
    Tax,
    TaxRounding,
    Threshold,
    price,
)
from appliance.core.pricing.basket_json import read_basket
from appliance.core.pricing.exact import money
from appliance.core.pricing.explain import StepKind, explain_line

from .strategies import baskets, large_baskets

SOME = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VAT = Tax("VAT", Decimal(20))


def explained(basket, index=0):
    return explain_line(basket, price(basket), index)


def adds_up(json_basket):
    json_basket["tenders"] = []
    _, basket = read_basket(json_basket)
    priced = price(basket)
    for index, (line, one) in enumerate(zip(basket.lines, priced.lines, strict=True)):
        why = explain_line(basket, priced, index)
        exact = Fraction(line.qty) * Fraction(line.price)
        assert why.base.amount_minor == money(exact.numerator, exact.denominator)
        after = why.base.amount_minor
        for step in why.reductions:
            assert step.change_minor
            after += step.change_minor
            assert step.after_minor == after
        assert after == why.amount_minor == why.base.amount_minor - one.discount_minor
        included = sum(step.amount_minor for step in why.taxes if step.tax.included)
        assert why.amount_minor - included == why.net_minor == one.net_minor
        assert sum(step.amount_minor for step in why.taxes) == why.tax_minor == one.tax_minor
        assert why.net_minor + why.tax_minor == why.gross_minor == one.gross_minor
        for step in why.taxes:
            assert abs(step.amount_minor - step.exact_minor) < 1
            of_one = step.tax.amount if step.tax.rate is None else Fraction(step.tax.rate) / 100
            assert step.exact_minor == Fraction(of_one) * step.base_exact
            if basket.tax_rounding is TaxRounding.LINE:
                assert step.amount_minor == money(*step.exact_minor.as_integer_ratio())
        kinds = [step.kind for step in why.steps()]
        in_order = list(StepKind)
        sums = [kind for kind in kinds if kind in (StepKind.BASE, StepKind.NET, StepKind.GROSS)]
        assert sums == [StepKind.BASE, StepKind.NET, StepKind.GROSS]
        threshold = in_order.index(StepKind.THRESHOLD)
        late = [in_order.index(kind) for kind in kinds if in_order.index(kind) >= threshold]
        assert late == sorted(late)


@SOME
@given(baskets())
def test_the_steps_of_any_line_add_up_to_what_the_engine_says(basket):
    adds_up(basket)


@SOME
@given(large_baskets())
def test_they_do_among_many_promotions_too(basket):
    adds_up(basket)


def test_each_promotion_is_named_with_its_parameters_in_the_order_it_came():
    basket = Basket(
        (Line("a", 3, 1000, (VAT,)), Line("b", 1, 2000, (VAT,))),
        discount=AmountOff(400),
        promotions=(Threshold("big", 3000, PercentOff(10)), NForM("3for2", 3, 2, frozenset("a"))),
    )
    why = explained(basket)
    assert [(s.kind, s.promotion_id, s.change_minor, s.after_minor) for s in why.reductions] == [
        (StepKind.N_FOR_M, "3for2", -1000, 2000),
        (StepKind.THRESHOLD, "big", -200, 1800),
        (StepKind.BASKET_DISCOUNT, "", -200, 1600),
    ]
    assert [s.promotion for s in why.reductions] == [1, 0, None]
    assert why.reductions[0].rule == NForM("3for2", 3, 2, frozenset("a"))
    assert why.reductions[2].rule == AmountOff(400)


def test_a_hand_discount_of_a_return_gives_less_back():
    why = explained(Basket((Line("a", -2, 1000, discount=PercentOff(10)),)))
    assert [(s.kind, s.change_minor) for s in why.reductions] == [(StepKind.LINE_DISCOUNT, 200)]
    assert (why.base.amount_minor, why.gross_minor) == (-2000, -1800)


def test_a_compound_tax_says_what_it_was_levied_on():
    excise = Tax("EXC5", Decimal(5), compound=True)
    why = explained(Basket((Line("beer", 1, 12600, (VAT, excise)),)))
    assert [(s.tax.code, s.base_exact, s.amount_minor) for s in why.taxes] == [
        ("VAT", 10000, 2000),
        ("EXC5", 12000, 600),
    ]


def test_steps_put_included_taxes_before_the_net_and_added_ones_after_it():
    eco = Tax("ECO", None, 50, included=False)
    basket = Basket(
        (Line("lamp", 2, 1200, (eco, VAT)),), promotions=(PercentPromotion("half", 50),)
    )
    steps = explained(basket).steps()
    assert [step.kind for step in steps] == [
        StepKind.BASE,
        StepKind.PERCENT,
        StepKind.TAX_INCLUDED,
        StepKind.NET,
        StepKind.TAX_ADDED,
        StepKind.GROSS,
    ]
    assert (steps[3].amount_minor, steps[5].amount_minor) == (1000, 1300)
    assert steps[4].base_exact == 2
