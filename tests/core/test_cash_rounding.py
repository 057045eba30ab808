"""What a total comes to in coins, by country and day."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from appliance.config import tax_files
from appliance.core.cash_rounding import CashPeriod, CashTable, cash_faults, rounding_on
from appliance.core.pricing import RoundingMode, to_cash_step

UKRAINE = tax_files.load("ua").cash


def paid(minor, day, table=UKRAINE):
    rounding = rounding_on(table, day)
    return minor if rounding is None else to_cash_step(minor, rounding)


def test_ukraine_rounds_to_half_a_hryvnia_since_october_2025():
    day = date(2025, 10, 1)
    for kopecks in range(100):
        whole = 0 if kopecks <= 24 else 50 if kopecks <= 74 else 100
        assert paid(700 + kopecks, day) == 700 + whole
        assert paid(-700 - kopecks, day) == -700 - whole


def test_ukraine_rounded_to_ten_kopecks_before_and_not_at_all_until_july_2018():
    for kopecks in range(10):
        assert paid(70 + kopecks, date(2025, 9, 30)) == (70 if kopecks <= 4 else 80)
    assert paid(73, date(2018, 6, 30)) == 73


def test_a_step_of_0_is_no_rounding_and_may_end_a_time_of_rounding():
    ended = CashTable(
        "xx",
        "EUR",
        (CashPeriod(5, until=date(2030, 12, 31)), CashPeriod(0, since=date(2031, 1, 1))),
    )
    assert cash_faults(ended) == []
    assert rounding_on(ended, date(2031, 1, 1)) is None
    assert paid(1002, date(2030, 1, 1), ended) == 1000


def test_each_country_has_its_coin():
    today = date(2026, 11, 23)
    steps = {}
    for country in tax_files.countries():
        rounding = rounding_on(tax_files.load(country).cash, today)
        steps[country] = rounding.step_minor if rounding else 0
    known = {"ua": 50, "se": 100, "cz": 100, "ch": 5, "fi": 5, "ee": 5, "de": 0, "at": 0, "gb": 0}
    assert {country: steps[country] for country in known} == known


@given(
    st.integers(-(10**9), 10**9), st.sampled_from(tax_files.countries()), st.dates(date(1990, 1, 1))
)
def test_nobody_wins_or_loses_more_than_half_a_coin(minor, country, day):
    table = tax_files.load(country).cash
    rounding = rounding_on(table, day)
    if rounding is None:
        return
    assert rounding.mode is RoundingMode.HALF_UP
    assert 2 * abs(paid(minor, day, table) - minor) <= rounding.step_minor
