"""What a run of facts makes of the tables: rows to write and sums to add, gathered before any SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from appliance.fleet.store.running import Shift

Values = tuple[Any, ...]

SALE = (
    *("till", "epoch", "sale", "shop", "shift", "receipt", "cashier", "at_ms", "offset_min", "day"),
    *("status", "lines", "total_minor", "discount_minor", "rounding_minor", "paid_minor"),
    *("change_minor", "tip_minor", "prepaid_minor", "returned_minor", "currency", "taxes", "name"),
    "seq",
)
LINE = (
    *("till", "epoch", "sale", "line", "sku", "kind", "quantity", "unit_price_minor", "net_minor"),
    *("tax_minor", "gross_minor", "discount_minor", "cost_minor"),
)
PAYMENT = (
    *("till", "epoch", "sale", "tender", "type", "amount_minor", "status", "voided", "currency"),
    *("foreign_minor", "reference", "port"),
)
HOUR_SUMS = (
    *("sales", "lines", "gross_minor", "net_minor", "tax_minor", "discount_minor"),
    *("rounding_minor", "returns", "returns_minor", "tips_minor", "prepaid_minor"),
)
CASHIER_SUMS = (
    *("sales", "gross_minor", "discount_minor", "returns", "returns_minor", "voided_lines"),
    *("voided_sales", "voided_minor", "no_sales"),
)


class Told(NamedTuple):
    """Whose fact it is, and when it happened there."""

    till: str
    shop: str
    epoch: int
    seq: int
    at_ms: int
    offset_min: int
    actor: str

    @property
    def day(self) -> str:
        """The till's own."""
        return _day((self.at_ms + self.offset_min * 60_000) // 86_400_000)

    @property
    def hour(self) -> int:
        """Of the till's own clock, 0 to 23."""
        return (self.at_ms + self.offset_min * 60_000) // 3_600_000 % 24


@lru_cache(maxsize=64)
def _day(number: int) -> str:
    return date.fromordinal(min(max(number + _ORIGIN, 1), date.max.toordinal())).isoformat()


_ORIGIN = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Movement:
    """place: among the movements of its fact, from 0. delta, cost: in QUANTITY_SCALE parts."""

    told: Told
    place: int
    sku: str
    delta: int
    reason: str
    lot: str = ""
    serial: str = ""
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """Stock that was set. level: how much there was by the ledger, baskets at the till included."""

    told: Told
    source: str
    level: dict[str, int]


@dataclass(frozen=True, slots=True)
class CountEntry:
    told: Told
    count: int
    sku: str
    lot: str
    counted: int
    expected: int
    level: int


@dataclass(frozen=True, slots=True)
class CountEdge:
    """A count of the shelves began, or ended: applied or thrown away."""

    told: Told
    count: int
    ends: bool
    applied: bool = False


@dataclass(frozen=True, slots=True)
class Transit:
    """Goods that left for another shop (sent) or came from one (received), by this document."""

    told: Told
    partner: str
    document: str
    sku: str
    sent: int
    received: int


@dataclass(slots=True)
class Drawn:
    """sales, payments, shifts, items: the last state of each, by key; the rest in their order.
    takings: sums to add by (day, hour, currency); people: by (day, cashier)."""

    sales: dict[tuple[int, int], Values] = field(default_factory=dict)
    lines: list[Values] = field(default_factory=list)
    payments: dict[tuple[int, int, int], Values] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    stocktaking: list[Levels | CountEntry | CountEdge] = field(default_factory=list)
    transits: list[Transit] = field(default_factory=list)
    shifts: dict[tuple[int, int], Shift] = field(default_factory=dict)
    items: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    takings: dict[tuple[str, int, str], list[int]] = field(default_factory=dict)
    last_ms: dict[tuple[str, int, str], int] = field(default_factory=dict)
    people: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    unread: list[Values] = field(default_factory=list)

    def add_takings(self, told: Told, currency: str, sums: Sequence[int]) -> None:
        key = (told.day, told.hour, currency)
        before = self.takings.get(key)
        both = sums if before is None else [a + b for a, b in zip(before, sums, strict=True)]
        self.takings[key] = list(both)
        self.last_ms[key] = max(self.last_ms.get(key, 0), told.at_ms)

    def add_person(self, told: Told, **sums: int) -> None:
        person = self.people.setdefault((told.day, told.actor), {})
        for name, value in sums.items():
            person[name] = person.get(name, 0) + value

    def add(self, sale: Drawn) -> None:
        """What one paid sale made, and nothing else."""
        self.sales |= sale.sales
        self.lines += sale.lines
        self.payments |= sale.payments
        self.movements += sale.movements
        self.items |= sale.items
        for key, sums in sale.takings.items():
            before = self.takings.get(key, [0] * len(sums))
            self.takings[key] = [a + b for a, b in zip(before, sums, strict=True)]
            self.last_ms[key] = max(self.last_ms.get(key, 0), sale.last_ms[key])
        for person, counts in sale.people.items():
            known = self.people.setdefault(person, {})
            for name, value in counts.items():
                known[name] = known.get(name, 0) + value
