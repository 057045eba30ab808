"""Stock on the screen, touched as a person does: papers, counts, pieces with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core.facts import StockCause, StockDelta
from appliance.core.item import Tracking
from appliance.ui.screens.stock_paper import day_of
from tests.ui.rig import BREAD, COFFEE, MILK, Rig, demo_till


@pytest.fixture
def rig(kivy: None, tmp_path: Path) -> Iterator[Rig]:
    with demo_till(tmp_path) as parts:
        with parts[1].write() as writer:
            coffee = parts[1].by_id(COFFEE)
            assert coffee is not None
            writer.put([replace(coffee, tracking=Tracking.SERIAL)])
        parts[1].refresh()
        made = Rig(*parts, language="en")
        made.does(c.SignIn("iryna"), c.OpenShift(100_00))
        try:
            yield made
        finally:
            made.close()


def left(rig: Rig, item: str) -> Decimal | None:
    return rig.till.journal.stock_of(item)


def scan(rig: Rig, item: str) -> None:
    found = rig.catalogue.by_id(item)  # type: ignore[arg-type]
    assert found is not None
    rig.till.ask(c.Scan(found.gtins[0]))
    rig.pump()
    rig.settle()


def test_goods_are_received_by_scanning_and_typing(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    scan(rig, MILK)
    scan(rig, MILK)
    scan(rig, BREAD)
    for digit in "30":
        rig.tap(digit)
    rig.tap("Cost")
    for digit in "12.50":
        rig.screen.typed(digit)
    rig.tap("Best before")
    for digit in "311226":
        rig.screen.typed(digit)
    rig.tap("Book it")
    assert rig.desk.name == "stock_lists"
    assert (left(rig, MILK), left(rig, BREAD)) == (2, 30)
    assert rig.till.journal.stock.cost_minor(BREAD) == 1250
    lot = rig.till.journal.stock.lot(BREAD, "2026-12-31")
    assert lot is not None
    assert lot.quantity == 30
    assert rig.till.journal.state.sale is None, "nothing of it was sold"
    rig.until(lambda: bool(rig.screen.count()))  # the papers are looked up off the screen's thread
    rig.tap("Reverse it")
    rig.until(lambda: (left(rig, MILK), left(rig, BREAD)) == (0, 0))
    rig.desk.home()
    rig.settle()
    scan(rig, MILK)
    assert rig.till.journal.state.sale is not None, "scans sell again"


def test_a_write_off_without_a_reason_says_so_and_takes_one(rig: Rig) -> None:
    rig.does(c.MoveStock(StockCause.RECEIVED, (StockDelta(MILK, Decimal(5)),)))
    rig.desk.go("stock_paper", cause=StockCause.WRITE_OFF)
    rig.settle()
    scan(rig, MILK)
    rig.tap("Book it")
    assert rig.desk.name == "stock_paper"
    assert left(rig, MILK) == 5
    rig.tap("Reason")
    rig.tap("Broken")
    rig.tap("Book it")
    assert left(rig, MILK) == 4


def test_a_paper_stays_while_other_pages_are_looked_at(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    scan(rig, MILK)
    rig.tap("Back")
    rig.settle()
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    assert [row.found.item for row in rig.screen.draft.rows] == [MILK]


def test_back_from_a_word_for_the_paper_is_the_paper(rig: Rig) -> None:
    rig.desk.go("stock_paper", cause=StockCause.RECEIVED)
    rig.settle()
    rig.tap("Supplier")
    assert rig.desk.name == "stock_text"
    rig.screen.back.press()
    rig.settle()
    assert rig.desk.name == "stock_paper"


def begin_count(rig: Rig) -> None:
    rig.desk.go("stock_counts")
    rig.settle()
    rig.screen._tapped(0)
    rig.settle()
    rig.settle()
    assert rig.desk.name == "counting"


def test_a_count_by_scans_and_typed_numbers_becomes_the_stock(rig: Rig) -> None:
    goods = (StockDelta(MILK, Decimal(10)), StockDelta(BREAD, Decimal(4)))
    rig.does(c.MoveStock(StockCause.RECEIVED, goods))
    begin_count(rig)
    scan(rig, BREAD)
    scan(rig, MILK)
    rig.tap("8")
    rig.tap("So many lie there")
    rig.settle()
    rig.tap("Apply")
    assert (left(rig, MILK), left(rig, BREAD)) == (8, 1)
    assert rig.desk.name == "stock_counts"


def test_a_typed_number_is_counted_before_the_count_ends(rig: Rig) -> None:
    rig.does(c.MoveStock(StockCause.RECEIVED, (StockDelta(MILK, Decimal(10)),)))
    begin_count(rig)
    scan(rig, MILK)
    assert rig.key("Apply").face.enabled
    rig.tap("8")
    assert not rig.key("Apply").face.enabled
    rig.tap("So many lie there")
    rig.settle()
    rig.tap("Apply")
    assert left(rig, MILK) == 8


def test_a_piece_is_asked_for_its_number_and_sold_with_it(rig: Rig) -> None:
    rig.desk.go("sale")
    rig.till.ask(c.SellItem(COFFEE))
    rig.pump()
    rig.settle()
    assert rig.desk.name == "serial"
    rig.screen.typed("SN-1")
    rig.tap("Sell")
    rig.settle()
    assert rig.desk.name == "sale"
    sale = rig.till.journal.state.sale
    assert sale is not None
    assert [(line.item, line.serial) for line in sale.lines] == [(COFFEE, "SN-1")]


def test_a_piece_not_sold_after_all_lets_scans_sell_again(rig: Rig) -> None:
    rig.till.ask(c.SellItem(COFFEE))
    rig.pump()
    rig.settle()
    rig.screen.command("escape") or rig.desk.pressed("escape")
    rig.settle()
    scan(rig, MILK)
    sale = rig.till.journal.state.sale
    assert sale is not None
    assert [line.item for line in sale.lines] == [MILK]


def test_few_left_are_told_on_the_quick_key_and_in_the_search(rig: Rig) -> None:
    item = rig.desk.pages[0].keys[0].item
    rig.does(c.MoveStock(StockCause.RECEIVED, (StockDelta(item.id, Decimal(3)),)))
    rig.desk.go("more")
    rig.desk.home()
    rig.screen._ask_left()
    rig.settle()
    assert rig.screen._keys[0].face.badge == "3"
    rig.desk.go("search", text=item.name[:5])
    rig.settle()
    rig.settle()
    assert rig.screen.left[item.id] == 3


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("311226", "2026-12-31"),
        ("31122026", "2026-12-31"),
        ("1226", "2026-12-31"),
        ("0228", "2028-02-29"),
        ("310226", ""),
        ("1326", ""),
        ("0026", ""),
        ("31", ""),
        ("", ""),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, day: str) -> None:
    assert day_of(typed) == day
