"""The typed content of a code: what the basket, the stock and the age of goods need."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from appliance.core.barcode import decode
from appliance.core.barcode.code_lists import CURRENCIES_NUMERIC
from appliance.core.barcode.content import CURRENCY_LETTERS, Content, content
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS

TODAY = date(2026, 11, 23)
GTIN = "04012345678901"


def read(code: str, **options: str) -> Content:
    return content(decode(code, today=TODAY, **options))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("4820024700016", {"gtin": "04820024700016"}),
        (f"(01){GTIN}(10)L1(21)S9", {"gtin": GTIN, "lot": "L1", "serial": "S9"}),
        ("(17)270200", {"expiry": date(2027, 2, 28)}),
        ("(7003)2611231730", {"expiry": date(2026, 11, 23), "expiry_time": time(17, 30)}),
        ("(7003)2611231730(17)270131", {"expiry": date(2027, 1, 31)}),
        ("(15)261101(16)261102", {"best_before": date(2026, 11, 1), "sell_by": date(2026, 11, 2)}),
        ("(11)261101(13)261102", {"produced": date(2026, 11, 1), "packed": date(2026, 11, 2)}),
        ("(3103)001234(30)2", {"weight_kg": Decimal("1.234"), "count": 2}),
        ("(3922)1199", {"price": Decimal("11.99")}),
        (
            "(3932)9801199",
            {"price": Decimal("11.99"), "currency": "UAH", "currency_named": True},
        ),
        ("(3930)0085", {"price": Decimal(5), "currency": None, "currency_named": True}),
        (
            f"https://id.example/01/{GTIN}/10/L1?17=261124",
            {"lot": "L1", "expiry": date(2026, 11, 24)},
        ),
        ("2300123008555", {"weight_kg": Decimal("0.855")}),
        ("2800100054907", {"price": Decimal("54.90")}),
        ("HELLO", {}),
    ],
)
def test_what_a_code_carries_arrives_as_values(code, expected):
    found = read(code)
    assert {name: getattr(found, name) for name in expected} == expected
    if not expected:
        assert found == Content()


def test_goods_expire_after_their_day_and_by_the_hour_where_one_is_named():
    daily = read("(17)261123")
    assert not daily.expired(TODAY)
    assert not daily.expired(TODAY, time(23, 59))
    assert daily.expired(date(2026, 11, 24))
    hourly = read("(7003)2611231730")
    assert not hourly.expired(TODAY)
    assert not hourly.expired(TODAY, time(17, 29))
    assert hourly.expired(TODAY, time(17, 30))
    assert not hourly.expired(date(2026, 11, 22), time(23, 0))
    assert not read("4820024700016").expired(TODAY)


def test_a_price_in_another_currency_is_not_the_shops():
    assert read("(3922)1199").price_in("UAH") == Decimal("11.99")
    assert read("(3932)9801199").price_in("UAH") == Decimal("11.99")
    assert read("(3932)9781199").price_in("UAH") is None
    assert read("(3930)0085").price_in("UAH") is None


def test_a_year_beyond_the_computers_calendar_is_no_date():
    assert content(decode("(17)400101", today=date(9995, 1, 1))).expiry is None


def test_the_currencies_are_those_of_the_standard():
    assert set(CURRENCY_LETTERS) <= CURRENCIES_NUMERIC
    assert set(CURRENCY_LETTERS.values()) <= set(MINOR_UNIT_DECIMALS) | {"BGN"}
    assert len(set(CURRENCY_LETTERS.values())) == len(CURRENCY_LETTERS)
