"""Stock at a running till: papers, baskets that look at the shelf, lots, pieces."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core.facts import LineId, StockCause, StockDelta
from appliance.core.item import ItemId
from appliance.core.refusal import Reason, Refusal
from tests.core.builders import APPLES, BREAD, MILK
from tests.till import builders
from tests.till.builders import Running, open_shift, running
from tests.till.stocked import (
    BEANS,
    CHEESE,
    CUP,
    FEW,
    GOODS,
    LAST,
    PHONE,
    delta,
    left,
    pays,
    proven,
    reason,
    receive,
    sold_cost,
)


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(builders, "ITEMS", GOODS)
    with running(tmp_path) as till:
        open_shift(till)
        till.does(c.SignIn("ivan"))
        yield till


def test_goods_come_in_are_sold_written_off_and_sent_away(it: Running) -> None:
    receive(it, delta(MILK, "24", "3000"), delta(APPLES, "10.5"), partner="Ферма", document="17")
    it.sells("milk", "milk")
    pays(it)
    it.does(c.MoveStock(StockCause.WRITE_OFF, (delta(MILK, "1"),), reason="розбита"))
    it.does(c.MoveStock(StockCause.TRANSFER_OUT, (delta(MILK, "6"),), partner="На розі 2"))
    it.does(c.MoveStock(StockCause.TRANSFER_IN, (delta(MILK, "2"),), partner="На розі 2"))
    it.does(c.MoveStock(StockCause.SUPPLIER_RETURN, (delta(MILK, "3"),)))
    assert left(it, MILK) == "14"
    assert left(it, APPLES) == "10.5"
    proven(it)


def test_a_paper_without_goods_reason_or_partner_is_refused(it: Running) -> None:
    write_off = c.MoveStock(StockCause.WRITE_OFF, (delta(MILK, "1"),))
    assert reason(it.tries(write_off)) is Reason.REASON_NEEDED
    assert reason(it.tries(c.MoveStock(StockCause.RECEIVED, ()))) is Reason.PAPER_EMPTY
    away = c.MoveStock(StockCause.TRANSFER_OUT, (delta(MILK, "1"),))
    assert reason(it.tries(away)) is Reason.PARTNER_NEEDED
    for bad in ("0", "-1", "NaN", "1E+12", "0.0001"):
        answer = it.tries(c.MoveStock(StockCause.RECEIVED, (delta(APPLES, bad),)))
        assert reason(answer) is Reason.COUNT_WRONG, bad
    half = c.MoveStock(StockCause.RECEIVED, (delta(MILK, "0.5"),))
    assert reason(it.tries(half)) is Reason.QUANTITY_NOT_WHOLE
    nobody = c.MoveStock(StockCause.RECEIVED, (StockDelta(ItemId("nothing"), Decimal(1)),))
    assert reason(it.tries(nobody)) is Reason.NO_SUCH_ITEM
    cost = c.MoveStock(StockCause.RECEIVED, (delta(MILK, "1", "-5"),))
    assert reason(it.tries(cost)) is Reason.COST_WRONG
    day = c.MoveStock(StockCause.RECEIVED, (delta(CHEESE, "1", expiry="31.12.2026"),))
    assert reason(it.tries(day)) is Reason.EXPIRY_WRONG


def test_a_mistaken_paper_is_taken_back_once(it: Running) -> None:
    receive(it, delta(MILK, "10", "3000"))
    wrong = receive(it, delta(MILK, "100", "9000"))
    it.does(c.VoidStockPaper(wrong))
    assert left(it, MILK) == "10"
    assert it.till.journal.stock.cost_minor(MILK.id) == 3000
    assert reason(it.tries(c.VoidStockPaper(wrong))) is Reason.PAPER_VOIDED
    for unknown in ("1-99999", "", "x-1", "1-", "9999999999-1", "1-9999999999999999"):
        assert reason(it.tries(c.VoidStockPaper(unknown))) is Reason.NO_SUCH_PAPER
    proven(it)


def test_a_recipe_uses_its_parts_and_a_case_its_bottles(it: Running) -> None:
    receive(it, delta(BEANS, "1", "40000"), delta(MILK, "10", "3000"), delta(BREAD, "24", "1000"))
    it.does(c.SellItem(CUP.id, Decimal(3)))
    it.sells("case")
    pays(it)
    assert (left(it, BEANS), left(it, MILK), left(it, BREAD)) == ("0.946", "9.4", "12")
    assert left(it, CUP) is None
    assert sold_cost(it) == 12 * 1000
    proven(it)


def test_cost_is_the_moving_average_and_stands_in_the_sold_line(it: Running) -> None:
    receive(it, delta(MILK, "10", "3000"))
    receive(it, delta(MILK, "20", "3300"))
    it.sells("milk", "milk", "milk")
    pays(it)
    assert it.till.journal.stock.cost_minor(MILK.id) == 3200
    assert sold_cost(it) == 9600
    receive(it, delta(MILK, "27", "1000"))
    assert it.till.journal.stock.cost_minor(MILK.id) == 2100


def test_without_a_delivery_the_catalogue_tells_the_cost(it: Running) -> None:
    it.sells("beans")
    pays(it)
    assert sold_cost(it) == 50
    it.sells("bread")
    pays(it)
    assert sold_cost(it) is None


def test_goods_sold_before_they_were_counted_take_the_next_price(it: Running) -> None:
    receive(it, delta(MILK, "1", "3000"))
    it.does(c.SellItem(MILK.id, Decimal(5)))
    pays(it)
    receive(it, delta(MILK, "10", "4000"))
    assert left(it, MILK) == "6"
    assert it.till.journal.stock.cost_minor(MILK.id) == 4000


def test_more_than_is_there_is_refused_baskets_set_aside_included(it: Running) -> None:
    receive(it, delta(LAST, "3"))
    it.does(c.SellItem(LAST.id, Decimal(2)))
    it.does(c.SuspendSale("Марія"))
    it.sells("last")
    answer = it.tries(c.SellItem(LAST.id))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.STOCK_NOT_ENOUGH
    assert answer.params == {"name": "Останній", "left": "0"}
    assert reason(it.tries(c.ChangeQuantity(LineId(1), Decimal(2)))) is Reason.STOCK_NOT_ENOUGH
    it.does(c.VoidLine(LineId(1)))
    it.sells("last")
    assert reason(it.tries(c.RestoreLine(LineId(1)))) is Reason.STOCK_NOT_ENOUGH


def test_more_than_is_there_is_only_told_when_the_shop_wants_it_so(it: Running) -> None:
    receive(it, delta(FEW, "2"))
    it.does(c.SellItem(FEW.id, Decimal(2)))
    before = it.till.look.notice
    assert before is None or before.key != "stock_short"
    it.sells("few")
    notice = it.till.look.notice
    assert notice is not None
    assert (notice.key, notice.params) == ("stock_short", {"name": "Мало", "left": "2"})


def test_the_lot_that_expires_first_goes_first_and_never_one_past_its_day(it: Running) -> None:
    receive(
        it,
        delta(CHEESE, "2", "7000", lot="C", expiry="2026-12-24"),
        delta(CHEESE, "2", "7000", lot="B", expiry="2026-12-01"),
        delta(CHEESE, "5", "7000", lot="OLD", expiry="2026-11-22"),
    )
    it.does(c.SellItem(CHEESE.id, Decimal(3)))
    pays(it)
    stock = it.till.journal.stock
    lots = {lot: stock.lot(CHEESE.id, lot).quantity for lot in ("B", "C", "OLD")}  # type: ignore[union-attr]
    assert lots == {"B": 0, "C": 1, "OLD": 5}
    it.does(c.SellItem(CHEESE.id, Decimal(2)))
    pays(it)
    assert stock.lot(CHEESE.id, "C").quantity == 0  # type: ignore[union-attr]
    assert stock.lot(CHEESE.id, "OLD").quantity == 5  # type: ignore[union-attr]
    assert left(it, CHEESE) == "4"
    proven(it)


def test_a_code_of_an_expired_lot_is_refused_even_if_it_names_no_day(it: Running) -> None:
    receive(it, delta(CHEESE, "5", lot="OLD", expiry="2026-11-22"))
    answer = it.tries(c.Scan("(01)04006381333931(10)OLD"))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.LOT_EXPIRED
    assert answer.params["date"] == "2026-11-22"


def test_a_scanned_lot_stands_in_its_line_and_leaves_that_lot(it: Running) -> None:
    receive(
        it,
        delta(CHEESE, "5", lot="A", expiry="2026-12-01"),
        delta(CHEESE, "5", lot="B", expiry="2026-12-24"),
    )
    it.does(c.Scan("(01)04006381333931(10)B"))
    it.does(c.Scan("(01)04006381333931"))
    sale = it.till.journal.state.sale
    assert sale is not None
    assert [line.lot for line in sale.lines] == ["B", ""]
    pays(it)
    stock = it.till.journal.stock
    assert stock.lot(CHEESE.id, "B").quantity == 4  # type: ignore[union-attr]
    assert stock.lot(CHEESE.id, "A").quantity == 4  # type: ignore[union-attr]


def test_a_piece_is_sold_once_by_its_number(it: Running) -> None:
    receive(it, delta(PHONE, "1", "600000", serial="P1"), delta(PHONE, "1", serial="P2"))
    answer = it.tries(c.SellItem(PHONE.id))
    assert reason(answer) is Reason.SERIAL_NEEDED
    assert it.till.look.stock.at == "serial"
    it.does(c.Scan("P1"))
    assert it.till.look.stock.at == ""
    assert reason(it.tries(c.SellTraced(PHONE.id, "P1"))) is Reason.SERIAL_TWICE
    assert reason(it.tries(c.ChangeQuantity(LineId(1), Decimal(2)))) is Reason.SERIAL_ONE
    pays(it)
    answer = it.tries(c.SellTraced(PHONE.id, "P1"))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.SERIAL_SOLD
    assert answer.params == {"serial": "P1", "date": "2026-11-23", "receipt": "1-000001"}
    again = c.MoveStock(StockCause.RECEIVED, (delta(PHONE, "1", serial="P2"),))
    assert reason(it.tries(again)) is Reason.SERIAL_IN_STOCK
    gone = c.MoveStock(StockCause.SUPPLIER_RETURN, (delta(PHONE, "1", serial="P9"),))
    assert reason(it.tries(gone)) is Reason.SERIAL_NOT_IN_STOCK
    twice = c.MoveStock(StockCause.RECEIVED, (delta(PHONE, "1", serial="P3"),) * 2)
    assert reason(it.tries(twice)) is Reason.SERIAL_TWICE
    unnumbered = c.MoveStock(StockCause.RECEIVED, (delta(PHONE, "1"),))
    assert reason(it.tries(unnumbered)) is Reason.SERIAL_NEEDED
    assert left(it, PHONE) == "1"
    proven(it)


def test_goods_of_which_only_expired_ones_lie_there_ask_for_a_look_at_the_date(
    it: Running,
) -> None:
    receive(it, delta(CHEESE, "2", lot="A", expiry="2026-11-22"))
    receive(it, delta(CHEESE, "1", lot="B", expiry="2026-12-22"))
    it.sells("cheese")
    assert it.till.look.notice is None or it.till.look.notice.key != "only_expired"
    it.sells("cheese")
    assert it.till.look.notice is not None
    assert it.till.look.notice.key == "only_expired"


def test_levels_follow_a_rebuild_and_a_closed_shift(it: Running) -> None:
    receive(it, delta(MILK, "10"))
    it.sells("milk", "cup")
    pays(it)
    assert left(it, MILK) == "8.8"
    it.till.journal.rebuild()
    assert left(it, MILK) == "8.8"
    it.sells("milk")
    pays(it)
    assert left(it, MILK) == "7.8"


def test_a_service_needs_no_stock(it: Running) -> None:
    it.sells("haircut")
    pays(it)
