"""Reports read by another connection say what the state says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.core import facts as f
from appliance.core.item import ItemId
from appliance.journal import WrongJournal, reports
from bench import shop

from .till import Ringing


@pytest.fixture
def till(tmp_path):
    till = Ringing(tmp_path / "j.db")
    yield till
    till.journal.close()


def read(till, question, *args, **rest):
    with reports.reading(till.journal.path) as con:
        return question(con, *args, **rest)


def busy_shift(till):
    till.open_shift()
    till.sell(3)
    till.basket(2)
    till.append(f.LineVoided(f.SaleId(2), f.LineId(1)))
    till.append(f.SaleSuspended(f.SaleId(2), "пані в червоному"))
    till.basket(1)
    till.append(f.SaleVoided(f.SaleId(3), 4690, "передумав"))
    till.append(f.CashMoved(f.ShiftNumber(1), f.CashDirection.PAY_IN, 700, "розмін"))
    till.append(f.CashMoved(f.ShiftNumber(1), f.CashDirection.PAY_OUT, 300, "хліб"))
    till.append(
        f.DrawerOpened(
            f.EffectId(till.journal.state.last_effect + 1), f.DrawerCause.NO_SALE, "розмін"
        )
    )
    till.append(f.SaleRecalled(f.SaleId(2)))
    till.append(f.Tendered(f.SaleId(2), 1, f.TenderType.CASH, 100))
    till.append(f.TenderVoided(f.SaleId(2), 1))
    till.pay(discount_minor=10)


def test_x_report_equals_the_state_of_the_open_shift(till):
    busy_shift(till)
    report = read(till, reports.x_report)
    assert report.totals == till.journal.state.shift.totals
    assert report.totals.voided_lines == report.totals.voided_sales == 1
    assert report.totals.no_sales == 1
    assert report.opened_by == "olena"
    assert report.closed_at is None
    assert dict(report.tenders)["cash"] == report.totals.cash_sales_minor + 2 * 50_00


def test_z_report_equals_what_was_recorded_at_the_close(till):
    busy_shift(till)
    totals = till.journal.state.shift.totals
    till.close_shift()
    till.day(2)
    report = read(till, reports.z_report, 1)
    assert report.totals == totals
    assert report.agrees
    assert (report.z_number, report.difference_minor, report.reason) == (1, -5, "coins")
    assert [it.shift for it in read(till, reports.shifts)] == [2, 1]
    assert read(till, reports.z_report, 9) is None


def test_a_sale_parked_over_the_night_counts_in_the_shift_that_was_paid(till):
    till.open_shift()
    till.basket(2)
    till.append(f.SaleSuspended(f.SaleId(1), "завтра"))
    till.close_shift()
    till.open_shift()
    till.sell(1)
    till.append(f.SaleRecalled(f.SaleId(1)))
    till.append(
        *(
            replace(fact, shift=f.ShiftNumber(2)) if isinstance(fact, f.SaleCompleted) else fact
            for fact in shop.payment(till.journal.state)
        )
    )
    assert read(till, reports.x_report, 1).totals.sales == 0
    assert read(till, reports.x_report).totals == till.journal.state.shift.totals


def test_a_sale_is_shown_with_lines_tenders_taxes_and_where_its_paper_is(till):
    busy_shift(till)
    detail = read(till, reports.sale, 1, 1)
    assert [line.line for line in detail.lines] == [1, 2, 3]
    assert sum(line.gross_minor for line in detail.lines) == detail.sale.total_minor
    assert sum(tax.gross_minor for tax in detail.taxes) == detail.sale.total_minor
    assert detail.lines[0].taxes == ("A",)
    assert detail.lines[0].quantity == 1
    assert detail.sale.receipt_status == "printed"
    other = read(till, reports.sale_by_receipt, 2)
    assert other.sale.sale == 2
    assert other.sale.receipt_status == "waiting"
    assert (other.tenders[0].amount_minor, other.tenders[0].voided) == (100, True)
    assert other.sale.discount_minor == 10
    assert read(till, reports.sale, 1, 77) is None


def test_a_receipt_is_found_by_its_number_in_its_own_epoch(till):
    busy_shift(till)
    assert read(till, reports.sale_by_receipt, 2, 1) == read(till, reports.sale_by_receipt, 2)
    assert read(till, reports.sale_by_receipt, 2, 2) is None


def test_sales_are_listed_newest_first_within_a_time(till):
    busy_shift(till)
    statuses = [row.status for row in read(till, reports.sales)]
    assert statuses == ["voided", "completed", "completed"]
    till.basket(1)
    first = read(till, reports.sales)[0]
    assert (first.status, first.sale, first.total_minor) == ("open", 4, None)
    late = read(till, reports.sales, start=first.at)
    assert [row.sale for row in late] == [4]
    assert read(till, reports.sales, end=shop.NOON) == ()


def test_stock_is_the_sum_of_counts_and_sales_before_and_after_a_close(till):
    def count(**quantities):
        moves = tuple(f.StockMove(ItemId(sku[1:]), Decimal(q)) for sku, q in quantities.items())
        till.append(f.StockCounted(moves, "import"))

    def stock():
        rows = read(till, reports.stock)
        for row in rows:
            assert till.journal.stock_of(row.item) == row.quantity
        return {row.item: str(row.quantity) for row in rows}

    count(i1002="10", i1003="2.5", i9999="0.125")
    till.open_shift()
    till.sell(2)
    assert stock() == {"1002": "9", "1003": "1.5", "9999": "0.125"}
    till.close_shift()
    assert stock() == {"1002": "9", "1003": "1.5", "9999": "0.125"}
    till.open_shift()
    till.sell(3)
    count(i1003="20")
    till.sell(1)
    assert stock() == {"1002": "7", "1003": "20", "1004": "-1", "9999": "0.125"}
    assert read(till, reports.stock, "1004")[0].name.startswith("Кава")
    assert till.journal.stock_of("nothing") is None
    with reports.reading(till.journal.path) as con:
        rows = con.execute("SELECT sku, counted, difference FROM stock_count WHERE sku='1003'")
        assert rows.fetchall() == [("1003", 2_500_000, 2_500_000), ("1003", 20_000_000, 19_500_000)]


def test_drawer_openings_name_their_cause_and_sales_theirs(till):
    busy_shift(till)
    with reports.reading(till.journal.path) as con:
        rows = con.execute("SELECT cause, reason FROM drawer_opening ORDER BY id").fetchall()
    assert rows == [("sale", ""), ("no_sale", "розмін"), ("sale", "")]


def test_a_journal_that_is_not_there_is_said_plainly(tmp_path):
    with pytest.raises(WrongJournal, match="no journal"), reports.reading(tmp_path / "x.db"):
        pass
