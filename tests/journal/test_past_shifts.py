"""What the journal's tables know of shifts: drawers, bags, handovers, who sold what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.policy import Drawer
from appliance.journal import Journal, reports
from appliance.journal.verify import verify
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running

TWO_DRAWERS = replace(POLICY, blind_count=False, drawers=(Drawer("a", "A"), Drawer("b", "Б")))


def sell(it: Running, *skus: str) -> None:
    it.sells(*skus)
    it.does(c.TenderCash())


def close(it: Running) -> int:
    """Counts what should be there, in fifties of a hryvnia, and closes."""
    state = it.till.journal.state
    assert state.shift is not None
    pieces, rest = divmod(state.shift.cash_minor, 50)
    assert not rest
    it.does(c.CountDrawer((f.DenominationCount(50, pieces),)))
    it.does(c.CloseShift())
    return it.till.journal.state.last_z


def test_each_cashier_finds_what_she_sold(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        sell(it, "milk")
        it.does(c.SignIn("ivan"))
        sell(it, "bread", "bread")
        close(it)
        (past,) = it.till.journal.shifts.newest(10)
        key = it.till.journal.shifts.key_of(past.shift, past.epoch)
        assert key is not None
        by = {row.cashier: row for row in it.till.journal.shifts.takings(key)}
    assert {who: row.sales for who, row in by.items()} == {"olena": 1, "ivan": 1}
    assert sum(row.gross_minor for row in by.values()) == past.gross_minor == 46_90 + 2 * 24_50
    assert by["ivan"].cash_minor == 49_00


def test_two_drawers_used_in_turns_have_their_own_sums(tmp_path: Path) -> None:
    with running(tmp_path, policy=TWO_DRAWERS) as it:
        it.does(c.SignIn("olena"))
        it.does(c.OpenShift(100_00, "a"))
        sell(it, "milk")
        it.does(c.ChooseDrawer("b"))
        it.does(c.OpenShift(50_00))
        sell(it, "bread")
        it.does(c.ChooseDrawer("a"))
        sell(it, "milk")
        numbers = [close(it)]
        it.does(c.ChooseDrawer("b"))
        numbers.append(close(it))
        path = it.till.journal.path
    with reports.reading(path) as con:
        second, first = sorted(reports.shifts(con), key=lambda row: row.drawer, reverse=True)
    assert numbers == [1, 2]
    assert all(row.agrees for row in (first, second))
    assert (first.drawer, first.totals.sales, first.z_number) == ("a", 2, 1)
    assert (second.drawer, second.totals.sales, second.z_number) == ("b", 1, 2)


def test_bags_and_handovers_are_found_by_their_number_and_outlive_a_rebuild(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.does(c.DropToSafe("B-1", 20_00))
        it.does(c.DropToSafe("B-2", 30_00))
        it.does(c.CountDrawer((f.DenominationCount(20_00, 2),)))
        it.does(c.HandOver("ivan", "не вистачає"))
        path = it.till.journal.path
    with Journal.open(path, "till-1") as journal:
        journal.rebuild()
        key = journal.shifts.key_of(1)
        assert key is not None
        drop, handed = journal.shifts.drop(key, 2), journal.shifts.handover(key, 1)
        assert drop is not None
        assert handed is not None
        assert isinstance(drop.fact, f.CashMoved)
        assert drop.fact.bag == "B-2"
        assert isinstance(handed.fact, f.ShiftHandedOver)
        assert handed.fact.counted_minor == 40_00
        assert journal.shifts.found_minor(key) == -10_00
        assert journal.shifts.drop(key, 3) is None
        assert journal.shifts.drop(key, 0) is None
    assert verify(path, deep=True).ok


def test_a_z_report_is_found_by_its_number_and_a_strange_number_is_not(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        close(it)
        it.does(c.OpenShift(0))
        close(it)
        shifts = it.till.journal.shifts
        assert shifts.of_z(2) == shifts.of_z(2, epoch=1) == (1, 2)
        for number, epoch in ((3, 0), (0, 0), (-1, 0), (2, 7), (10**30, 0), (2, 10**30)):
            assert shifts.of_z(number, epoch) is None
        assert [row.z_number for row in shifts.newest(5)] == [2, 1]
        assert shifts.newest(-3) == ()
