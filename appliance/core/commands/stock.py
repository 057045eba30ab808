"""What is asked of the stock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.facts import LineSource, StockCause, StockDelta, StockMove, StockMoved
from appliance.core.item import ItemId


@dataclass(frozen=True, slots=True)
class CountStock:
    counts: tuple[StockMove, ...]
    source: str


@dataclass(frozen=True, slots=True)
class MoveStock:
    """A paper of goods that come or go. moves: positive quantities; only of what is produced are
    the used up ones negative. reason: a write-off needs one, a transfer its partner."""

    cause: StockCause
    moves: tuple[StockDelta, ...]
    partner: str = ""
    document: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoidStockPaper:
    """Take a mistaken paper back, by its number ("1-345"). The shell looks it up."""

    paper: str


@dataclass(frozen=True, slots=True)
class ReverseStock:
    """A paper looked up, to be taken back."""

    paper: str
    moved: StockMoved


@dataclass(frozen=True, slots=True)
class StartCount:
    """Begin to count the shelves; scope: a category, "" for everything."""

    scope: str = ""


@dataclass(frozen=True, slots=True)
class CountItem:
    """quantity lies on the shelf now; add: beside what was counted of it before."""

    count: int
    item: ItemId
    quantity: Decimal
    add: bool = False
    lot: str = ""


@dataclass(frozen=True, slots=True)
class EnterCounted:
    """What a count found, beside what the stock says at this moment."""

    count: int
    item: ItemId
    counted: Decimal
    expected: Decimal
    lot: str = ""


@dataclass(frozen=True, slots=True)
class FinishCount:
    """rest_to_zero: what was not counted in the scope is not there."""

    count: int
    apply: bool = True
    rest_to_zero: bool = False


@dataclass(frozen=True, slots=True)
class EndCount:
    """A count's end with what it counts as nothing."""

    count: int
    applied: bool
    rest: tuple[EnterCounted, ...] = ()


@dataclass(frozen=True, slots=True)
class SellTraced:
    """Sell an item as this very piece or from this lot. The shell resolves it to AddItem."""

    item: ItemId
    serial: str = ""
    lot: str = ""
    quantity: Decimal | None = None
    source: LineSource = LineSource.TYPED


@dataclass(frozen=True, slots=True)
class AimStock:
    """Where the next scans go: "" the basket again, "paper" a stock paper, "count" one more in a
    count, "serial" the number of a piece of this item that is sold, "receipt"
    what comes back of the receipt that is up, "piece",
    "lot" or "text" what is asked for in words."""

    at: str = ""
    count: int = 0
    item: ItemId | None = None


@dataclass(frozen=True, slots=True)
class FindForStock:
    """What is this code or SKU, for a stock paper or a count; sells nothing."""

    code: str
