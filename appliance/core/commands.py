"""Commands: what a person or a script asks of the till; each becomes facts or a refusal.

Amounts are minor units. `line`, `sale` and `effect` are the numbers the view shows. A command that
names no sale means the open basket.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.devices import Outcome
from appliance.core.facts import (
    CashDirection,
    DenominationCount,
    Discount,
    EffectId,
    LineId,
    LineSource,
    SaleId,
    StockMove,
)
from appliance.core.item import Item, ItemId


@dataclass(frozen=True, slots=True)
class SignIn:
    staff: str


@dataclass(frozen=True, slots=True)
class OpenShift:
    float_minor: int


@dataclass(frozen=True, slots=True)
class CountDrawer:
    counts: tuple[DenominationCount, ...]


@dataclass(frozen=True, slots=True)
class CloseShift:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveCash:
    direction: CashDirection
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoSale:
    """Open the drawer without a sale. counting: to count it, which is no no-sale in the reports."""

    reason: str
    counting: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A code from a scanner, or typed. quantity: a multiplier set beforehand ("2 ×").

    The shell resolves it to AddItem; the core never sees it.
    """

    code: str
    quantity: Decimal | None = None
    source: LineSource = LineSource.SCAN


@dataclass(frozen=True, slots=True)
class SellItem:
    """An item by its SKU (quick key, search). The shell resolves it to AddItem.

    unit_price_minor: for an open-price item. amount_minor: the line's amount itself, when that is
    what is known. taxes: override nothing; they are the item's.
    """

    item: ItemId
    quantity: Decimal | None = None
    unit_price_minor: int | None = None
    amount_minor: int | None = None
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class AddItem:
    """A resolved item. quantity None: 1 of a piece; a weighed item then needs the scale."""

    item: Item
    quantity: Decimal | None = None
    unit_price_minor: int | None = None
    amount_minor: int | None = None
    source: LineSource = LineSource.COMMAND
    code: str = ""


@dataclass(frozen=True, slots=True)
class CheckPrice:
    """What is this and what does it cost? Sells nothing, journals nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class AimScanner:
    """Where the next scans go: into the basket, or to the price check. quantity: how many of the
    very next item ("6 ×"); it is used up by that one scan."""

    price_check: bool = False
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class WeighItem:
    """Sell an item by the weight on the scale now."""

    item: ItemId
    source: LineSource = LineSource.KEY


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    line: LineId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OverridePrice:
    line: LineId
    unit_price_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class DiscountLine:
    line: LineId
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DiscountBasket:
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VoidLine:
    line: LineId


@dataclass(frozen=True, slots=True)
class RestoreLine:
    line: LineId


@dataclass(frozen=True, slots=True)
class VoidSale:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SuspendSale:
    name: str


@dataclass(frozen=True, slots=True)
class RecallSale:
    """Take a suspended basket back, or the one just voided."""

    sale: SaleId


@dataclass(frozen=True, slots=True)
class TenderCash:
    """Cash was taken. amount None: exactly what is due. Enough cash completes the sale."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class VoidTender:
    tender: int


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """sale None: the last one. The first print is the original, every later one a marked copy."""

    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class SkipReceipt:
    """No paper wanted for the last sale; also calls off a receipt that waits for the printer."""

    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class PrintXReport:
    pass


@dataclass(frozen=True, slots=True)
class SettleMatter:
    """A person has looked at an unknown or failed print; reason says what was found."""

    effect: EffectId
    reason: str


@dataclass(frozen=True, slots=True)
class StartEffect:
    """From the printer's driver, before a job's first byte."""

    effect: EffectId


@dataclass(frozen=True, slots=True)
class EndEffect:
    effect: EffectId
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CountStock:
    counts: tuple[StockMove, ...]
    source: str


Command = (
    SignIn
    | OpenShift
    | CountDrawer
    | CloseShift
    | MoveCash
    | NoSale
    | AddItem
    | ChangeQuantity
    | OverridePrice
    | DiscountLine
    | DiscountBasket
    | VoidLine
    | RestoreLine
    | VoidSale
    | SuspendSale
    | RecallSale
    | TenderCash
    | VoidTender
    | PrintReceipt
    | SkipReceipt
    | PrintXReport
    | SettleMatter
    | StartEffect
    | EndEffect
    | CountStock
)
"""What `decide` understands."""

Request = Command | Scan | SellItem | WeighItem | CheckPrice | AimScanner
"""What the Till's mailbox understands: commands, and what the shell first resolves into one."""
