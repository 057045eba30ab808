"""An offer limited per sale holds for so many groups, sets or units of one basket."""

from __future__ import annotations

from decimal import Decimal

from appliance.core.pricing import (
    Basket,
    Bundle,
    BundleItem,
    Line,
    NForM,
    NthPercent,
    PercentPromotion,
    Promotion,
    price,
)

YOGHURT = frozenset({"yoghurt"})


def off(promotion: Promotion, *lines: Line) -> int:
    return sum(it.discount_minor for it in price(Basket(lines, promotions=(promotion,))).promotions)


def test_three_for_two_twice_leaves_the_third_group_at_full_price() -> None:
    rule = NForM("x", 3, 2, YOGHURT, most=2)
    assert off(rule, Line("yoghurt", 10, 2400)) == 2 * 2400
    assert off(rule, Line("yoghurt", 4, 2400)) == 2400


def test_the_dearest_groups_are_those_that_count() -> None:
    rule = NthPercent("x", 2, 50, None, most=1)
    assert off(rule, Line("a", 2, 1000), Line("b", 2, 3000)) == 1500


def test_a_percentage_of_two_pieces_leaves_the_others() -> None:
    rule = PercentPromotion("x", 10, YOGHURT, most=2)
    assert off(rule, Line("yoghurt", 5, 2400)) == 480
    assert off(rule, Line("yoghurt", Decimal("0.436"), 3990)) == 174


def test_so_many_sets_of_a_bundle_are_sold_for_its_price() -> None:
    items = (BundleItem(frozenset({"coffee"}), 1), BundleItem(frozenset({"bun"}), 1))
    lines = (Line("coffee", 5, 4000), Line("bun", 5, 2000))
    assert off(Bundle("x", items, 5000, most=2), *lines) == 2 * 1000
    assert off(Bundle("x", items, 5000), *lines) == 5 * 1000


def test_units_beyond_the_limit_are_free_for_other_offers() -> None:
    both = (NForM("first", 3, 2, YOGHURT, most=1), PercentPromotion("rest", 10, YOGHURT))
    priced = price(Basket((Line("yoghurt", 6, 1000),), promotions=both))
    assert {it.id: it.discount_minor for it in priced.promotions} == {"first": 1000, "rest": 300}


def test_a_limit_of_none_is_no_offer_at_all() -> None:
    assert off(NForM("x", 3, 2, YOGHURT, most=0), Line("yoghurt", 9, 100)) == 0
