"""Returning by hand: from a receipt to money given back, with a finger, a scanner and a keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import ReceiptCode
from appliance.core.devices import Scanned
from appliance.core.item import ItemId, Tracking
from tests.ui.rig import BEER, BREAD, COFFEE, YOGHURT, Rig
from tests.ui.scenes.scene import MANAGED, OPEN, SOLD

WATER, CASE, CUP = map(ItemId, ("1302", "1304", "1185"))
Opened = Callable[..., Rig]


def lines(rig: Rig) -> list[tuple[str, Decimal, int]]:
    basket = rig.till.look.basket
    found = basket.lines if basket else ()
    return [(str(line.item), line.quantity, line.amount_minor) for line in found]


def scan(rig: Rig, code: str) -> None:
    rig.till.tell(Scanned("scanner", code, time.monotonic_ns()))
    rig.settle()


def test_a_scanned_receipt_leads_to_its_lines_and_three_touches_give_money_back(
    opened: Opened,
) -> None:
    rig = opened(*SOLD, language="uk")
    rig.desk.go("sale")
    scan(rig, ReceiptCode(1, 1, 1).text)
    assert rig.desk.name == "return_lines"
    rig.screen._tapped(1)
    rig.settle()
    rig.tap("Брак", "Списати")
    rig.screen.step(-1)
    rig.tap("Повернути")
    assert rig.desk.name == "sale"
    assert lines(rig) == [(BREAD, Decimal(-1), -2450)]
    rig.tap("Видати")
    done = rig.till.journal.state.done
    assert done is not None
    assert done.sale.lines[0].restock is f.Restock.SCRAP
    assert done.sale.taken_back[0].reason == "Брак"
    assert rig.desk.name == "done"


def test_a_typed_number_and_the_list_find_the_receipt(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    rig.desk.go("returns")
    rig.settle()
    assert [row.number for row in rig.screen.receipts] == ["1-000001"]
    rig.tap("1", "Find")
    assert rig.desk.name == "return_lines"
    rig.tap("Back")
    rig.screen._open(0)
    rig.settle()
    assert rig.desk.name == "return_lines"


def test_a_number_that_is_none_stays_and_says_so(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    rig.desk.go("returns")
    rig.settle()
    rig.tap("9", "9", "Find")
    assert rig.desk.name == "returns"
    assert rig.till.look.notice is not None
    assert rig.till.look.notice.key == "receipt_unknown"


def test_plus_and_minus_stop_at_what_was_sold(opened: Opened) -> None:
    rig = opened(*SOLD, c.FindReceipt(code="1"), language="en")
    rig.settle()
    rig.desk.go("return_lines")
    rig.screen._tapped(1)
    for _ in range(5):
        rig.screen.step(1)
    assert rig.screen.picks == {f.LineId(2): Decimal(2)}
    for _ in range(5):
        rig.screen.step(-1)
    assert rig.screen.picks == {}
    assert not rig.key("Take back").face.enabled
    rig.screen.typed("1")
    assert rig.screen.picks == {f.LineId(2): Decimal(1)}


def test_goods_taken_for_goods_returned_net_out(opened: Opened) -> None:
    pick = c.Pick(f.LineId(2), Decimal(2))
    taken = c.ReturnLines(f.SaleRef(1, 1, f.SaleId(1)), (pick,), "x")
    rig = opened(*SOLD, taken, c.SellItem(COFFEE), language="en")
    rig.desk.go("sale")
    assert rig.till.look.basket is not None
    assert rig.till.look.basket.total_minor == 319_00 - 49_00
    assert rig.key("Cash").face.title == "Cash 270.00"


def test_a_sale_is_voided_from_its_receipt(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    first = rig.till.journal.state.done
    assert first is not None
    rig.does(c.SignIn("iryna"))
    rig.does(c.FindReceipt(code="1"))
    rig.tap("Void the whole sale")
    assert rig.desk.name == "sale"
    rig.tap("Give back")
    second = rig.till.journal.state.done
    assert second is not None
    assert second.total_minor == -first.total_minor
    assert rig.till.look.notice is not None


def test_receipts_are_listed_by_day_and_by_goods(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    rig.desk.go("returns")
    rig.tap("By day", "22", "Show")
    assert (rig.desk.name, rig.screen.receipts, rig.screen.asked) == ("returns", (), "22 Nov 2026")
    rig.tap("By day", "22", "23", "Show")
    assert [row.number for row in rig.screen.receipts] == ["1-000001"]
    rig.tap("By goods")
    for char in "дарниц":
        rig.screen._board_key(char)
        rig.settle()
    rig.screen.finished()
    rig.settle()
    assert (rig.desk.name, len(rig.screen.receipts)) == ("returns", 1)
    rig.tap("Back")
    assert rig.till.look.receipts is None, "nobody listens for a customer's card any more"


def test_a_part_of_a_bag_of_apples_is_typed(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    rig.does(c.SkipReceipt(), c.FindReceipt(code="1"))
    rig.screen._tapped(2)
    rig.tap("0.436 / 0.436 kg")
    for digit in "0.5":
        rig.screen.typed(digit)
    assert not rig.key("Apply").face.enabled, "more than was sold"
    for digit in ("back", "2", "3", "6"):
        rig.screen._press(digit)
    rig.tap("Apply")
    assert rig.screen.picks == {f.LineId(3): Decimal("0.236")}
    rig.tap("Take back")
    assert [quantity for _, quantity, _ in lines(rig)] == [Decimal("-0.236")]


def test_a_deposit_comes_back_with_its_goods(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(WATER, Decimal(3)), c.TenderCash(), language="en")
    rig.does(c.SkipReceipt(), c.FindReceipt(code="1"))
    rig.settle()
    rig.screen._tapped(0)
    rig.screen.step(-1)
    assert rig.screen.picks == {f.LineId(1): Decimal(2), f.LineId(2): Decimal(2)}
    rig.screen.step(-1)
    rig.screen.step(-1)
    assert rig.screen.picks == {}


def test_a_cup_of_coffee_is_written_off_and_a_case_goes_back_on_the_shelf(opened: Opened) -> None:
    rig = opened(*OPEN, c.SellItem(CUP), c.SellItem(CASE), c.TenderCash(), language="en")
    rig.does(c.SkipReceipt(), c.FindReceipt(code="1"))
    rig.settle()
    rig.screen._tapped(0)
    assert rig.screen.place_of() is f.Restock.SCRAP
    rig.screen._tapped(1)
    assert rig.screen.place_of() is f.Restock.SHELF
    beans = rig.till.journal.stock_of("1173")
    rig.tap("Take back", "Give back")
    assert rig.till.journal.stock_of("1173") == beans


def test_goods_are_scanned_as_they_come_back(opened: Opened) -> None:
    rig = opened(*SOLD, language="en")
    rig.does(c.SkipReceipt(), c.FindReceipt(code="1"))
    rig.settle()
    yoghurt, beer = (rig.catalogue.by_id(sku) for sku in (YOGHURT, BEER))
    assert yoghurt is not None
    assert beer is not None
    for _ in range(2):
        scan(rig, yoghurt.gtins[0])
    assert (rig.desk.name, rig.screen.picks) == ("return_lines", {f.LineId(5): Decimal(2)})
    for _ in range(2):
        scan(rig, yoghurt.gtins[0])
    assert rig.screen.picks == {f.LineId(5): Decimal(3)}, "no more than were sold"
    scan(rig, beer.gtins[0])
    assert rig.till.look.notice is not None
    assert rig.till.look.notice.key == "not_on_receipt"
    assert lines(rig) == []
    scan(rig, ReceiptCode(1, 1, 1).text)
    assert (rig.desk.name, rig.screen.picks) == ("return_lines", {})
    rig.desk.go("sale")
    scan(rig, yoghurt.gtins[0])
    assert [(item, quantity) for item, quantity, _ in lines(rig)] == [(YOGHURT, Decimal(1))]


def test_a_piece_comes_back_by_the_number_that_stands_on_it(opened: Opened) -> None:
    rig = opened(*MANAGED, language="en")
    coffee = rig.catalogue.by_id(COFFEE)
    assert coffee is not None
    with rig.catalogue.write() as writer:
        writer.put([replace(coffee, tracking=Tracking.SERIAL)])
    rig.catalogue.refresh()
    rig.does(c.SellTraced(COFFEE, "SN-118"), c.TenderCash(), c.SkipReceipt())
    rig.does(c.FindReceipt(code="1"))
    rig.settle()
    rig.screen._tapped(0)
    rig.settle()
    assert rig.desk.name == "stock_text"
    scan(rig, "SN-119")
    assert (rig.desk.name, rig.screen.picks) == ("return_lines", {})
    rig.screen._tapped(0)
    rig.settle()
    scan(rig, "SN-118")
    rig.settle()
    rig.tap("Take back")
    assert [quantity for _, quantity, _ in lines(rig)] == [Decimal(-1)]
    rig.tap("Give back")
    rig.does(c.SkipReceipt())
    rig.desk.go("return_item", item=rig.catalogue.by_id(COFFEE))
    rig.tap("Take back")
    scan(rig, "SN-118")
    rig.settle()
    assert rig.till.look.notice is not None
    assert rig.till.look.notice.key == "serial_in_stock"


def test_without_a_receipt_the_item_is_searched(opened: Opened) -> None:
    rig = opened(*OPEN, c.SignIn("iryna"), language="en")
    rig.desk.go("returns")
    rig.settle()
    rig.tap("Without a receipt")
    for char in "кава мел":
        rig.screen._board_key(char)
        rig.settle()
    rig.screen.finished()
    assert rig.desk.name == "return_item"
    rig.tap("1", "2", "Apply")
    rig.tap("Take back")
    assert [quantity for _, quantity, _ in lines(rig)] == [Decimal(-2)]
