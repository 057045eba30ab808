"""Stock at a running till: papers, baskets that look at the shelf, lots, pieces, counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import LineId, StockCause, StockDelta
from appliance.core.item import Component, Item, ItemId, StockPolicy, Tracking
from appliance.core.refusal import Reason, Refusal
from appliance.journal.verify import verify
from tests.core.builders import APPLES, BREAD, ITEMS, MILK
from tests.till import builders
from tests.till.builders import Running, open_shift, running

BEANS = Item(ItemId("beans"), "Зерно", 0, taxes=("VAT20",), cost_minor=50)
CUP = Item(
    ItemId("cup"),
    "Кава",
    5500,
    taxes=("VAT20",),
    components=(Component(ItemId("beans"), Decimal("0.018")), Component(MILK.id, Decimal("0.2"))),
)
CHEESE = Item(
    ItemId("cheese"),
    "Сир",
    9900,
    taxes=("VAT20",),
    tracking=Tracking.LOT,
    gtins=("04006381333931",),
)
PHONE = Item(ItemId("phone"), "Телефон", 900000, taxes=("VAT20",), tracking=Tracking.SERIAL)
CASE = Item(ItemId("case"), "Ящик", 20000, components=(Component(BREAD.id, Decimal(12)),))
LAST = Item(ItemId("last"), "Останній", 1000, stock_policy=StockPolicy.BLOCK)
FEW = Item(ItemId("few"), "Мало", 1000, stock_policy=StockPolicy.WARN)
HAIRCUT = replace(LAST, id=ItemId("haircut"), name="Стрижка", service=True)
GOODS = (*ITEMS, HAIRCUT, BEANS, CUP, CHEESE, PHONE, CASE, LAST, FEW)
NUMBERS = itertools.count(1)


@pytest.fixture
def it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(builders, "ITEMS", GOODS)
    with running(tmp_path) as till:
        open_shift(till)
        till.does(c.SignIn("ivan"))
        yield till


def delta(item: Item, quantity: str, cost: str | None = None, **more: str) -> StockDelta:
    price = None if cost is None else Decimal(cost)
    return StockDelta(item.id, Decimal(quantity), cost_minor=price, **more)


def receive(it: Running, *moves: StockDelta, **more: str) -> str:
    record = it.does(c.MoveStock(StockCause.RECEIVED, moves, **more))[0]
    return f"{record.epoch}-{record.seq}"


def left(it: Running, item: Item) -> str | None:
    found = it.till.journal.stock_of(item.id)
    return None if found is None else f"{found:f}"


def pays(it: Running) -> None:
    it.does(c.TenderCash())


def reason(answer: object) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def sold_cost(it: Running) -> int | None:
    for record in reversed(it.till.journal.records(0, 10_000)):
        if isinstance(record.fact, f.SaleCompleted):
            return record.fact.lines[-1].cost_minor
    raise AssertionError("nothing was sold")


def proven(it: Running) -> None:
    verdict = verify(it.till.journal.path, deep=True)
    assert verdict.ok, verdict


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
