"""What a simulated till writes down: real facts, each hashed after the one before, as people buy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from appliance.core import codec, facts
from appliance.core.devices import Category, DeviceState, Problem
from appliance.core.fact_chain import genesis, link
from appliance.core.facts import LineId, SaleId, ShiftNumber
from appliance.core.item import ItemId, Unit
from appliance.wire.batch import WireFact

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OFFSET_MIN = 180
CURRENCY = "UAH"
FLOAT_MINOR = 500_00

Good = tuple[str, str, int]
"""SKU, name, price in minor units."""
GOODS: tuple[Good, ...] = (
    ("1000", "Молоко 900 мл", 42_50),
    ("1001", "Хліб житній", 31_00),
    ("1002", "Сир твердий", 389_90),
    ("1003", "Кава мелена", 215_00),
    ("1004", "Шоколад молочний", 58_40),
    ("1005", "Вода 1,5 л", 24_00),
)
CASHIERS = ("olena", "ivan", "maria")


@dataclass(slots=True)
class Book:
    """One till's journal, in memory. name: the till's own, in every hash. facts: from seq 1 on."""

    name: str
    chance: random.Random
    sale: int = 0
    receipt: int = 0
    shift: int = 0
    facts: list[WireFact] = field(default_factory=list)
    start: bytes = field(init=False)
    """The hash before the first fact."""

    def __post_init__(self) -> None:
        self.start = genesis(self.name, 1, 0, b"")

    @property
    def seq(self) -> int:
        return len(self.facts)

    def hash(self, seq: int) -> bytes:
        """Of a fact; of seq 0 what the journal begins with."""
        return self.facts[seq - 1].hash if seq else self.start

    def happens(self, at_ms: int, *told: object, by: str = "olena") -> None:
        for fact in told:
            body = codec.canonical(codec.to_json(fact))
            kind = type(fact).__name__
            where = (self.hash(self.seq), self.name, 1, self.seq + 1, at_ms, OFFSET_MIN)
            mark = link(*where, by, "", kind, 1, body)
            self.facts.append(WireFact(kind, at_ms, OFFSET_MIN, by, "", 1, body, mark))

    def open_shift(self, at_ms: int, by: str) -> None:
        self.shift += 1
        opened = facts.ShiftOpened(ShiftNumber(self.shift), FLOAT_MINOR, CURRENCY)
        self.happens(at_ms, facts.CashierSignedIn(by, by.title()), opened, by=by)

    def close_shift(self, at_ms: int, by: str, difference_minor: int = 0) -> None:
        totals = facts.ShiftTotals(float_minor=FLOAT_MINOR)
        counted = FLOAT_MINOR + difference_minor
        closed = facts.ShiftClosed(
            ShiftNumber(self.shift), self.shift, totals, counted, difference_minor
        )
        self.happens(at_ms, closed, facts.CashierSignedOut(by), by=by)

    def sell(self, at_ms: int, by: str = "olena", lines: Sequence[Good] = ()) -> int:
        """A sale of these goods, or of some; its total."""
        self.sale += 1
        self.receipt += 1
        sale = SaleId(self.sale)
        goods = lines or self.chance.choices(GOODS, k=self.chance.randint(1, 3))
        told: list[object] = [facts.SaleStarted(sale, ShiftNumber(self.shift))]
        sold = []
        for number, (sku, name, price) in enumerate(goods, 1):
            told.append(
                facts.LineAdded(
                    sale, LineId(number), ItemId(sku), name, Unit.PIECE, Decimal(1), price,
                    ("A",), facts.LineSource.SCAN,
                )
            )  # fmt: skip
            net = price * 5 // 6
            sold.append(facts.LineSold(LineId(number), net, price - net, price, 0))
        total = sum(price for _, _, price in goods)
        net = sum(line.net_minor for line in sold)
        tax = facts.TaxTotal("A", net, total - net, total, Decimal(20))
        kind = self.chance.choice((facts.TenderType.CASH, facts.TenderType.CARD))
        told += [
            facts.Tendered(sale, 1, kind, total),
            facts.SaleCompleted(
                sale, ShiftNumber(self.shift), self.receipt, tuple(sold), (tax,), total, 0, 0, total, 0
            ),
        ]  # fmt: skip
        self.happens(at_ms, *told, by=by)
        return total

    def receives(self, at_ms: int, quantity: int) -> None:
        moves = tuple(facts.StockDelta(ItemId(sku), Decimal(quantity)) for sku, _, _ in GOODS)
        self.happens(
            at_ms, facts.StockMoved(facts.StockCause.RECEIVED, moves, "Молокозавод", "ТТН 7")
        )

    def device(self, at_ms: int, name: str, state: DeviceState, problem: Problem) -> None:
        """Such as the printer, that lacks paper."""
        self.happens(at_ms, facts.DeviceChanged(name, Category.POS_PRINTER, state, problem), by="")

    def trade(self, start_ms: int, end_ms: int, an_hour: int, by: str) -> None:
        """Sales at even distances between two times."""
        step = HOUR_MS // an_hour
        for at_ms in range(start_ms + step // 2, end_ms, step):
            self.sell(at_ms, by)
