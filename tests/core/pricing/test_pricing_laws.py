"""Laws that hold for any basket, whatever its prices, taxes and promotions."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from appliance.core.pricing import (
    AmountOff,
    Basket,
    CashRounding,
    Line,
    PercentPromotion,
    RoundingMode,
    TaxRounding,
    Tender,
    Threshold,
    price,
    settle,
    to_cash_step,
)
from appliance.core.pricing.basket_json import read_basket
from appliance.core.pricing.fields import Fields
from appliance.core.pricing.promotions_json import read_promotion

from .strategies import baskets, promotions

SOME = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def typed(basket):
    return read_basket(basket | {"tenders": []})[1]


@SOME
@given(baskets(promotions_max=0))
def test_returning_all_lines_gives_back_exactly_what_was_paid_and_each_tax(raw):
    basket = replace(typed(raw), discount=None)
    returned = replace(
        basket, lines=tuple(replace(line, qty=-Decimal(line.qty)) for line in basket.lines)
    )
    sale, refund = price(basket), price(returned)
    assert refund.total_minor == -sale.total_minor
    for code, total in sale.taxes.items():
        back = refund.taxes[code]
        assert (back.net_minor, back.tax_minor) == (-total.net_minor, -total.tax_minor)


@SOME
@given(baskets())
def test_lines_taxes_and_total_are_one_sum(raw):
    priced = price(typed(raw))
    assert priced.total_minor == sum(line.gross_minor for line in priced.lines)
    for line in priced.lines:
        assert line.gross_minor == line.net_minor + line.tax_minor
        assert line.tax_minor == sum(line.taxes)
        assert line.discount_minor == line.base_minor - line.amount_minor
    assert sum(line.tax_minor for line in priced.lines) == sum(
        total.tax_minor for total in priced.taxes.values()
    )


@SOME
@given(baskets())
def test_what_promotions_gave_is_what_their_lines_lost(raw):
    priced = price(typed(raw))
    for reduction in priced.promotions:
        of_lines = sum(
            one.discount_minor
            for line in priced.lines
            for one in line.promotions
            if one.promotion == reduction.promotion
        )
        assert of_lines == reduction.discount_minor > 0


@SOME
@given(baskets())
def test_rounding_taxes_by_line_or_once_differs_by_half_a_unit_for_each_line_at_most(raw):
    basket = typed(raw)
    by_line = price(replace(basket, tax_rounding=TaxRounding.LINE))
    once = price(replace(basket, tax_rounding=TaxRounding.TOTAL))
    for code, total in by_line.taxes.items():
        lines = sum(any(tax.code == code for tax in line.taxes) for line in basket.lines)
        assert 2 * abs(total.tax_minor - once.taxes[code].tax_minor) <= lines + 1
    for one, other in zip(by_line.lines, once.lines, strict=True):
        assert one.amount_minor == other.amount_minor
        for rounded, spread in zip(one.taxes, other.taxes, strict=True):
            assert abs(rounded - spread) <= 1


def included_only(basket):
    """Added taxes may rise when a discount moves from a taxed line to one without tax."""
    return replace(
        basket,
        lines=tuple(
            replace(line, taxes=tuple(replace(tax, included=True) for tax in line.taxes))
            for line in basket.lines
        ),
    )


def item_promotions(basket):
    return [one for one in basket.promotions if not isinstance(one, Threshold)]


@SOME
@given(baskets(promotions_max=4), promotions(2))
def test_one_more_promotion_never_makes_a_basket_dearer(raw, one_more):
    """But for what the contract itself decides: an item promotion that keeps the basket below a
    threshold, and the sixth one, from which on the listed order counts."""
    one_more = read_promotion(Fields.of(one_more, "promotion", 2))
    basket = included_only(typed(raw))
    if not isinstance(one_more, Threshold):
        basket = replace(basket, promotions=tuple(item_promotions(basket)))
    assume(len(item_promotions(basket)) <= 4)
    richer = replace(basket, promotions=(*basket.promotions, one_more))
    assert price(richer).total_minor <= price(basket).total_minor


def test_a_discount_on_one_item_may_keep_the_basket_below_a_threshold():
    threshold = Threshold("big", 2000, AmountOff(500))
    lines = (Line("a", 1, 1000), Line("b", 1, 1000))
    tenth = PercentPromotion("tenth", 1, frozenset("a"))
    assert price(Basket(lines, promotions=(threshold,))).total_minor == 1500
    assert price(Basket(lines, promotions=(threshold, tenth))).total_minor == 1990


@SOME
@given(baskets())
def test_no_line_is_lowered_below_nothing_and_none_is_raised(raw):
    for line in price(typed(raw)).lines:
        if line.base_minor >= 0:
            assert 0 <= line.amount_minor <= line.base_minor
        else:
            assert line.base_minor <= line.amount_minor <= 0


@given(
    st.integers(-(10**12), 10**12),
    st.integers(1, 10_000),
    st.sampled_from(list(RoundingMode)),
)
def test_cash_rounding_moves_less_than_a_step_and_mirrors_a_refund(amount, step, mode):
    rounding = CashRounding(step, mode)
    paid = to_cash_step(amount, rounding)
    assert paid % step == 0
    assert abs(paid - amount) < step
    if mode in (RoundingMode.HALF_UP, RoundingMode.HALF_DOWN):
        assert 2 * abs(paid - amount) <= step
    assert to_cash_step(-amount, rounding) == -paid


@given(st.integers(0, 10**9), st.integers(1, 1000), st.integers(0, 10**9))
def test_a_card_is_never_rounded(total, step, card):
    card = min(card, total)
    settled = settle(total, (Tender("card", card),), CashRounding(step))
    assert (settled.rounding_minor, settled.due_minor) == (0, total)


@SOME
@given(baskets(), st.randoms(use_true_random=False))
def test_pricing_again_in_any_order_of_calls_answers_the_same(raw, chance):
    """Lines and lists of promotions remember; what they remember never leaks."""
    first, fresh = typed(raw), typed(copy.deepcopy(raw))
    others = [
        replace(first, promotions=()),
        replace(first, discount=AmountOff(100)),
        replace(first, tax_rounding=TaxRounding.TOTAL),
    ]
    chance.shuffle(others)
    for other in others:
        price(other)
    assert price(first) == price(fresh)
