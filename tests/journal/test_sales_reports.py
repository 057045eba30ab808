"""Reports by day: rolled sums and the running shift are one, and equal the sales themselves."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.journal import reports, sales_reports, verify
from appliance.journal.sales_reports import Days, ItemSums, KeyedSums, Sums
from bench import shop

from .till import Ringing

DAY = shop.NOON.date()
ALL = Days(DAY - timedelta(40), DAY + timedelta(400))


def read(till, question, *args):
    with reports.reading(till.journal.path) as con:
        return question(con, *args)


@pytest.fixture
def till(tmp_path):
    till = Ringing(tmp_path / "j.db")
    yield till
    till.journal.close()


def test_an_empty_journal_has_empty_reports(till):
    assert read(till, sales_reports.totals, ALL) == Sums()
    assert read(till, sales_reports.by_item, ALL) == ()


def test_closed_shifts_and_the_running_one_add_up_to_all_sales(till):
    till.day(5)
    till.open_shift()
    till.sell(2)
    sums = read(till, sales_reports.totals, ALL)
    sold = read(till, reports.sales)
    assert sums.sales == len(sold) == 6
    assert sums.total_minor == sum(row.total_minor for row in sold)
    by_hour = read(till, sales_reports.by_hour, ALL)
    assert sum((it.sums for it in by_hour), Sums()) == sums


def test_a_basket_suspended_before_the_close_counts_when_it_is_paid(till):
    from appliance.core import facts as f

    till.open_shift()
    till.basket(2)
    till.append(f.SaleSuspended(f.SaleId(1), "пані Ольга"))
    till.sell(1)
    till.close_shift()
    till.open_shift()
    till.append(f.SaleRecalled(f.SaleId(1)))
    till.pay()
    assert read(till, sales_reports.totals, ALL).sales == 2
    till.finish_effects()
    till.close_shift()
    assert read(till, sales_reports.totals, ALL).sales == 2


def test_cash_is_what_was_kept_of_it(till):
    till.day(4)
    (cash,) = read(till, sales_reports.by_tender, ALL)
    assert (cash.type, cash.count) == ("cash", 4)
    assert cash.amount_minor == read(till, sales_reports.totals, ALL).total_minor


def test_a_wrong_drawer_is_listed_with_its_reason(till):
    till.day(1)
    (found,) = read(till, sales_reports.differences, ALL)
    assert (found.z_number, found.difference_minor, found.reason) == (1, -5, "coins")
    assert found.day == DAY


def test_reports_rebuilt_from_the_facts_are_the_same(till):
    till.day(6)
    till.day(3)
    till.journal.close()
    assert verify.verify(till.journal.path, deep=True).ok
    till.journal = Ringing(till.journal.path).journal


def test_days_before_are_as_many_as_the_days(till):
    week = Days(date(2026, 3, 9), date(2026, 3, 15))
    assert week.before == Days(date(2026, 3, 2), date(2026, 3, 8))


def test_two_periods_are_compared_key_by_key():
    now = (KeyedSums("10", Sums(total_minor=5)), KeyedSums("11", Sums(total_minor=7)))
    then = (KeyedSums("11", Sums(total_minor=3)), KeyedSums("12", Sums(total_minor=1)))
    assert sales_reports.compare(now, then) == {"10": (5, 0), "11": (7, 3), "12": (0, 1)}


def test_categories_are_sums_of_their_items():
    from decimal import Decimal

    items = [
        ItemSums(sku, sku, "H87", 1, Decimal(2), net, 20, 0, cost, known)
        for sku, net, cost, known in (("milk", 100, 60, 100), ("bread", 50, 0, 0), ("tea", 9, 0, 0))
    ]
    food, rest = sales_reports.by_category(items, {"milk": "їжа", "bread": "їжа"}.get)
    assert (food.name, food.net_minor, food.quantity, food.margin_minor) == ("їжа", 150, 4, 40)
    assert (rest.item, rest.margin_minor) == (None, None)


@settings(max_examples=15, deadline=None)
@given(first=st.integers(0, 70), length=st.integers(0, 70))
def test_whole_months_and_single_days_never_count_twice(first, length, year):
    start = date(2024, 12, 1) + timedelta(first)
    asked = Days(start, start + timedelta(length))
    items = sales_reports.by_item(year, asked)
    assert sum(it.lines for it in items) == sales_reports.totals(year, asked).lines
    days = Counter(it.key for it in sales_reports.by_day(year, asked))
    assert all(count == 1 for count in days.values())


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> sqlite3.Connection:
    """Three months of a small shop, the last day not yet closed."""
    from bench import reports as bench_reports

    path = tmp_path_factory.mktemp("year") / "j.db"
    bench_reports.past(path, 92, 6)
    with reports.reading(path) as con:
        yield con
