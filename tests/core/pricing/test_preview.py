"""What a promotion would have cost last week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.core.pricing import (
    Basket,
    Conditions,
    Line,
    NForM,
    PercentOff,
    PercentPromotion,
    Promotion,
    Tax,
    Tender,
    Threshold,
    price,
)
from appliance.core.pricing.basket_json import read_basket
from appliance.core.pricing.preview import Past, Preview, SkuCost
from appliance.core.pricing.preview import preview as preview_of

from .strategies import baskets

VAT = Tax("VAT", Decimal(20))


def milk(qty):
    return Line("milk", qty, 1200, (VAT,))


def bread(qty=1):
    return Line("bread", qty, 600, (VAT,))


def preview(baskets: Iterable[Basket], candidate: Promotion) -> Preview:
    return preview_of([Past(basket) for basket in baskets], candidate)


THREE_FOR_TWO = NForM("3for2", 3, 2, frozenset({"milk"}))


def test_it_says_how_many_baskets_it_touched_and_what_each_sku_would_have_cost():
    week = [Basket((milk(3), bread())), Basket((milk(2),)), Basket((milk(6),)), Basket((bread(),))]
    seen = preview(week, THREE_FOR_TWO)
    assert (seen.seen, seen.touched) == (4, 2)
    assert (seen.given_minor, seen.cost_minor, seen.cost_net_minor) == (3600, 3600, 3000)
    assert seen.skus == {"milk": SkuCost(3600, 3600, 2)}


def test_what_it_takes_from_another_promotion_costs_only_the_difference():
    week = [Basket((milk(3),), promotions=(PercentPromotion("ten", 10),))]
    seen = preview(week, THREE_FOR_TWO)
    assert (seen.given_minor, seen.cost_minor) == (1200, 1200 - 360)


def test_a_basket_paid_by_card_is_no_hindrance():
    assert preview([Basket((milk(3),), tenders=(Tender("card", 3600),))], THREE_FOR_TWO).touched


def test_a_condition_that_did_not_hold_then_costs_nothing():
    evening = NForM("3for2", 3, 2, None, Conditions(hours=(17 * 60, 19 * 60)))
    week = [Basket((milk(3),), at=datetime(2026, 11, 16, hour)) for hour in (9, 17, 18, 19)]
    assert preview(week, evening).touched == 2


def test_a_limit_per_customer_lets_each_have_it_so_often_and_strangers_never():
    week = [Past(Basket((milk(3),)), who) for who in ("", "ann", "bob", "ann", "ann", "")]
    assert preview_of(week, THREE_FOR_TWO, 2).touched == 3
    assert preview_of(week, THREE_FOR_TWO).touched == 6


def test_dearest_skus_come_first():
    everything = PercentPromotion("ten", 10)
    assert list(preview([Basket((bread(), milk(1)))], everything).skus) == ["milk", "bread"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(baskets(promotions_max=3), max_size=3),
    st.sampled_from(
        [THREE_FOR_TWO, PercentPromotion("p", 10), Threshold("t", 1000, PercentOff(10))]
    ),
)
def test_its_sums_are_those_of_its_skus_and_of_the_priced_baskets(raw, candidate):
    past = [read_basket(one | {"tenders": []})[1] for one in raw]
    seen = preview(past, candidate)
    assert seen.given_minor == sum(one.given_minor for one in seen.skus.values())
    assert seen.cost_minor == sum(one.cost_minor for one in seen.skus.values())
    totals = 0
    for basket in past:
        with_it = Basket(
            basket.lines,
            basket.tax_rounding,
            basket.discount,
            (*basket.promotions, candidate),
            basket.at,
            basket.groups,
            basket.coupons,
        )
        totals += price(basket).total_minor - price(with_it).total_minor
    assert seen.cost_minor == totals
