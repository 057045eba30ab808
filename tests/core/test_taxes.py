"""Tax rates by date: which rate holds on a day, what is said when none does, and what adds up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import periods
from appliance.core.periods import FaultKind
from appliance.core.pricing import Basket, Line, Tax, price
from appliance.core.pricing.lines import exact_taxes
from appliance.core.taxes import (
    Missing,
    RateMissing,
    TaxEntry,
    TaxKind,
    TaxPeriod,
    TaxTable,
    missing_on,
    next_change,
    rate_on,
    rates_on,
    table_faults,
    waived_for_exempt,
)

DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))


def rate(percent, since=None, until=None):
    return TaxPeriod(
        Decimal(percent),
        None,
        since and date.fromisoformat(since),
        until and date.fromisoformat(until),
    )


def entry(code, *rates, kind=TaxKind.VAT, **more):
    return TaxEntry(code, kind, code.title(), code.title(), rates, **more)


def table(*entries):
    return TaxTable("xx", "EUR", "X", "X", {one.code: one for one in entries})


GERMAN = entry(
    "VAT",
    rate(19, "2007-01-01", "2020-06-30"),
    rate(16, "2020-07-01", "2020-12-31"),
    rate(19, "2021-01-01"),
)


def test_the_rate_of_the_day_holds_on_its_first_and_on_its_last_day():
    days = ["2020-06-30", "2020-07-01", "2020-12-31", "2021-01-01"]
    rates = [rate_on(table(GERMAN), "VAT", date.fromisoformat(day)).rate for day in days]
    assert rates == [19, 16, 16, 19]


def test_a_rule_carries_all_that_the_shops_policy_needs():
    excise = entry("EXC", rate(5), kind=TaxKind.EXCISE, letter="Д", compound=True, included=False)
    rule = rate_on(table(excise), "EXC", date(2026, 1, 1))
    assert (rule.code, rule.name, rule.letter, rule.rate) == ("EXC", "Exc", "Д", 5)
    assert (rule.compound, rule.included, rule.amount_minor) == (True, False, None)


def test_a_fixed_tax_has_an_amount_for_its_time():
    bag = entry("BAG", TaxPeriod(amount_minor=5, since=date(2020, 1, 1)), kind=TaxKind.FEE)
    assert rate_on(table(bag), "BAG", date(2020, 1, 1)).amount_minor == 5


def test_a_missing_rate_says_why_and_when_there_is_one():
    ended = entry("OLD", rate(10, "2015-01-01", "2023-12-31"))
    later = entry("NEW", rate(4, "2027-01-01"))
    gap = entry("GAP", rate(1, None, "2025-12-31"), rate(2, "2027-01-01"))
    shop, today = table(GERMAN, ended, later, gap), date(2026, 11, 23)
    assert list(rates_on(shop, today)) == ["VAT"]
    assert missing_on(shop, today, ["NEW", "VAT", "OLD", "GAP", "NONE", "NEW"]) == [
        RateMissing("NEW", today, Missing.NOT_YET, None, date(2027, 1, 1)),
        RateMissing("OLD", today, Missing.ENDED, date(2023, 12, 31), None),
        RateMissing("GAP", today, Missing.GAP, date(2025, 12, 31), date(2027, 1, 1)),
        RateMissing("NONE", today, Missing.UNKNOWN, None, None),
    ]
    assert missing_on(shop, today, ["VAT"]) == []


def test_the_next_change_is_the_day_to_look_again():
    shop = table(GERMAN, entry("OLD", rate(10, None, "2020-08-31")))
    assert next_change(shop, date(2020, 6, 29)) == date(2020, 7, 1)
    assert next_change(shop, date(2020, 7, 1)) == date(2020, 9, 1)
    assert next_change(shop, date(2021, 1, 1)) is None


def test_overlaps_gaps_and_ends_before_the_start_are_found():
    overlap = entry("A", rate(1, None, "2020-06-30"), rate(2, "2020-06-30"))
    gap = entry("B", rate(2, "2021-01-01"), rate(1, None, "2020-06-30"))
    backwards = entry("C", rate(1, "2021-01-01", "2020-01-01"))
    wrong = table_faults(table(overlap, gap, backwards, GERMAN))
    assert {code: [(f.kind, f.index) for f in found] for code, found in wrong.items()} == {
        "A": [(FaultKind.OVERLAP, 1)],
        "B": [(FaultKind.GAP, 0)],
        "C": [(FaultKind.BACKWARDS, 0)],
    }
    assert (wrong["B"][0].first, wrong["B"][0].last) == (date(2020, 7, 1), date(2020, 12, 31))


def test_a_long_period_covers_the_gap_between_two_inside_it():
    long = (rate(1), rate(2, "2020-01-01", "2020-01-31"), rate(3, "2021-01-01"))
    assert {fault.kind for fault in periods.faults(long)} == {FaultKind.OVERLAP}


@given(
    st.lists(
        st.tuples(st.none() | DAYS, st.none() | DAYS).filter(lambda p: None in p or p[0] <= p[1]),
        max_size=5,
    )
)
def test_no_fault_means_each_day_between_the_first_and_the_last_has_exactly_one_rate(days):
    listed = [TaxPeriod(Decimal(n), None, since, until) for n, (since, until) in enumerate(days)]
    found = {fault.kind for fault in periods.faults(listed)}
    every = [date(2018, 12, 31) + timedelta(n) for n in range(366 * 4 + 2)]
    holding = [sum(periods.covers(one, day) for one in listed) for day in every]
    held = [n for n, count in enumerate(holding) if count]
    inside = holding[held[0] : held[-1] + 1] if held else []
    assert (FaultKind.OVERLAP in found) == any(count > 1 for count in holding)
    assert (FaultKind.GAP in found) == (0 in inside)


@given(st.lists(st.tuples(DAYS, DAYS).map(sorted), min_size=1, max_size=4), DAYS)
def test_nothing_changes_before_the_next_change(days, day):
    shop = table(*[entry(f"T{n}", TaxPeriod(Decimal(n), None, *d)) for n, d in enumerate(days)])
    change = next_change(shop, day)
    last = date(2023, 1, 1) if change is None else change - timedelta(1)
    assert rates_on(shop, day) == rates_on(shop, max(day, last))
    if change is not None:
        assert rates_on(shop, change) != rates_on(shop, day)


def test_an_exempt_customer_owes_no_vat_but_excise_and_fees():
    shop = table(
        GERMAN,
        entry("EXC", rate(5), kind=TaxKind.EXCISE),
        entry("BAG", TaxPeriod(amount_minor=5), kind=TaxKind.FEE),
        entry("CAN", rate(19), kind=TaxKind.DEPOSIT),
        entry("BOTTLE", rate(0), kind=TaxKind.DEPOSIT),
        entry("ZERO", rate(0), kind=TaxKind.ZERO),
    )
    assert waived_for_exempt(shop) == {"VAT", "CAN"}


VAT20, EXC5 = Tax("VAT20", Decimal(20)), Tax("EXC5", Decimal(5), compound=True)


@given(st.integers(1, 10**9))
def test_ukraines_excise_is_taken_on_the_price_with_vat_exactly_as_the_tax_service_writes(minor):
    """Excise = P / 105 x 5, VAT = (P - excise) / 120 x 20."""
    numerators, denominator = exact_taxes(Line("beer", 1, minor, (VAT20, EXC5)), minor)
    vat, excise = (Fraction(n, denominator) for n in numerators)
    assert excise == Fraction(minor, 105) * 5
    assert vat == (minor - excise) / 120 * 20


def test_a_bottle_of_126_hryvnias_holds_6_of_excise_and_20_of_vat():
    line = price(Basket((Line("beer", 1, 12600, (VAT20, EXC5)),))).lines[0]
    assert (line.net_minor, line.taxes, line.gross_minor) == (10000, (2000, 600), 12600)
