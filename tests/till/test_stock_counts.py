"""Counts of the shelves while the till sells: scanned, typed, by category, over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import LineId
from appliance.core.refusal import Reason
from tests.core.builders import BREAD, MILK
from tests.till import builders
from tests.till.builders import Running, open_shift, running
from tests.till.stocked import (
    GOODS,
    delta,
    left,
    pays,
    proven,
    reason,
    receive,
)


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(builders, "ITEMS", GOODS)
    with running(tmp_path) as till:
        open_shift(till)
        till.does(c.SignIn("ivan"))
        yield till


def test_the_till_sells_on_while_somebody_counts(it: Running) -> None:
    receive(it, delta(MILK, "10", "3000"), delta(BREAD, "5", "1000"))
    it.does(c.StartCount())
    it.sells("milk")
    pays(it)
    it.does(c.CountItem(1, MILK.id, Decimal(8)))
    it.sells("milk", "milk")
    pays(it)
    it.does(c.FinishCount(1))
    assert left(it, MILK) == "6", "9 expected, 8 found, 2 sold afterwards"
    assert left(it, BREAD) == "5", "not counted, not touched"
    assert reason(it.tries(c.CountItem(1, MILK.id, Decimal(1)))) is Reason.NO_SUCH_COUNT
    proven(it)


def test_what_stands_in_a_basket_is_off_the_shelf_already(it: Running) -> None:
    receive(it, delta(MILK, "10"), delta(BREAD, "5"))
    it.sells("milk")
    it.does(c.SuspendSale("Пані Марія"))
    it.sells("milk", "bread")
    it.does(c.StartCount())
    it.does(c.CountItem(1, MILK.id, Decimal(8)))
    it.does(c.FinishCount(1, rest_to_zero=True))
    pays(it)
    it.does(c.RecallSale(f.SaleId(1)))
    pays(it)
    assert left(it, MILK) == "8", "nothing was missing"
    assert left(it, BREAD) == "0", "one was sold, the other four were not found"


def test_goods_that_come_back_are_not_on_the_shelf_before_they_are_paid_out(it: Running) -> None:
    receive(it, delta(MILK, "10"))
    it.sells("milk")
    pays(it)
    back = c.Pick(LineId(1), Decimal(1))
    it.does(c.ReturnLines(f.SaleRef(1, 1, f.SaleId(1)), (back,), "x"))
    it.does(c.StartCount())
    it.does(c.CountItem(1, MILK.id, Decimal(9)))
    it.does(c.FinishCount(1))
    pays(it)
    assert left(it, MILK) == "10"


def test_what_was_sold_while_it_was_being_counted_is_counted_anew(it: Running) -> None:
    """Nobody knows whether the piece that was sold had been counted before."""
    receive(it, delta(MILK, "10"))
    it.does(c.StartCount())
    it.does(c.CountItem(1, MILK.id, Decimal(6), add=True))
    it.sells("milk")
    pays(it)
    answer = it.tries(c.CountItem(1, MILK.id, Decimal(4), add=True))
    assert reason(answer) is Reason.COUNT_MOVED
    it.does(c.CountItem(1, MILK.id, Decimal(9)))
    it.does(c.FinishCount(1))
    assert left(it, MILK) == "9"


def test_scans_count_one_by_one_and_the_rest_may_be_nothing(it: Running) -> None:
    receive(it, delta(MILK, "10"), delta(BREAD, "5"))
    it.does(c.StartCount())
    it.does(c.AimStock("count", 1))
    for _ in range(3):
        it.does(c.Scan("4820000000017"))
    found = it.till.look.stock.found
    assert found is not None
    assert (found.item, found.counted, found.left) == (MILK.id, 3, 10)
    it.does(c.FinishCount(1, rest_to_zero=True))
    assert (left(it, MILK), left(it, BREAD)) == ("3", "0")
    it.does(c.AimStock())
    it.does(c.Scan("4820000000017"))
    assert it.till.journal.state.sale is not None


def test_counts_of_categories_do_not_overlap(it: Running) -> None:
    it.does(c.StartCount("Хліб"))
    it.does(c.StartCount("Вода"))
    assert reason(it.tries(c.StartCount("Вода"))) is Reason.COUNT_OPEN
    assert reason(it.tries(c.StartCount())) is Reason.COUNT_OPEN
    answer = it.tries(c.CountItem(1, MILK.id, Decimal(1)))
    assert reason(answer) is Reason.COUNT_OTHER_SCOPE
    it.does(c.FinishCount(1, apply=False))
    assert [it.scope for it in it.till.look.stock.counts] == ["Вода"]


def test_a_count_goes_on_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.SignIn("ivan"))
        receive(it, delta(MILK, "10"))
        it.does(c.StartCount())
        it.does(c.CountItem(1, MILK.id, Decimal(4)))
    with running(tmp_path) as it:
        assert [count.count for count in it.till.look.stock.counts] == [1]
        it.does(c.CountItem(1, MILK.id, Decimal(3), add=True))
        it.does(c.FinishCount(1))
        assert left(it, MILK) == "7"


def test_a_count_thrown_away_changes_nothing(it: Running) -> None:
    receive(it, delta(MILK, "10"))
    it.does(c.StartCount())
    it.does(c.CountItem(1, MILK.id, Decimal(4)))
    it.does(c.FinishCount(1, apply=False))
    assert left(it, MILK) == "10"
    proven(it)


def test_an_import_during_a_count_is_not_undone_by_it(it: Running) -> None:
    receive(it, delta(MILK, "10"))
    it.does(c.StartCount())
    it.does(c.CountItem(1, MILK.id, Decimal(8)))
    it.does(c.CountStock((f.StockMove(MILK.id, Decimal(8)),), "import"))
    it.does(c.FinishCount(1))
    assert left(it, MILK) == "8"
    proven(it)
