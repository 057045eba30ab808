"""Facts of the goods on the shelves and of the terms they sell at."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from appliance.core.facts.words import StockCause, StockMove
from appliance.core.item import ItemId


@dataclass(frozen=True, slots=True)
class StockCounted:
    """Stock was set to these quantities, by an import or a count."""

    DURABLE: ClassVar[bool] = True
    counts: tuple[StockMove, ...]
    source: str


@dataclass(frozen=True, slots=True)
class StockDelta:
    """quantity: what is added to the stock, negative when it goes. cost_minor: of 1, in minor units
    and parts of them, when goods come in (12 for 100.00 are 833.333333 each)."""

    item: ItemId
    quantity: Decimal
    lot: str = ""
    serial: str = ""
    expiry: str = ""
    cost_minor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StockMoved:
    """partner: the supplier or the other shop. document: their paper's number. voids: the paper
    that this one takes back whole, "1-345": epoch and seq of its fact."""

    DURABLE: ClassVar[bool] = True
    cause: StockCause
    moves: tuple[StockDelta, ...]
    partner: str = ""
    document: str = ""
    reason: str = ""
    voids: str = ""


@dataclass(frozen=True, slots=True)
class CountStarted:
    """A count of the shelves begins; scope: a category, "" for everything."""

    DURABLE: ClassVar[bool] = True
    count: int
    scope: str = ""


@dataclass(frozen=True, slots=True)
class CountEntered:
    """expected: what should have lain there at this moment, sales during the count included."""

    DURABLE: ClassVar[bool] = True
    count: int
    item: ItemId
    counted: Decimal
    expected: Decimal
    lot: str = ""


@dataclass(frozen=True, slots=True)
class CountFinished:
    """applied: the differences become the stock; else the count is thrown away."""

    DURABLE: ClassVar[bool] = True
    count: int
    applied: bool = True


@dataclass(frozen=True, slots=True)
class CatalogueApplied:
    """From here on the till sells from this version of the catalogue, of so many items."""

    DURABLE: ClassVar[bool] = True
    version: int
    items: int


@dataclass(frozen=True, slots=True)
class OffersApplied:
    """From here on these promotions and price lists are known to the till."""

    DURABLE: ClassVar[bool] = True
    version: str
    promotions: int
    price_lists: int
