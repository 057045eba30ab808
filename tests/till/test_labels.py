"""What a maker or a scale wrote into a code, from the scan into the line of a running till."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.check_digits import check_digit
from appliance.core.devices import Scanned
from appliance.core.item import Item, ItemId, Tracking, Unit
from appliance.core.refusal import Reason, Refusal
from tests.till.builders import Clock, Running, open_shift, running, shelf


def ean(body: str) -> str:
    return body + check_digit(body)


HAM_CODE, PILLS_CODE, MAGAZINE_CODE, BOOK_CODE = (
    ean("482123400001"),
    ean("482123400002"),
    ean("977123456700"),
    ean("978030640615"),
)
HAM = Item(ItemId("ham"), "Шинка", 32_000, Unit.KILOGRAM, gtins=("0" + HAM_CODE,))
PILLS = Item(ItemId("pills"), "Пігулки", 9_900, gtins=("0" + PILLS_CODE,), tracking=Tracking.LOT)
MAGAZINE = Item(ItemId("magazine"), "Журнал", 4_500, gtins=("0" + MAGAZINE_CODE,))
BOOK = Item(ItemId("book"), "Книга", 25_000, gtins=("0" + BOOK_CODE,))
GS = "\x1d"
HAM01, PILLS01 = f"]d2010{HAM_CODE}", f"]d2010{PILLS_CODE}"


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Running]:
    with shelf(tmp_path) as catalogue, catalogue.write() as writer:
        writer.put([HAM, PILLS, MAGAZINE, BOOK])
    with running(tmp_path, clock=Clock(datetime(2026, 11, 23, 14, 32, tzinfo=UTC))) as till:
        open_shift(till)
        yield till


def added(it: Running, code: str) -> f.LineAdded:
    records = it.does(c.Scan(code))
    return next(r.fact for r in records if isinstance(r.fact, f.LineAdded))


def why_not(it: Running, code: str) -> Refusal:
    before = it.till.journal.last_seq
    answer = it.tries(c.Scan(code))
    assert isinstance(answer, Refusal)
    assert it.till.journal.last_seq == before
    return answer


def test_lot_and_date_land_in_the_line(it):
    line = added(it, f"{PILLS01}17261231" + "10LOT7")
    assert (line.item, line.lot, line.expiry) == ("pills", "LOT7", "2026-12-31")
    assert (line.quantity, line.amount_minor) == (1, None)


def test_the_serial_lands_in_the_line(it):
    assert added(it, f"]d2010{BOOK_CODE}21A-17").serial == "A-17"


@pytest.mark.parametrize(
    ("data", "quantity", "amount"),
    [
        ("3103000855", "0.855", None),
        ("3104008556", "0.856", None),  # to the gram
        ("3103000855392227360", "0.855", 27_360),
        (f"392227360{GS}3103000855", "0.855", 27_360),
        ("392216000", "0.5", 16_000),  # the weight behind the price
        (f"3932980{27360}{GS}3103000855", "0.855", 27_360),
        (f"3932978{27360}{GS}3103000855", "0.855", None),  # euros: the shop's price holds
    ],
)
def test_weight_and_price_of_a_label_land_in_the_line(it, data, quantity, amount):
    line = added(it, HAM01 + data)
    assert (line.quantity, line.amount_minor) == (Decimal(quantity), amount)
    basket = it.till.look.basket
    assert basket is not None
    assert basket.total_minor == (27_360 if quantity == "0.855" else basket.total_minor)


def test_a_price_finer_than_the_currency_is_refused(it):
    assert why_not(it, HAM01 + "3923273605").reason is Reason.LABEL_WRONG


@pytest.mark.parametrize("price", ["39220", "3932980000"])
def test_a_label_without_a_price_gives_nothing_away(it, price):
    assert why_not(it, PILLS01 + price).reason is Reason.LABEL_WRONG
    assert why_not(it, HAM01 + price).reason is Reason.LABEL_WRONG


def test_a_count_of_pieces_is_the_quantity_and_the_typed_number_multiplies_it(it):
    assert added(it, f"]C1020{BOOK_CODE}3712").quantity == 12
    it.does(c.VoidSale())
    it.does(c.AimScanner(False, Decimal(3)))
    it.till.tell(Scanned("scanner", f"]C1020{BOOK_CODE}3712"))
    it.till.ask(c.NeverMind())
    assert it.till.look.basket.lines[0].quantity == 36


def test_the_net_weight_on_a_piece_changes_nothing(it):
    assert added(it, f"]C1010{BOOK_CODE}3103000420").quantity == 1


@pytest.mark.parametrize("last", ["17261122", "17261031", "16261122", "7003261123" + "1430"])
def test_goods_past_their_day_or_hour_are_refused_with_it(it, last):
    refused = why_not(it, PILLS01 + last + GS + "10LOT7")
    assert refused.reason is Reason.CODE_EXPIRED
    assert refused.params["date"].startswith("2026-1")
    assert refused.params["date"].endswith("14:30") == last.startswith("7003")


@pytest.mark.parametrize(
    "last", ["17261123", "15261001", "16261123", "7003261123" + "1433", "7003261124" + "0100"]
)
def test_goods_are_sold_up_to_their_last_day_and_minute(it, last):
    added(it, PILLS01 + last + GS + "10LOT7")


def test_a_batch_whose_date_only_the_stock_knows_is_refused_when_it_is_over(it):
    there = (f.StockDelta(PILLS.id, Decimal(5), lot="OLD", expiry="2026-11-22"),)
    it.does(c.MoveStock(f.StockCause.RECEIVED, there, "Постачальник"), actor="ivan")
    refused = why_not(it, PILLS01 + "10OLD")
    assert refused.reason is Reason.LOT_EXPIRED
    assert refused.params["date"] == "2026-11-22"


def test_an_expired_package_can_still_be_looked_up_for_the_stock(it):
    it.does(c.AimStock("find"))
    it.does(c.Scan(PILLS01 + "17261031" + "10LOT7", source=f.LineSource.SCAN))
    assert it.till.look.stock.found.expiry == "2026-10-31"


@pytest.mark.parametrize(
    "code",
    [
        f"]d2010{PILLS_CODE[:-1]}0",  # a wrong check digit inside
        PILLS01 + "17261331",  # month 13
        PILLS01 + "3103",  # cut off
        PILLS01 + "9",
        f"(01)0{PILLS_CODE}(17)2612",
        f"10LOT{GS}01",
        f"https://id.gs1.org/01/0{PILLS_CODE}?17=261331",
    ],
)
def test_a_malformed_label_is_refused_with_the_way_out_and_the_basket_stays(it, code):
    it.sells("milk")
    refused = why_not(it, code)
    assert refused.reason is Reason.LABEL_WRONG
    assert refused.params["code"].isprintable()
    assert len(it.till.look.basket.lines) == 1


def test_a_misread_shop_code_is_refused(it):
    misread = HAM_CODE[:-1] + str((int(HAM_CODE[-1]) + 1) % 10)
    assert why_not(it, misread).reason is Reason.CODE_INVALID


@pytest.mark.parametrize(
    ("code", "item"),
    [
        (MAGAZINE_CODE + "05", "magazine"),
        ("]E3" + MAGAZINE_CODE + "05", "magazine"),
        (BOOK_CODE, "book"),
        (BOOK_CODE + "52495", "book"),
    ],
)
def test_books_and_magazines_are_found_with_their_add_on(it, code, item):
    line = added(it, code)
    assert (line.item, line.code) == (item, code)


@pytest.mark.parametrize("host", ["https://id.gs1.org", "https://shop.example/ua/p"])
def test_a_digital_link_sells_with_all_it_says(it, host):
    line = added(it, f"]Q1{host}/01/0{PILLS_CODE}/10/LOT7?17=261231")
    assert (line.item, line.lot, line.expiry) == ("pills", "LOT7", "2026-12-31")


def test_another_web_address_is_not_for_sale(it):
    assert why_not(it, "https://example.com/menu").reason is Reason.CODE_NOT_FOR_SALE
