"""Every odd value in every field of a rich basket: refused when the contract says so, else priced."""

from __future__ import annotations

import copy

import pytest

from appliance.core.pricing.basket_json import BasketError, price_json

from .grammar import is_wrong
from .test_basket_json import GONE, GOOD
from .test_second_opinion import opinion

RICH = GOOD | {"tenders": [{"type": "cash", "amount": "1.00"}]}
"""Whatever the tender becomes, it is not beyond the total: the grammar knows nothing of sums."""

ODD = [
    *(None, True, False, 0, 1, 2, -1, 8, 2.0, 1.5, 10**30),
    *("", "0", "1", "-0", "1.", ".5", " 1", "+1", "1e3", "1_0", "1\n", "NaN", "\u0661", "01"),
    *("-1", "-0.01", "100", "100.0000", "100.0001", "0.001", "0.00001", "0." + "0" * 40),
    *([], {}, [None], [1], [True], [1.0], [0], [8], ["VAT"], ["VAT", "VAT"], ["NONE"], [[]], [{}]),
    *({"percent": "10"}, {"amount": "1"}, {"amount": "1", "percent": None}, {"percent": None}),
    *({"amount": "1", "percent": "1"}, {"rate": "7"}, {"rate": "7", "amount": "1"}),
    *({"groups": None}, {"groups": [None]}, {"mode": "down"}, {"cash_step": "0.03"}),
    *("2026-11-23", "2026-11-23T17:30:00.5", "2026-11-23T17:30:00Z", "2026-11-23T17:30+02:00"),
    *("2026-02-29", "2026-11-23T25:00", "17:30", ["17:30", "18:00"], ["17:30", "17:30"]),
    *(["18:00", "17:30"], ["17:30"], ["7:30", "18:00"], ["17:30", "24:00"], ["17:60", "18:00"]),
    *("cash", "up", "UP", "line", "total", "percent", "bundle", "nth_percent", "UAH", "uah", "XAU"),
]
"""Values of every type, right in one field and wrong in most."""


def places(value):
    """Every container in a JSON value with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def spoilt(number, value):
    """RICH with its number-th field replaced or gone."""
    basket = copy.deepcopy(RICH)
    at, key = list(places(basket))[number]
    if value is GONE:
        del at[key]
    else:
        at[key] = copy.deepcopy(value)
    return basket


def without_nulls(value):
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(one) for name, one in value.items() if one is not None}


def check(basket):
    try:
        answer = price_json(basket)
    except BasketError:
        assert is_wrong(basket)
    else:
        assert not is_wrong(basket)
        assert answer == opinion(without_nulls(basket))


@pytest.mark.parametrize("value", [*ODD, GONE], ids=lambda v: repr(v)[:30])
def test_a_field_is_refused_when_it_is_wrong_and_never_otherwise(value):
    for number in range(len(list(places(RICH)))):
        check(spoilt(number, value))
