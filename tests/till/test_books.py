"""The shop's books over a running till: goods short, margin, stock value, customers, tips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from appliance.books import Books
from appliance.core import commands as c
from appliance.core.facts import LineId, Restock, SaleId, SaleRef, StockCause, StockDelta, StockMove
from appliance.core.refusal import Refusal
from appliance.core.report_rows import ReportBar, ReportBy
from appliance.people.customers import Customer, CustomerBook
from appliance.stockroom import Stockroom
from appliance.ui.port import UiSettings
from tests.ui.rig import BREAD, COFFEE, MILK, NOW, books, demo_till

TODAY = NOW.date()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Any]:
    with demo_till(tmp_path) as made:
        does(made, c.SignIn("iryna"), c.OpenShift(100_00))
        yield made


def does(parts: Any, *requests: c.Request) -> None:
    for request in requests:
        answer = parts[0].ask(request)
        assert not isinstance(answer, Refusal), f"{request}: {answer}"


def told(parts: Any, by: ReportBy, shop: Books | None = None) -> dict[str, ReportBar]:
    shop = shop or books(parts[0].journal.path, parts[1], UiSettings(language="en"))
    return {bar.key: bar for bar in shop.report(by, TODAY, TODAY).bars}


def received(parts: Any) -> None:
    moves = (
        StockDelta(MILK, Decimal(10), cost_minor=Decimal(3000)),
        StockDelta(BREAD, Decimal(5), cost_minor=Decimal(1000)),
    )
    does(parts, c.MoveStock(StockCause.RECEIVED, moves, "Ферма", "17"))


def test_what_is_written_off_is_short_at_its_cost(parts: Any) -> None:
    received(parts)
    lost = (StockDelta(BREAD, Decimal(2)),)
    does(parts, c.MoveStock(StockCause.WRITE_OFF, lost, reason="Зіпсовано"))
    bar = told(parts, ReportBy.SHORTAGE)[BREAD]
    assert bar.amount_minor == -2 * told(parts, ReportBy.STOCK)[BREAD].amount_minor // 3


def test_an_import_is_no_surplus_and_goods_without_a_delivery_have_the_catalogues_cost(
    parts: Any,
) -> None:
    counts = (StockMove(MILK, Decimal(40)), StockMove(BREAD, Decimal(7)))
    does(parts, c.CountStock(counts, "catalogue.csv"))
    assert told(parts, ReportBy.SHORTAGE) == {}
    milk = parts[1].by_id(MILK)
    assert told(parts, ReportBy.STOCK)[MILK].amount_minor == 40 * milk.cost_minor
    does(parts, c.StartCount(), c.CountItem(1, MILK, Decimal(38)), c.FinishCount(1))
    assert told(parts, ReportBy.SHORTAGE)[MILK].amount_minor == -2 * milk.cost_minor


def test_what_came_back_and_was_written_off_is_short_too(parts: Any) -> None:
    received(parts)
    does(parts, c.SellItem(BREAD, Decimal(3)), c.TenderCash())
    before = parts[0].journal.stock_of(BREAD)
    sale = SaleRef(1, 1, SaleId(1))
    for place in (Restock.SCRAP, Restock.SUPPLIER):
        pick = c.Pick(LineId(1), Decimal(1), place)
        does(parts, c.ReturnLines(sale, (pick,), "Defect"), c.TenderCash())
    assert parts[0].journal.stock_of(BREAD) == before, "nothing lies on the shelf again"
    found = told(parts, ReportBy.SHORTAGE)[BREAD]
    cost = parts[0].journal.stock.cost_minor(BREAD)
    assert (found.note, found.amount_minor) == ("−1 pcs", -round(cost))
    room = Stockroom(parts[0].journal.path, parts[1])
    moves = [(move.cause, move.quantity, move.receipt) for move in room.history(BREAD)[:4]]
    assert moves == [
        *(("supplier_return", -1, 3), ("return", 1, 3)),
        *(("write_off", -1, 2), ("return", 1, 2)),
    ]


def test_an_hour_of_work_is_no_stock(parts: Any) -> None:
    trade, goods = parts[0], parts[1]
    with goods.write() as writer:
        writer.put([replace(goods.by_id(MILK), service=True)])
    goods.refresh()
    does(parts, c.SellItem(MILK), c.SellItem(BREAD), c.TenderCash())
    room = Stockroom(trade.journal.path, goods)
    names = {row.item for row in room.levels()}
    assert BREAD in names
    assert MILK not in names
    before = trade.journal.stock_of(MILK)
    does(parts, c.StartCount(), c.FinishCount(1, rest_to_zero=True))
    assert trade.journal.stock_of(MILK) == before


def test_what_a_count_finds_missing_or_over_is_told(parts: Any) -> None:
    received(parts)
    before = told(parts, ReportBy.STOCK)
    left = {sku: Decimal(bar.note.split()[0]) for sku, bar in before.items()}
    does(
        parts,
        c.StartCount(),
        c.CountItem(1, MILK, left[MILK] - 3),
        c.CountItem(1, BREAD, left[BREAD] + 2),
        c.FinishCount(1),
    )
    found = told(parts, ReportBy.SHORTAGE)
    assert (found[MILK].note, found[BREAD].note) == ("−3 pcs", "2 pcs")
    assert found[MILK].amount_minor < 0 < found[BREAD].amount_minor


def test_a_customer_who_was_erased_stays_in_the_sums_without_a_name(
    parts: Any, tmp_path: Path
) -> None:
    with CustomerBook(tmp_path) as people:
        anna = people.add(Customer("", "Анна", phone="0501234567"))
        does(parts, c.AttachCustomer(anna.id), c.SellItem(COFFEE), c.TenderCash())

        def name(customer: str) -> str:
            known = people.get(customer)
            return known.name if known else ""

        shop = replace(
            books(parts[0].journal.path, parts[1], UiSettings(language="en")), customer=name
        )
        known = told(parts, ReportBy.CUSTOMER, shop)[anna.id]
        assert (known.label, known.note) == ("Анна", "1 receipt")
        people.erase([anna.id])
        gone = told(parts, ReportBy.CUSTOMER, shop)[anna.id]
        assert (gone.label, gone.amount_minor) == ("Former customer", known.amount_minor)


def test_discounts_and_takings_are_the_goods_at_full_price(parts: Any) -> None:
    from appliance.core.facts import Discount

    does(
        parts,
        c.SellItem(MILK, Decimal(2)),
        c.DiscountLine(LineId(1), Discount(percent=Decimal(10))),
        c.TenderCash(),
    )
    sums = {key: bar.amount_minor for key, bar in told(parts, ReportBy.SUMS).items()}
    assert sums["sold"] + sums["discounts"] == sums["takings"] > 0


def test_a_day_with_nothing_sold_is_compared_with_one_that_was(parts: Any) -> None:
    does(parts, c.SellItem(MILK), c.TenderCash())
    shop = books(parts[0].journal.path, parts[1], UiSettings(language="en"))
    later = TODAY + timedelta(7)
    found = shop.glance(later, later, NOW + timedelta(7))
    assert (found.report.now.sales, found.report.before.sales) == (0, 1)


def test_ukrainian_counts_receipts_in_three_forms(parts: Any) -> None:
    shop = books(parts[0].journal.path, parts[1], UiSettings(language="uk"))
    forms = []
    for number in range(1, 6):
        does(parts, c.SellItem(MILK), c.TenderCash(), c.SkipReceipt())
        if number in (1, 2, 5):
            forms += [bar.note for bar in told(parts, ReportBy.DAY, shop).values()]
    assert forms == ["1 чек", "2 чеки", "5 чеків"]
