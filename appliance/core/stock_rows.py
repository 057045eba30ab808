"""Rows of the lists that the stock is told by, on the screen, in files and to scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from appliance.core.item import ItemId, Unit


class StockList(StrEnum):
    """The lists that can be put on paper."""

    LEFT = "left"
    EXPIRING = "expiring"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class LevelRow:
    """What lies there of an item, and what it is worth at its average cost, where that is known."""

    item: ItemId
    name: str
    unit: Unit
    category: str
    left: Decimal
    cost_minor: Decimal | None = None
    value_minor: int | None = None


@dataclass(frozen=True, slots=True)
class LotRow:
    """days: until its last day, negative when that is past. rest: at its selling price."""

    item: ItemId
    name: str
    unit: Unit
    lot: str
    expiry: str
    left: Decimal
    days: int
    rest_minor: int = 0


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What to buy. per_day: sold on average. days_left: what lies there lasts so long; None where
    nothing was sold of it. point: where one is set."""

    item: ItemId
    name: str
    unit: Unit
    supplier: str
    left: Decimal
    order: Decimal
    per_day: Decimal
    days_left: int | None = None
    point: Decimal | None = None
    cost_minor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """What a count found beside what was expected. value_minor: of the difference, at cost."""

    item: ItemId
    name: str
    unit: Unit
    lot: str
    counted: Decimal
    expected: Decimal
    value_minor: int | None = None

    @property
    def difference(self) -> Decimal:
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A stock paper. number: "1-345", by which it is taken back. value_minor: at its own costs."""

    number: str
    at: datetime
    actor: str
    cause: str
    partner: str
    document: str
    reason: str
    rows: int
    value_minor: int
    voids: str = ""
    voided_by: str = ""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One movement of an item, newest first. left: after it, where the row knows."""

    at: datetime
    cause: str
    quantity: Decimal
    left: Decimal | None = None
    cost_minor: Decimal | None = None
    lot: str = ""
    serial: str = ""
    paper: str = ""
    receipt: int | None = None


@dataclass(frozen=True, slots=True)
class MarginRow:
    """What an item's sales of some time brought beyond what its goods cost. unknown: quantity sold
    whose cost nobody knows; its net is in the sum, its margin is not."""

    item: ItemId
    name: str
    quantity: Decimal
    net_minor: int
    cost_minor: int
    margin_minor: int
    unknown: Decimal
