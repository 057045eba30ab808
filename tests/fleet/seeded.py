"""A small fleet with a realistic day in the store: real facts, chained, through the real ingest.

fleet = seeded.fleet(store, now_ms)
fleet.tills[0].sell(now_ms)          # one more sale, as it would arrive now
"""

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
from appliance.fleet.store import Insert, Store
from appliance.fleet.store.ingest import Ingest, Site, Taken
from appliance.wire.batch import WireFact
from fleet.tills import Batch

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OFFSET_MIN = 180
CURRENCY = "UAH"

GOODS = (
    ("1000", "Молоко 900 мл", 42_50),
    ("1001", "Хліб житній", 31_00),
    ("1002", "Сир твердий", 389_90),
    ("1003", "Кава мелена", 215_00),
    ("1004", "Шоколад молочний", 58_40),
    ("1005", "Вода 1,5 л", 24_00),
)
SHOPS = (
    ("lviv", "Львів, Городоцька 12", "Захід", 49.84, 24.02, 2),
    ("kyiv", "Київ, Саксаганського 3", "Центр", 50.44, 30.51, 2),
    ("odesa", "Одеса, Дерибасівська 8", "Південь", 46.48, 30.73, 1),
)
"""Id, name, region, latitude, longitude, tills."""
CASHIERS = ("olena", "ivan", "maria")


@dataclass(slots=True)
class Till:
    """A till that tells the store at once whatever happens to it; each fact follows the last."""

    ingest: Ingest
    site: Site
    name: str
    chance: random.Random
    seq: int = 0
    sale: int = 0
    receipt: int = 0
    shift: int = 0
    waiting: list[WireFact] = field(default_factory=list)
    hash: bytes = field(init=False)
    sent: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.hash = self.sent = genesis(self.name, 1, 0, b"")

    @property
    def uid(self) -> str:
        return self.site.till

    def happens(self, at_ms: int, *told: object, by: str = "olena") -> None:
        """Facts that are written down, and sent with the next `send`."""
        for fact in told:
            self.seq += 1
            body = codec.canonical(codec.to_json(fact))
            kind = type(fact).__name__
            self.hash = link(
                self.hash, self.name, 1, self.seq, at_ms, OFFSET_MIN, by, "", kind, 1, body
            )
            self.waiting.append(WireFact(kind, at_ms, OFFSET_MIN, by, "", 1, body, self.hash))

    def send(self, now_ms: int) -> Taken | None:
        """As one batch after the other, of at most 200."""
        taken = None
        while self.waiting:
            part, self.waiting = self.waiting[:200], self.waiting[200:]
            first = self.seq - len(self.waiting) - len(part) + 1
            batch = Batch(self.uid, self.name, 1, first, self.sent, tuple(part))
            taken = self.ingest.take(batch, self.site, now_ms)
            self.sent = part[-1].hash
        return taken

    def open_shift(self, at_ms: int, by: str) -> None:
        self.shift += 1
        opened = facts.ShiftOpened(ShiftNumber(self.shift), 500_00, CURRENCY)
        self.happens(at_ms, facts.CashierSignedIn(by, by.title()), opened, by=by)

    def close_shift(self, at_ms: int, by: str, difference_minor: int = 0) -> None:
        totals = facts.ShiftTotals(float_minor=500_00)
        closed = facts.ShiftClosed(
            ShiftNumber(self.shift), self.shift, totals, 500_00 + difference_minor, difference_minor
        )
        self.happens(at_ms, closed, facts.CashierSignedOut(by), by=by)

    def sell(
        self, at_ms: int, by: str = "olena", lines: Sequence[tuple[str, str, int]] = ()
    ) -> int:
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
        told.append(facts.Tendered(sale, 1, kind, total))
        told.append(
            facts.SaleCompleted(
                sale,
                ShiftNumber(self.shift),
                self.receipt,
                tuple(sold),
                (tax,),
                total,
                0,
                0,
                total,
                0,
            )
        )
        self.happens(at_ms, *told, by=by)
        return total

    def receives(self, at_ms: int, quantity: int) -> None:
        moves = tuple(facts.StockDelta(ItemId(sku), Decimal(quantity)) for sku, _, _ in GOODS)
        self.happens(
            at_ms, facts.StockMoved(facts.StockCause.RECEIVED, moves, "Молокозавод", "ТТН 7")
        )


@dataclass(frozen=True, slots=True)
class Fleet:
    store: Store
    tills: tuple[Till, ...]

    def of(self, shop: str) -> list[Till]:
        return [till for till in self.tills if till.site.shop == shop]


def fleet(store: Store, now_ms: int, sales_an_hour: int = 3, seed: int = 1) -> Fleet:
    """Three shops with five tills: this day until now, yesterday with its shifts closed, and the
    same weekday a week before. The Odesa till was lost an hour ago and owes facts."""
    chance = random.Random(seed)
    ingest = Ingest(store)
    tills = [till for shop in SHOPS for till in _registered(store, ingest, shop, chance, now_ms)]
    midnight = now_ms - (now_ms + OFFSET_MIN * 60_000) % DAY_MS
    for number, till in enumerate(tills):
        who = CASHIERS[number % len(CASHIERS)]
        till.happens(
            midnight - 8 * DAY_MS, facts.TillStarted("2.4.1"), facts.CatalogueApplied(31, 1240)
        )
        till.receives(midnight - 8 * DAY_MS, 5 if number == 4 else 400)
        for back in (7, 1):
            start = midnight - back * DAY_MS
            till.open_shift(start + 8 * HOUR_MS, who)
            _trade(till, start + 8 * HOUR_MS, start + 20 * HOUR_MS, sales_an_hour, who)
            till.close_shift(start + 20 * HOUR_MS, who, -120_50 if number == 1 and back == 1 else 0)
        till.open_shift(midnight + 8 * HOUR_MS, who)
        lost = number == len(tills) - 1
        _trade(
            till, midnight + 8 * HOUR_MS, now_ms - (HOUR_MS if lost else 5_000), sales_an_hour, who
        )
        if not lost:
            _ails(till, now_ms - 4_000)
        till.send(now_ms - (HOUR_MS if lost else 3_000))
        _heard(store, till, now_ms, lost=lost)
    return Fleet(store, tuple(tills))


def _trade(till: Till, start_ms: int, end_ms: int, an_hour: int, who: str) -> None:
    step = HOUR_MS // an_hour
    for at_ms in range(start_ms + step // 2, end_ms, step):
        till.sell(at_ms, who)


def _ails(till: Till, at_ms: int) -> None:
    till.happens(
        at_ms,
        facts.DeviceChanged(
            "printer", Category.POS_PRINTER, DeviceState.ATTENTION, Problem.PAPER_NEAR_END
        ),
    )


def _registered(store, ingest, shop, chance, now_ms) -> list[Till]:
    name, title, region, lat, lon, many = shop
    made = []
    with store.transaction() as tx:
        tx.insert(
            Insert(
                "shop",
                ("shop", "tenant", "name", "region", "lat", "lon", "opens", "closes"),
                [(name, "kram", title, region, lat, lon, "08:00", "20:00")],
            )
        )
        for number in range(1, many + 1):
            uid = f"01J{name.upper():0>20}{number:03}"
            columns = ("uid", "tenant", "shop", "name", "number", "sw", "epoch", "enrolled_ms",
                       "cert_until_ms", "hw_serial")  # fmt: skip
            row = (uid, "kram", name, f"Каса {number}", number, "2.4.1", 1, now_ms - 30 * DAY_MS,
                   now_ms + 60 * DAY_MS, f"{name}-{number}")  # fmt: skip
            tx.insert(Insert("till", columns, [row]))
            site = Site(uid, "kram", name, CURRENCY)
            made.append(Till(ingest, site, f"{name}-{number}", chance))
    return made


def _heard(store, till: Till, now_ms: int, *, lost: bool) -> None:
    """What the till said of itself beside its facts."""
    seen = now_ms - (HOUR_MS if lost else 2_000)
    with store.transaction() as tx:
        tx.run(
            "UPDATE till SET state = :state, state_ms = :seen, seen_ms = :seen, max_seq = :max"
            " WHERE uid = :uid",
            state="lost" if lost else "ready", seen=seen, uid=till.uid,
            max=till.seq + (42 if lost else 0),
        )  # fmt: skip
        rows = [
            (till.uid, "temperature_mc", seen, 52_400, ""),
            (till.uid, "disk_free_bytes", seen, 11_000_000_000, ""),
            (till.uid, "device.printer", seen, None, "attention.paper_near_end"),
            (till.uid, "device.scanner", seen, None, "ready"),
        ]
        tx.insert(Insert("health_now", ("till", "metric", "at_ms", "value", "text"), rows))
        past = [
            (till.uid, seen - step * 300_000, "temperature_mc", 50_000 + step % 12 * 300, "")
            for step in range(40)
        ]
        tx.insert(Insert("health", ("till", "at_ms", "metric", "value", "text"), past))
        tx.insert(
            Insert(
                "shadow",
                ("till", "document", "desired_version", "reported_version", "at_ms"),
                [(till.uid, "prices", 117, 116 if lost else 117, seen)],
            )
        )
        if lost:
            tx.insert(
                Insert(
                    "alert",
                    ("id", "rule", "tenant", "shop", "till", "severity", "opened_ms"),
                    [
                        (
                            "a1",
                            "offline",
                            "kram",
                            till.site.shop,
                            till.uid,
                            "critical",
                            seen + 300_000,
                        )
                    ],
                )
            )
