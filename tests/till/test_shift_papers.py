"""What is printed of a shift: bags for the safe, a drawer handed over, X before a blind count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.payment_answer import Totals
from appliance.core.policy import ForeignCurrency, Policy, PortRule
from appliance.core.receipt import ShopHeader
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import PrintJob
from appliance.core.x_scope import BLIND
from appliance.documents import Papers
from appliance.journal import reports
from appliance.payments.cashdesk import CashDesk
from hw_sim.payment import SimulatedPort
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Running, open_shift, running


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as made:
        open_shift(made)
        yield made


def printed(
    it: Running, policy: Policy = POLICY, what: f.PrintWhat | None = None
) -> list[tuple[str, str | int | None]]:
    """The rows of the newest paper (of a kind) that was asked for."""
    papers = [x.fact for x in it.till.journal.records() if isinstance(x.fact, f.PrintRequested)]
    asked = [paper for paper in papers if what in (None, paper.what)][-1]
    job = PrintJob(asked.effect, asked.what, asked.sale, asked.shift, slip=asked.slip)
    paper = Papers(ShopHeader("Крам"), policy, NAMES, "en").document(job, it.till.journal)
    return [
        (row.label, row.text or row.amount_minor or row.count)
        for section in paper.sections  # type: ignore[union-attr]
        for row in section.rows
    ]


def test_the_z_report_has_the_terminal_s_sum_beside_the_till_s(tmp_path: Path) -> None:
    shop = replace(POLICY, ports=(PortRule("Oschad", f.TenderType.CARD, by_hand=False),))
    port = SimulatedPort("Oschad", on_totals=Totals(2, 60_00))
    with running(tmp_path, policy=shop, payments=CashDesk([port])) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.AskTender(f.TenderType.CARD))
        it.does(c.SkipReceipt())
        it.does(c.AskTotals("Oschad", close=True))
        it.does(c.AcceptTotals("Oschad", "another till's payment"), actor="ivan")
        it.does(c.CountDrawer((f.DenominationCount(100_00, 1),)))
        it.does(c.CloseShift())
        rows = printed(it, what=f.PrintWhat.Z_REPORT)
    for row in (
        *(("By the till", 46_90), ("By the terminal", 60_00), ("Difference", 13_10)),
        ("Reason", "another till's payment"),
    ):
        assert row in rows


def test_a_bag_for_the_safe_has_its_slip_and_leaves_the_drawer(it: Running, tmp_path: Path) -> None:
    it.does(c.DropToSafe("B-1", 30_00))
    it.does(c.DropToSafe("B-2", counts=(f.DenominationCount(20_00, 2),)))
    rows = printed(it)
    assert ("Bag", "B-2") in rows
    assert ("Into the safe", 40_00) in rows
    it.does(c.PrintXReport())
    assert ("Into the safe", -70_00) in printed(it)
    it.does(c.CountDrawer((f.DenominationCount(20_00, 1), f.DenominationCount(10_00, 1))))
    it.does(c.CloseShift())
    with reports.reading(tmp_path / "journal.db") as con:
        (closed,) = reports.shifts(con)
    assert closed.agrees
    assert (closed.totals.safe_drop_minor, closed.totals.cash_minor) == (70_00, 30_00)


def test_a_drawer_that_changes_hands_is_signed_for(it: Running) -> None:
    it.does(c.CountDrawer((f.DenominationCount(50_00, 2),)))
    it.does(c.HandOver("ivan"))
    rows = dict(printed(it))
    assert (rows["Takes"], rows["Counted"]) == ("Іван", 100_00)


def test_x_keeps_the_count_blind_for_who_is_to_count(tmp_path: Path) -> None:
    with running(tmp_path, policy=replace(POLICY, blind_count=True)) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        it.does(c.PrintXReport())
        asked = [x.fact for x in it.till.journal.records() if isinstance(x.fact, f.PrintRequested)]
        labels = {label for label, _ in printed(it)}
        shown = {"Takings", "Cash sales", "Cash"} & labels
        assert bool(shown) is not asked[-1].slip.endswith(BLIND)


def test_a_z_report_is_printed_once_more_by_its_number(it: Running) -> None:
    it.sells("milk")
    it.does(c.TenderCash())
    it.does(c.CountDrawer((f.DenominationCount(100_00, 1), f.DenominationCount(1_00, 47))))
    it.does(c.CloseShift())
    first = printed(it)
    it.does(c.OpenShift(10_00))
    it.does(c.PrintZCopy(1))
    assert printed(it) == first
    answer = it.tries(c.PrintZCopy(7))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.NO_SUCH_Z


def test_the_z_report_says_what_was_left_open(it: Running) -> None:
    it.sells("milk")
    it.does(c.SuspendSale("Пані Марія"))
    it.does(c.CountDrawer((f.DenominationCount(100_00, 1),)))
    it.does(c.CloseShift())
    assert ("Suspended basket", 1) in printed(it)


def test_the_z_report_tells_of_people_handovers_and_foreign_notes(tmp_path: Path) -> None:
    euros = ForeignCurrency("EUR", Decimal(50))
    with running(tmp_path, policy=replace(POLICY, foreign=(euros,))) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderForeignCash("EUR", 1_00))
        it.does(c.CountDrawer((f.DenominationCount(10_00, 1),)))
        it.does(c.HandOver("ivan", "решта"))
        it.does(c.SignIn("ivan"))
        it.sells("bread", "bread")
        it.does(c.TenderCash())
        it.does(c.CountForeign("EUR", 3_00))
        state = it.till.journal.state
        assert state.shift is not None
        pieces, rest = divmod(state.shift.cash_minor, 50)
        assert rest == 0
        it.does(c.CountDrawer((f.DenominationCount(50, pieces),)))
        it.does(c.CloseShift(drop_minor=20_00, bag="B-9"))
        rows = dict(printed(it))
    assert (rows["Олена × 1"], rows["Іван × 1"]) == (46_90, 49_00)
    assert rows["Found at handovers"] == 10_00 - (100_00 - 3_00)
    assert (rows["Into the safe"], rows["Bag"]) == (-20_00, "B-9")
    assert rows["Left in the drawer"] == pieces * 50 - 20_00
    assert rows["Counted"] == "3.00 EUR"


def test_x_before_a_blind_count_names_people_without_their_sums(it: Running) -> None:
    it.sells("milk")
    it.does(c.TenderCash())
    it.does(c.SignIn("ivan"))
    it.sells("bread")
    it.does(c.TenderCash())
    it.does(c.SignIn("olena"))
    it.does(c.PrintXReport())
    rows = dict(printed(it))
    assert (rows["Олена"], rows["Іван"]) == (1, 1)


@pytest.mark.parametrize("days", [800, -365])
def test_a_shift_closes_after_the_clock_was_set_to_another_year(tmp_path: Path, days: int) -> None:
    with running(tmp_path) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.TenderCash())
        it.clock.move(days=days)
        it.sells("milk")
        it.does(c.TenderCash())
        it.does(c.CountDrawer((f.DenominationCount(100_00, 1), f.DenominationCount(1_00, 94))))
        it.does(c.CloseShift())
        with reports.reading(tmp_path / "journal.db") as con:
            day = reports.z_report(con, 1)
        assert day is not None
        assert (day.totals.sales, day.totals.cash_sales_minor) == (2, 2 * 47_00)
        it.does(c.OpenShift(100_00))
        it.sells("milk")
        it.does(c.TenderCash())
        assert it.till.journal.state.last_receipt == 3
    with running(tmp_path, clock=it.clock) as again:
        shift = again.till.journal.state.shift
        assert shift is not None
        assert shift.totals.sales == 1
