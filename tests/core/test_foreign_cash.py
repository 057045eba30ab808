"""Foreign notes: their worth, their change, their count."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide import decide
from appliance.core.foreign import converted
from appliance.core.occasion import Occasion
from appliance.core.refusal import Reason, Refusal

from .builders import WINE, add
from .paying import (
    SHOP,
    completed,
    refused,
    selling,
)


def test_foreign_cash_is_converted_once_and_its_change_is_ours() -> None:
    bench = selling(add(WINE))
    facts = bench.does(c.TenderForeignCash("usd", 10_00))
    done = completed(facts)
    assert done.paid_minor == 412_00
    assert done.change_minor == 160_00
    tendered = next(fact for fact in facts if isinstance(fact, f.Tendered))
    assert (tendered.currency, tendered.foreign_minor, tendered.rate) == (
        "USD",
        10_00,
        Decimal("41.2"),
    )
    assert bench.state.shift is not None
    totals = bench.state.shift.totals
    assert totals.cash_minor == 100_00 - 160_00
    foreign = next(it for it in totals.tenders if it.currency)
    assert (foreign.currency, foreign.foreign_minor, foreign.amount_minor) == (
        "USD",
        10_00,
        412_00,
    )


def test_the_change_for_foreign_cash_is_given_in_coins_that_exist() -> None:
    bench = selling()
    done = completed(bench.does(c.TenderForeignCash("USD", 2_00)))
    assert done.paid_minor == 82_40
    assert done.change_minor % 50 == 0
    assert done.paid_minor - done.change_minor == done.total_minor + done.rounding_minor
    assert abs(done.rounding_minor) <= 25


def test_foreign_cash_needs_a_known_currency_a_rate_of_today_and_whole_notes() -> None:
    bench = selling()
    assert refused(bench, c.TenderForeignCash("GBP", 100)) is Reason.CURRENCY_UNKNOWN
    assert refused(bench, c.TenderForeignCash("PLN", 100)) is Reason.RATE_MISSING
    assert refused(bench, c.TenderForeignCash("EUR", 100)) is Reason.RATE_MISSING
    assert refused(bench, c.TenderForeignCash("USD", 1_50)) is Reason.FOREIGN_STEP
    assert refused(bench, c.TenderForeignCash("USD", 0)) is Reason.AMOUNT_NOT_POSITIVE
    assert refused(bench, c.TenderForeignCash("USD", 10**12)) is Reason.TENDER_TOO_LARGE
    today = Occasion(datetime(2026, 11, 24, 12, 0))
    taken = decide(bench.state, c.TenderForeignCash("EUR", 1_00), SHOP, today)
    assert not isinstance(taken, Refusal)


def test_currencies_without_and_with_three_decimals_are_converted_exactly() -> None:
    assert converted(1000, "JPY", Decimal("0.2765"), "UAH") == 276_50
    assert converted(1_500, "KWD", Decimal("134.5"), "UAH") == 201_75
    assert converted(10_00, "USD", Decimal("150.123"), "JPY") == 1501
    assert converted(1, "USD", Decimal("0.5"), "KWD") == 5
    assert converted(1, "UAH", Decimal("0.5"), "UAH") == 1  # halves away from zero


def test_foreign_notes_are_counted_at_the_close() -> None:
    bench = selling(add(WINE))
    bench.does(c.TenderForeignCash("USD", 10_00), c.CountForeign("USD", 9_00))
    assert bench.state.shift is not None
    counted = bench.state.shift.foreign[0]
    assert (counted.counted_minor, counted.expected_minor) == (9_00, 10_00)
    assert refused(bench, c.CountForeign("GBP", 1)) is Reason.CURRENCY_UNKNOWN
    assert refused(bench, c.CountForeign("USD", -1)) is Reason.COUNT_WRONG
