"""What the screens see of the stock: where scans go, what was found, which counts go on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.item import ItemId, Tracking, Unit


@dataclass(frozen=True, slots=True)
class FoundLook:
    """Goods looked up for a paper, or counted just now. serial tells a new one from an old one.

    left: what the stock says. counted: of a count. piece: the serial number in the code.
    """

    serial: int
    item: ItemId
    name: str
    unit: Unit
    tracking: Tracking = Tracking.NONE
    left: Decimal | None = None
    cost_minor: Decimal | None = None
    quantity: Decimal | None = None
    lot: str = ""
    expiry: str = ""
    piece: str = ""
    counted: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CountLook:
    count: int
    scope: str


@dataclass(frozen=True, slots=True)
class StockLook:
    """at: "" the basket, "paper", "count" (which one), "serial" (of which item), "receipt"
    whose lines are up, or "piece",
    "lot", "text": a word is asked for, and text is what was scanned for it."""

    at: str = ""
    count: int = 0
    item: ItemId | None = None
    name: str = ""
    text: str = ""
    found: FoundLook | None = None
    counts: tuple[CountLook, ...] = ()
