"""Facts: everything that can have happened at a till, in the past tense, one frozen class each.

A fact's class name is its type in the journal and `VERSION` its body's version. Who, when and in
which order stand in the record around it (see `journal`). Amounts are minor units of the shop's
currency; quantities are decimals in the item's sales unit. DURABLE facts are on the disk (fsync)
before anything outside can notice them; the others are drafts: a crash of the process keeps them,
a power cut may take the last second of an unpaid basket.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NewType

from appliance.core.devices import Category, DeviceState, Outcome, Problem
from appliance.core.item import ItemId, Unit

LineId = NewType("LineId", int)
"""A line's number within its sale, from 1, never used again there."""

SaleId = NewType("SaleId", int)
"""A sale's number within the till's epoch, from 1."""

EffectId = NewType("EffectId", int)
"""An effect's number within the till's epoch, from 1: one per print job and drawer pulse."""

ShiftNumber = NewType("ShiftNumber", int)


class LineSource(StrEnum):
    """How an item came into the basket."""

    SCAN = "scan"
    KEY = "key"
    SEARCH = "search"
    TYPED = "typed"
    COMMAND = "command"


class TenderType(StrEnum):
    CASH = "cash"


class DrawerCause(StrEnum):
    """Why the drawer was opened."""

    SALE = "sale"
    NO_SALE = "no_sale"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    SHIFT_OPEN = "shift_open"
    COUNT = "count"


class CashDirection(StrEnum):
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"


class PrintWhat(StrEnum):
    RECEIPT = "receipt"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"


@dataclass(frozen=True, slots=True)
class Discount:
    """Exactly one of the two. percent: 0 to 100. amount_minor: for the whole line or basket."""

    percent: Decimal | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class DenominationCount:
    value_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One tax code's share: net is its base, gross = net + tax."""

    code: str
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class LineSold:
    """What a line finally came to: gross = net + tax is what the customer paid for it."""

    line: LineId
    net_minor: int
    tax_minor: int
    gross_minor: int
    discount_minor: int


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """A shift's sums, as X and Z reports show them. cash_minor: what should lie in the drawer."""

    sales: int = 0
    items: int = 0
    gross_minor: int = 0
    discount_minor: int = 0
    rounding_minor: int = 0
    cash_sales_minor: int = 0
    float_minor: int = 0
    pay_in_minor: int = 0
    pay_out_minor: int = 0
    voided_lines: int = 0
    voided_sales: int = 0
    no_sales: int = 0
    taxes: tuple[TaxTotal, ...] = ()

    @property
    def cash_minor(self) -> int:
        return self.float_minor + self.cash_sales_minor + self.pay_in_minor - self.pay_out_minor


@dataclass(frozen=True, slots=True)
class TillStarted:
    """The daemon came up on this journal; drafts lost to a power cut end just before it."""

    DURABLE: ClassVar[bool] = False
    version: str


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """The wall clock went backwards; order is told by seq, never by time."""

    DURABLE: ClassVar[bool] = False
    back_s: int


@dataclass(frozen=True, slots=True)
class CashierSignedIn:
    DURABLE: ClassVar[bool] = False
    staff: str
    name: str


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    float_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash put into the drawer or taken out of it without a sale; amount is positive."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    direction: CashDirection
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """The till decided to open the drawer; the pulse follows as effect `effect`."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    cause: DrawerCause
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DrawerCounted:
    """attempt: 1, then 2 for the one recount. expected is never shown before a blind count."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    attempt: int
    counts: tuple[DenominationCount, ...]
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    z_number: int
    totals: ShiftTotals
    counted_minor: int
    difference_minor: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SaleStarted:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    shift: ShiftNumber


@dataclass(frozen=True, slots=True)
class LineAdded:
    """An item entered the basket.

    unit_price_minor: per 1 of quantity. amount_minor: set when the label or the cashier named the
    line's amount itself (a price barcode), which then stands instead of quantity times price.
    """

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    item: ItemId
    name: str
    unit: Unit
    quantity: Decimal
    unit_price_minor: int
    taxes: tuple[str, ...]
    source: LineSource
    amount_minor: int | None = None
    discountable: bool = True
    code: str = ""


@dataclass(frozen=True, slots=True)
class LineQuantityChanged:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LinePriceOverridden:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    unit_price_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineDiscounted:
    """discount None takes an earlier one away."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineVoided:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId


@dataclass(frozen=True, slots=True)
class LineRestored:
    """A voided line came back: the toast's undo."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId


@dataclass(frozen=True, slots=True)
class BasketDiscounted:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    discount: Discount | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SaleVoided:
    DURABLE: ClassVar[bool] = True
    sale: SaleId
    total_minor: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SaleSuspended:
    DURABLE: ClassVar[bool] = True
    sale: SaleId
    name: str


@dataclass(frozen=True, slots=True)
class SaleRecalled:
    """A suspended sale, or the one just voided, is the open basket again."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money was taken for the open sale. tender: its number within the sale, from 1."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    type: TenderType
    amount_minor: int


@dataclass(frozen=True, slots=True)
class TenderVoided:
    """A tender was handed back before the sale was complete."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int


@dataclass(frozen=True, slots=True)
class SaleCompleted:
    """The sale is paid. receipt: gapless within the epoch, never used twice.

    total + rounding = due; change is what went back to the customer in cash.
    """

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    shift: ShiftNumber
    receipt: int
    lines: tuple[LineSold, ...]
    taxes: tuple[TaxTotal, ...]
    total_minor: int
    discount_minor: int
    rounding_minor: int
    paid_minor: int
    change_minor: int


@dataclass(frozen=True, slots=True)
class PrintRequested:
    """Paper is wanted: effect `effect`. copy 0 is the original, 1 the first marked copy.
    receipt: the sale's receipt number where it is known."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    what: PrintWhat
    sale: SaleId | None = None
    shift: ShiftNumber | None = None
    copy: int = 0
    receipt: int = 0


@dataclass(frozen=True, slots=True)
class PrintSkipped:
    """The customer wants no paper, or what waited for the printer was called off."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    effect: EffectId | None = None


@dataclass(frozen=True, slots=True)
class EffectStarted:
    """The next thing to happen is the job's first byte on the wire; from here its end is unknown
    until told, so a restart never repeats it by itself."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId


@dataclass(frozen=True, slots=True)
class EffectEnded:
    """Not durable by itself: what a power cut forgets is an end, and an effect that started and
    has no end is shown to a person, never repeated. One fsync less for each print and pulse."""

    DURABLE: ClassVar[bool] = False
    effect: EffectId
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MatterClosed:
    """A person looked at an effect whose outcome was unknown or failed and settled it."""

    DURABLE: ClassVar[bool] = True
    effect: EffectId
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    DURABLE: ClassVar[bool] = False
    device: str
    category: Category
    state: DeviceState
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DrawerMoved:
    """The drawer's sensor says it is open or closed."""

    DURABLE: ClassVar[bool] = False
    is_open: bool


@dataclass(frozen=True, slots=True)
class StockMove:
    item: ItemId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockCounted:
    """Stock was set to these quantities, by an import or a count."""

    DURABLE: ClassVar[bool] = True
    counts: tuple[StockMove, ...]
    source: str


@dataclass(frozen=True, slots=True)
class CatalogueApplied:
    """From here on the till sells from this version of the catalogue, of so many items."""

    DURABLE: ClassVar[bool] = True
    version: int
    items: int


Fact = (
    TillStarted
    | ClockStepped
    | CashierSignedIn
    | ShiftOpened
    | CashMoved
    | DrawerOpened
    | DrawerCounted
    | ShiftClosed
    | SaleStarted
    | LineAdded
    | LineQuantityChanged
    | LinePriceOverridden
    | LineDiscounted
    | LineVoided
    | LineRestored
    | BasketDiscounted
    | SaleVoided
    | SaleSuspended
    | SaleRecalled
    | Tendered
    | TenderVoided
    | SaleCompleted
    | PrintRequested
    | PrintSkipped
    | EffectStarted
    | EffectEnded
    | MatterClosed
    | DeviceChanged
    | DrawerMoved
    | StockCounted
    | CatalogueApplied
)
"""Any fact. Its journal type is the class name; all bodies are version 1 today."""
