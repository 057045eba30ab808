"""A shop whose goods are counted: lots, pieces, a recipe, a case; and what happens to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.facts import StockCause, StockDelta
from appliance.core.item import Component, Item, ItemId, StockPolicy, Tracking
from appliance.core.refusal import Reason, Refusal
from appliance.journal.verify import verify
from tests.core.builders import BREAD, ITEMS, MILK
from tests.till.builders import Running

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
