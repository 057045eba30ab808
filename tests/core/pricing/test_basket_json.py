"""The contract's own examples, and every way in which a basket can be wrong."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.core.pricing.basket_json import BasketError, price_json

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "prices.json").read_text("utf-8"))

GOOD = {
    "currency": "UAH",
    "taxes": {"VAT": {"rate": "20"}, "ECO": {"amount": "0.505"}},
    "lines": [
        {"sku": "a", "name": "A", "qty": "2", "price": "10.005", "tax": ["VAT", "ECO"]},
        {"qty": "1", "price": "3", "discount": {"amount": "1.00"}},
    ],
    "discount": {"percent": "5"},
    "promotions": [
        {
            "type": "percent",
            "percent": "5",
            "skus": ["a"],
            "days": [1],
            "hours": ["08:00", "20:00"],
        },
        {"type": "n_for_m", "buy": 2, "pay": 1, "from": "2026-01-01", "until": "2027-01-01T00:00"},
        {"type": "nth_percent", "every": 2, "percent": "50", "group": "gold"},
        {"type": "bundle", "items": [{"skus": ["a"], "qty": 1}], "price": "1.00", "coupon": "C"},
        {"type": "threshold", "min": "5.00", "amount": "1.00"},
    ],
    "at": "2026-11-23T17:30:00",
    "customer": {"groups": ["gold"]},
    "coupons": ["C"],
    "rounding": {"cash_step": "0.50", "mode": "up"},
    "tenders": [{"type": "cash", "amount": "50.00"}],
}

GONE = "(the field is gone)"


def changed(path, value):
    """GOOD with one field replaced, or removed when value is GONE."""
    basket = copy.deepcopy(GOOD)
    at = basket
    for step in path[:-1]:
        at = at[step]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return basket


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_the_contracts_examples(vector):
    if "error" in vector["expected"]:
        with pytest.raises(BasketError):
            price_json(vector["basket"])
    else:
        assert price_json(vector["basket"]) == vector["expected"]


def test_the_good_basket_is_good():
    assert price_json(GOOD)["total"]


P = ("promotions",)
WRONG = [
    (("currency",), [GONE, None, 5, "", "uah", "ABC", "XAU", "XXX", "XTS", ["UAH"]]),
    (("prices_include_tax",), ["true", 1]),
    (("tax_rounding",), ["LINE", "", 1]),
    (("taxes",), [[], "VAT", 3]),
    (("taxes", "VAT"), [{}, {"rate": "1", "amount": "1"}, "20", GONE, None, {"rate": None}]),
    (("taxes", "VAT", "rate"), [20, "-1", "1.", ".5", "+1", "1e2", " 1", "1,5", "", "\u0661"]),
    (("taxes", "ECO", "amount"), [1, "-0.01", True]),
    (("taxes", "VAT", "included"), ["yes", 0]),
    (("taxes", "VAT", "compound"), ["yes", 0]),
    (("lines",), [GONE, None, {}, "a", [None], [5], [[]]]),
    (("lines", 0, "sku"), [5, ["a"]]),
    (("lines", 0, "qty"), [GONE, None, 2, "two", "1/2", "--1", "-", "NaN", "Infinity", "1_000"]),
    (("lines", 0, "price"), [GONE, None, 10, "-0.01", "ten", 1.5, "1" * 10_001]),
    (("lines", 0, "tax"), ["VAT", ["VAT", "VAT"], ["NONE"], [5], [None]]),
    (("lines", 0, "discount"), [{}, {"percent": "1", "amount": "1"}, "5", []]),
    (("lines", 1, "discount"), [{"percent": "101"}, {"percent": "-1"}, {"amount": "1.000"}]),
    (("lines", 1, "discount", "amount"), ["-1", 1, "0.001"]),
    (("lines", 0, "discountable"), ["no", 0]),
    (("discount",), [{}, {"percent": "100.01"}, {"amount": "-1"}, {"amount": 5}, 5]),
    (P, [{}, "none", [None], ["x"]]),
    ((*P, 0, "type"), [GONE, None, "free", 5]),
    ((*P, 0, "id"), [5]),
    ((*P, 0, "percent"), [GONE, 5, "101", "-1"]),
    ((*P, 0, "skus"), ["a", [5]]),
    ((*P, 0, "days"), ["1", [1.0], ["1"], [True], [0], [8], 1]),
    (
        (*P, 0, "hours"),
        [
            ["08:00"],
            ["8:00", "9:00"],
            ["09:00", "09:00"],
            ["20:00", "08:00"],
            "08:00-20:00",
            ["08:00", "24:00"],
            ["08:00", "20:00", "21:00"],
            ["08:60", "09:00"],
            [8, 20],
        ],
    ),
    ((*P, 1, "buy"), [GONE, "2", 1, 0, 2.0, True]),
    ((*P, 1, "pay"), [GONE, "1", -1, 2]),
    ((*P, 1, "from"), [5, "yesterday", "2026-13-01", "2026-11-23T17:30:00Z", "23.11.2026"]),
    ((*P, 1, "until"), ["2026-11-23T17:30:00+02:00", "2026-11-23T25:00", "", "2026-02-30"]),
    ((*P, 2, "every"), [GONE, 0, "2", -1]),
    ((*P, 2, "percent"), [GONE, "100.1"]),
    ((*P, 2, "group"), [5, ["gold"]]),
    ((*P, 3, "items"), [GONE, [], {}, [{}], ["a"]]),
    ((*P, 3, "items", 0, "qty"), [GONE, 0, "1", 1.0]),
    ((*P, 3, "items", 0, "skus"), [GONE, "a", [1]]),
    ((*P, 3, "price"), [GONE, "-1", "1.000", 1]),
    ((*P, 3, "coupon"), [5]),
    ((*P, 4, "min"), [GONE, "5.000", 5]),
    ((*P, 4, "amount"), [GONE, "1.000", "-1.00"]),
    ((*P, 4, "percent"), ["10"]),
    (("at",), [5, "now", "2026-11-23T17:30:00+00:00", "2026-11-23T17:30:00-02:00", "17:30"]),
    (("at",), ["2026-W48", "2026-11-23T1730", "20261123T17:30", "2026-1123", "2026-11-23 17:30"]),
    (("customer",), [[], "gold", {"groups": "gold"}, {"groups": [1]}]),
    (("coupons",), ["C", [1]]),
    (("rounding",), ["0.50", []]),
    (("rounding", "cash_step"), ["0", "-0.50", "0.005", 0.5]),
    (("rounding", "mode"), ["HALF_UP", 1]),
    (("tenders",), [{}, "cash", [5]]),
    (("tenders", 0, "type"), [GONE, None, 5]),
    (("tenders", 0, "amount"), [GONE, "1.000", 5, "x"]),
]


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for path, values in WRONG for value in values],
    ids=lambda part: str(part)[:40].encode("ascii", "replace").decode(),
)
def test_a_wrong_field_is_named_and_refused(path, value):
    with pytest.raises(BasketError) as error:
        price_json(changed(path, value))
    assert str(error.value)


@pytest.mark.parametrize("basket", [None, 5, "x", [], [{}], True])
def test_a_basket_is_an_object(basket):
    with pytest.raises(BasketError):
        price_json(basket)


@pytest.mark.parametrize(
    "path",
    [
        *[(name,) for name in GOOD if name not in ("currency", "lines", "taxes")],
        *[("lines", 0, name) for name in ("sku", "name", "tax", "discount", "discountable")],
        ("taxes", "VAT", "compound"),
        (*P, 0, "skus"),
        (*P, 0, "days"),
        (*P, 0, "id"),
        ("rounding", "mode"),
        ("rounding", "cash_step"),
        ("customer", "groups"),
    ],
    ids=str,
)
def test_null_is_absent(path):
    *parents, name = path
    absent = copy.deepcopy(GOOD)
    at = absent
    for step in parents:
        at = at[step]
    at.pop(name, None)
    assert price_json(changed(path, None)) == price_json(absent)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-23T17:30:00",
        "2026-11-23T17:30",
        "2026-11-23T17:30:00.0",
        "2026-11-23T17:30:00,000000000",
        "20261123T173000",
        "2026-W48-1T17:30",
        "2026W481T1730",
    ],
)
def test_a_moment_may_be_written_in_any_form_of_iso_8601(moment):
    at = changed(("at",), moment)
    at["promotions"][0] |= {"from": "2026-11-23T17:30:00", "until": "2026-11-23T17:30:01"}
    assert price_json(at) == price_json(changed(("at",), "2026-11-23T17:30:00"))
    bound = changed((*P, 0, "from"), moment)
    assert price_json(bound) == price_json(GOOD)


def test_promotions_are_validated_whether_or_not_their_conditions_hold():
    basket = changed((*P, 2, "group"), "nobody")
    basket["promotions"][2]["every"] = 0
    with pytest.raises(BasketError):
        price_json(basket)


def test_an_unused_tax_is_validated_and_not_listed():
    assert "OTHER" not in price_json(changed(("taxes", "OTHER"), {"rate": "7"}))["taxes"]
    with pytest.raises(BasketError):
        price_json(changed(("taxes", "OTHER"), {"rate": "-7"}))


def simple(**more):
    return {"currency": "UAH", "lines": [{"qty": "1", "price": "33.30"}], **more}


@pytest.mark.parametrize(
    ("qty", "card", "fits"),
    [("1", "33.30", True), ("1", "33.31", False), ("-1", "-33.30", True), ("-1", "-33.31", False)],
)
def test_tenders_without_change_may_not_exceed_the_total(qty, card, fits):
    basket = simple(tenders=[{"type": "card", "amount": card}])
    basket["lines"][0]["qty"] = qty
    if fits:
        assert price_json(basket)["outstanding"] == "0.00"
    else:
        with pytest.raises(BasketError):
            price_json(basket)


@pytest.mark.parametrize(
    ("mode", "total", "rounding"),
    [
        ("half_up", "0.25", "0.25"),
        ("half_down", "0.25", "-0.25"),
        ("half_up", "0.24", "-0.24"),
        ("half_down", "0.26", "0.24"),
        ("up", "0.01", "0.49"),
        ("up", "0.50", "0.00"),
        ("down", "0.49", "-0.49"),
    ],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_cash_rounding_modes_work_on_the_absolute_value(mode, total, rounding, sign):
    basket = simple(
        rounding={"cash_step": "0.50", "mode": mode}, tenders=[{"type": "cash", "amount": "0.00"}]
    )
    basket["lines"][0] = {"qty": f"{sign}1", "price": total}
    expected = -Decimal(rounding) if sign else Decimal(rounding)
    assert Decimal(price_json(basket)["rounding"]) == expected


def test_only_the_cash_part_is_rounded_and_only_when_there_is_cash():
    step = {"rounding": {"cash_step": "0.50"}}
    card = {"type": "card", "amount": "33.20"}
    assert price_json(simple(**step, tenders=[card]))["rounding"] == "0.00"
    both = price_json(simple(**step, tenders=[card, {"type": "cash", "amount": "1.00"}]))
    assert (both["rounding"], both["due"], both["change"]) == ("-0.10", "33.20", "1.00")
    assert price_json(simple(tenders=[{"type": "cash", "amount": "40.00"}]))["rounding"] == "0.00"


def test_an_empty_basket_costs_nothing():
    answer = price_json({"currency": "JPY", "lines": []})
    assert answer == {
        "currency": "JPY",
        "lines": [],
        "taxes": {},
        "promotions": [],
        "total": "0",
        "rounding": "0",
        "due": "0",
        "change": "0",
        "outstanding": "0",
    }


def test_a_price_written_with_more_decimals_is_no_unit_price():
    basket = simple(promotions=[{"type": "n_for_m", "buy": 2, "pay": 1}])
    for price, total in (("10.00", "10.00"), ("10", "10.00"), ("10.000", "20.00")):
        basket["lines"] = [{"qty": "2.0", "price": price}]
        assert price_json(basket)["total"] == total


def test_a_discount_of_zero_is_a_line_discount_too_and_keeps_item_promotions_off():
    basket = simple(promotions=[{"type": "percent", "percent": "10"}])
    assert price_json(basket)["total"] == "29.97"
    for discount in ({"percent": "0"}, {"amount": "0.00"}):
        basket["lines"][0]["discount"] = discount
        assert price_json(basket)["total"] == "33.30"
    basket["lines"][0]["discount"] = None
    assert price_json(basket)["total"] == "29.97"


def test_numbers_far_beyond_money_are_priced_exactly():
    basket = simple()
    basket["lines"] = [{"qty": "1" + "0" * 4000, "price": "1" + "0" * 4000 + ".01"}]
    # 10^4000 x (10^4000 + 0.01) = 10^8000 + 10^3998
    assert price_json(basket)["total"] == f"1{'0' * 4001}1{'0' * 3998}.00"


def test_the_decimals_of_currencies_are_those_of_iso_4217():
    assert {"UAH": 2, "JPY": 0, "KWD": 3, "UYW": 4}.items() <= MINOR_UNIT_DECIMALS.items()
    assert not {"XAU", "XXX", "XTS", "XDR", "ABC"} & set(MINOR_UNIT_DECIMALS)
