"""Which price holds: by list, quantity, time and customer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.item import PriceStep
from appliance.core.price_steps import unit_price

FRIDAY_17 = datetime(2026, 12, 4, 17, 0)


def price(
    *steps: PriceStep, quantity: str = "1", at: datetime | None = FRIDAY_17, groups=()
) -> int:
    return unit_price(1000, steps, Decimal(quantity), at, groups)[0]


def test_without_lists_the_items_own_price_holds():
    assert unit_price(1000, (), Decimal(1), None) == (1000, None)


def test_the_list_of_the_highest_priority_wins_even_when_it_is_dearer():
    assert price(PriceStep("a", 900), PriceStep("b", 1200, priority=1)) == 1200


def test_of_lists_with_one_priority_the_cheaper_wins():
    assert price(PriceStep("a", 900), PriceStep("b", 800)) == 800


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("1", 1000), ("5.999", 1000), ("6", 900), ("11", 900), ("12", 850), ("-12", 850)],
)
def test_the_largest_quantity_step_that_is_reached_holds(quantity, expected):
    steps = (PriceStep("a", 900, Decimal(6)), PriceStep("a", 850, Decimal(12)))
    assert price(*steps, quantity=quantity) == expected


def test_a_step_that_is_not_reached_leaves_the_next_list():
    steps = (PriceStep("a", 700, Decimal(6), priority=5), PriceStep("b", 900))
    assert price(*steps) == 900
    assert price(*steps, quantity="6") == 700


def test_a_groups_list_is_for_its_customers_only():
    step = PriceStep("a", 900, group="trade")
    assert price(step) == 1000
    assert price(step, groups=("gold", "trade")) == 900


@pytest.mark.parametrize(
    ("how", "holds"),
    [
        ({"since": "2026-12-04T17:00:00"}, True),
        ({"since": "2026-12-04T17:00:01"}, False),
        ({"since": "2026-12-04"}, True),
        ({"until": "2026-12-04T17:00:00"}, False),
        ({"until": "2026-12-04T17:00:01"}, True),
        ({"until": "2026-12-05"}, True),
        ({"until": "2026-12-04"}, False),
        ({"days": (5,)}, True),
        ({"days": (1, 2, 3, 4)}, False),
        ({"start_min": 17 * 60, "end_min": 19 * 60}, True),
        ({"start_min": 16 * 60, "end_min": 17 * 60}, False),
        ({"start_min": 17 * 60}, True),
        ({"end_min": 17 * 60}, False),
        ({"start_min": 22 * 60, "end_min": 18 * 60}, True),
        ({"start_min": 22 * 60, "end_min": 6 * 60}, False),
    ],
)
def test_a_list_holds_in_its_time(how, holds):
    step = PriceStep("a", 900, **how)
    assert (price(step) == 900) is holds
    assert price(step, at=None) == 1000, "a time nobody knows is never in time"


LISTS = {"a": (0, ""), "b": (1, "trade"), "c": (1, "")}
STEPS = st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(0, 5000)).map(
    lambda it: PriceStep(it[0], it[2], Decimal(it[1]), *LISTS[it[0]])
)


@given(
    st.lists(STEPS, max_size=8, unique_by=lambda it: (it.list, it.quantity_min)),
    st.integers(1, 25),
    st.booleans(),
)
def test_no_order_of_the_steps_changes_the_price(steps, quantity, trade):
    groups = ("trade",) if trade else ()
    found = {
        unit_price(1000, order, Decimal(quantity), None, groups)[0]
        for order in (steps, steps[::-1], sorted(steps, key=lambda it: it.price_minor))
    }
    assert len(found) == 1
    held = [it for it in steps if quantity >= it.quantity_min and it.group in ("", *groups)]
    assert found <= ({it.price_minor for it in held} or {1000})
