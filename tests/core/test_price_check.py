"""What a price check tells of price lists: whose price, cheaper by the dozen, what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from appliance.core.item import Content, PriceStep, Unit
from appliance.core.price_check import BreakLook, ComingLook, PriceTold, tell
from tests.core.builders import MILK

NOON = datetime(2026, 11, 23, 12, 0)  # a Monday
HAPPY = PriceStep("happy", 4000, start_min=17 * 60, end_min=19 * 60, name="Щаслива година")
MANY = (PriceStep("opt", 4500, Decimal(6)), PriceStep("opt", 4300, Decimal(12)))


def told(*steps: PriceStep, at: datetime = NOON, groups: tuple[str, ...] = ()) -> PriceTold:
    return tell(replace(MILK, prices=steps), at, groups)


def test_an_item_on_no_list_has_its_price_and_no_more():
    assert tell(MILK, NOON) == PriceTold(4690)


def test_a_lists_price_says_whose_it_is_and_what_it_is_otherwise():
    there = told(HAPPY, at=NOON.replace(hour=17))
    assert (there.price_minor, there.list, there.usual_minor) == (4000, "Щаслива година", 4690)
    assert there.coming == ComingLook(NOON.replace(hour=19), 4690)


def test_the_happy_hour_is_announced():
    assert told(HAPPY) == PriceTold(4690, coming=ComingLook(NOON.replace(hour=17), 4000))
    assert told(HAPPY, at=NOON.replace(hour=20)).coming.at == datetime(2026, 11, 24, 17)


def test_each_cheaper_quantity_is_told():
    assert told(*MANY).breaks == (BreakLook(Decimal(6), 4500), BreakLook(Decimal(12), 4300))


@pytest.mark.parametrize(
    ("since", "coming"),
    [
        ("2026-11-24T08:00:00", ComingLook(datetime(2026, 11, 24, 8), 5000)),
        ("2026-11-26T08:00:00", None),  # too far ahead
        ("2026-11-23T08:00:00", None),  # it holds already
    ],
)
def test_a_scheduled_price_is_announced_a_day_ahead(since, coming):
    assert told(PriceStep("new", 5000, since=since)).coming == coming


def test_a_weekday_list_begins_at_midnight():
    assert told(PriceStep("tue", 4100, days=(2,))).coming == ComingLook(
        datetime(2026, 11, 24), 4100
    )


def test_a_groups_price_is_for_its_customers():
    club = PriceStep("club", 4200, group="club")
    assert told(club).price_minor == 4690
    assert told(club, groups=("club",)).price_minor == 4200


def test_packages_are_compared_by_what_a_litre_costs():
    milk = replace(MILK, content=Content(Decimal("0.9"), Unit.LITRE))
    there = tell(milk, NOON)
    assert (there.per_minor, there.per_unit) == (5211, Unit.LITRE)


def test_no_list_is_told_below_the_least_price():
    least = replace(MILK, min_price_minor=4400, prices=MANY)
    assert tell(least, NOON).breaks == (BreakLook(Decimal(6), 4500), BreakLook(Decimal(12), 4400))
