"""The engine and the naive oracle agree on any basket, and the laws of the contract hold."""

from __future__ import annotations

import copy
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.core.pricing.basket_json import BasketError, format_minor, price_json
from appliance.core.pricing.exact import prorate, split
from bench import baskets as supermarket

from .oracle import DECIMALS, price
from .strategies import baskets, large_baskets

MANY = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOME = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def opinion(basket):
    """The oracle's answer in the contract's form."""
    raw = price(basket)

    def money(minor):
        assert minor == int(minor)
        return format_minor(int(minor), DECIMALS[basket["currency"]])

    names = ("net", "tax", "gross", "discount")
    return {
        "currency": basket["currency"],
        "lines": [
            {"sku": sku, **dict(zip(names, map(money, amounts), strict=True))}
            for sku, *amounts in raw["lines"]
        ],
        "taxes": {
            code: {"net": money(net), "tax": money(tax), "gross": money(net + tax)}
            for code, (net, tax) in raw["taxes"].items()
        },
        "promotions": [{"id": name, "discount": money(off)} for name, off in raw["promotions"]],
        **{
            name: money(raw[name]) for name in ("total", "rounding", "due", "change", "outstanding")
        },
    }


def without_too_much_card(basket):
    """The answer, with the card tenders left out when they are more than the total."""
    try:
        return price_json(basket)
    except BasketError:
        basket["tenders"] = [t for t in basket["tenders"] if t["type"] == "cash"]
        return price_json(basket)


@MANY
@given(baskets())
def test_engine_and_second_opinion_agree(basket):
    answer = without_too_much_card(basket)
    assert answer == opinion(basket)


@SOME
@given(baskets(promotions_max=6, units_only=True))
def test_they_agree_on_many_promotions_that_fight_for_the_same_units(basket):
    basket["tenders"] = []
    assert price_json(basket) == opinion(basket)


@SOME
@given(large_baskets())
def test_they_agree_on_baskets_and_lists_of_promotions_as_large_as_a_supermarkets(basket):
    assert price_json(basket) == opinion(basket)


def test_they_agree_on_a_hundred_lines_with_five_hundred_promotions():
    basket = supermarket.basket(lines=100, promotions=500, goods=150)
    assert price_json(basket) == opinion(basket)
    assert len(price_json(basket)["promotions"]) > 20


@SOME
@given(large_baskets(), st.sampled_from([10**9, 10**9 + 1, 999_999_937]))
def test_a_milliard_pieces_in_one_line_or_in_two_save_the_same(basket, many):
    """Only what counts single units: a percentage is rounded for each line by itself."""
    basket["promotions"] = [p for p in basket["promotions"] if p["type"] != "percent"]
    whole = {"sku": "g0", "qty": str(many), "price": "7"}
    parts = [whole | {"qty": "999999000"}, whole | {"qty": str(many - 999_999_000)}]
    basket["promotions"] = basket["promotions"][:5]
    basket["discount"] = None
    one = price_json(basket | {"lines": [*basket["lines"], whole]})
    two = price_json(basket | {"lines": [*basket["lines"], *parts]})
    assert one["promotions"] == two["promotions"]


@SOME
@given(baskets())
def test_lines_add_up_to_total_and_taxes(basket):
    answer = without_too_much_card(basket)

    def column(name, rows):
        return sum((Decimal(row[name]) for row in rows), Decimal(0))

    assert column("gross", answer["lines"]) == Decimal(answer["total"])
    assert column("tax", answer["lines"]) == column("tax", answer["taxes"].values())
    assert Decimal(answer["total"]) + Decimal(answer["rounding"]) == Decimal(answer["due"])
    for row in (*answer["lines"], *answer["taxes"].values()):
        assert not any(v.startswith("-") and not Decimal(v) for k, v in row.items() if k != "sku")


@SOME
@given(baskets(promotions_max=0))
def test_a_return_mirrors_its_sale(basket):
    basket.pop("discount", None)
    basket["tenders"] = []
    mirrored = copy.deepcopy(basket)
    for line in mirrored["lines"]:
        qty = line["qty"]
        line["qty"] = qty[1:] if qty.startswith("-") else f"-{qty}"
    sale, refund = price_json(basket), price_json(mirrored)
    for sold, returned in zip(sale["lines"], refund["lines"], strict=True):
        for name in ("net", "tax", "gross", "discount"):
            assert Decimal(sold[name]) == -Decimal(returned[name])


@SOME
@given(st.integers(-500, 500), st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_prorate_is_exact_and_never_a_whole_unit_off(total, weights):
    parts = prorate(total, weights)
    whole = sum(weights)
    if not whole:
        assert not any(parts)
        return
    assert sum(parts) == total
    assert all(
        abs(part * whole - total * weight) < whole
        for part, weight in zip(parts, weights, strict=True)
    )


def test_split_gives_missing_units_to_the_largest_remainders_then_in_line_order():
    third = [(1, 3)] * 3
    assert split(1, third) == [1, 0, 0]
    assert split(-1, [(-1, 3)] * 3) == [-1, 0, 0]
    assert split(2, [(1, 2), (1, 2), (3, 4)]) == [1, 0, 1]
    assert split(0, [(3, 4), (-3, 4)]) == [0, 0]
