"""The typed engine as the till uses it: lines that remember, explanations, odd prices, size."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from appliance.core.pricing import (
    AmountOff,
    Basket,
    Bundle,
    BundleItem,
    Line,
    NForM,
    PercentOff,
    PercentPromotion,
    Tax,
    TaxRounding,
    Tender,
    TenderExceedsTotal,
    Threshold,
    price,
)

VAT = Tax("VAT", Decimal(20))


def bottle(qty=1, cost=1000, sku="bottle", **more):
    return Line(sku, Decimal(qty), cost, (VAT,), **more)


def test_pricing_again_asks_each_line_for_what_it_remembers():
    lines = [bottle(cost=100 + n) for n in range(50)]
    first = price(Basket(tuple(lines)))
    again = price(Basket((*lines, bottle())))
    assert all(one is other for one, other in zip(first.lines, again.lines, strict=False))


def test_a_line_rung_by_amount_costs_that_amount():
    line = Line("cheese", Decimal("0.735"), Fraction(3131, 1) / Fraction("0.735"), (VAT,))
    assert price(Basket((line,))).total_minor == 3131


def test_a_total_of_baskets_discount_leaves_what_lines_remember_alone():
    line = bottle()
    assert price(Basket((line,), discount=AmountOff(100))).total_minor == 900
    assert price(Basket((line,))).total_minor == 1000


def test_each_line_tells_which_promotion_lowered_it():
    basket = Basket(
        (bottle(sku="a"), bottle(sku="b")),
        promotions=(
            PercentPromotion("ten", 10, frozenset({"a"})),
            Threshold("big", 1500, AmountOff(190)),
        ),
    )
    priced = price(basket)
    assert [(r.id, r.discount_minor) for r in priced.promotions] == [("ten", 100), ("big", 190)]
    explained = [{r.id: r.discount_minor for r in line.promotions} for line in priced.lines]
    assert explained == [{"ten": 100, "big": 90}, {"big": 100}]
    assert [line.discount_minor for line in priced.lines] == [190, 100]


def test_the_best_order_of_promotions_is_used_and_of_equals_the_first():
    half = PercentPromotion("half", 50)
    gift = NForM("2free", 2, 0)
    group = NForM("2for1", 2, 1)
    best = price(Basket((bottle(3),), promotions=(half, gift))).promotions
    assert [(r.id, r.discount_minor) for r in best] == [("half", 500), ("2free", 2000)]
    equal = price(Basket((bottle(2),), promotions=(half, group))).promotions
    assert [r.id for r in equal] == ["half"]
    assert [r.id for r in price(Basket((bottle(2),), promotions=(group, half))).promotions] == [
        "2for1"
    ]


def test_with_more_than_five_item_promotions_the_listed_order_is_used():
    poor = PercentPromotion("poor", 1)
    rich = PercentPromotion("rich", 50)
    fillers = tuple(PercentPromotion(f"f{n}", 1, frozenset({"x"})) for n in range(4))
    assert price(Basket((bottle(),), promotions=(poor, rich, *fillers[:3]))).total_minor == 500
    assert price(Basket((bottle(),), promotions=(poor, rich, *fillers))).total_minor == 990


def test_a_million_million_bottles_cost_what_arithmetic_says():
    many = 10**12
    basket = Basket(
        (bottle(many + 1, sku="a"), bottle(many, 500, sku="b")),
        promotions=(
            Bundle(
                "pair",
                (BundleItem(frozenset("a"), 1), BundleItem(frozenset("b"), 2)),
                1500,
            ),
            NForM("2for1", 2, 1, frozenset("a")),
        ),
    )
    priced = price(basket)
    # All but one of the dear ones go in pairs, the last one into one bundle.
    assert [r.discount_minor for r in priced.promotions] == [500, many // 2 * 1000]


def test_tax_rounded_once_never_moves_a_line_a_whole_unit():
    lines = tuple(Line(str(n), 1, 33, (Tax("A", 21, included=False),)) for n in range(100))
    priced = price(Basket(lines, TaxRounding.TOTAL))
    assert priced.taxes["A"].tax_minor == 693
    assert {line.tax_minor for line in priced.lines} == {6, 7}


def test_too_much_card_is_refused_by_type():
    with pytest.raises(TenderExceedsTotal):
        price(Basket((bottle(),), tenders=(Tender("card", 1001),)))


def test_a_hand_discount_keeps_promotions_off_a_line():
    basket = Basket((bottle(2, discount=PercentOff(10)),), promotions=(NForM("2for1", 2, 1),))
    assert price(basket).total_minor == 1800
