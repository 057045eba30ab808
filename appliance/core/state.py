"""The till's state: what the facts so far add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from appliance.core.devices import Category, DeviceState, Outcome, Problem
from appliance.core.facts import (
    Discount,
    DrawerCause,
    EffectId,
    LineId,
    LineSource,
    PrintWhat,
    SaleId,
    ShiftNumber,
    ShiftTotals,
    TaxTotal,
    TenderType,
)
from appliance.core.item import ItemId, Unit


@dataclass(frozen=True, slots=True)
class Line:
    """A basket line as rung. list_price_minor: the catalogue's price before any override."""

    line: LineId
    item: ItemId
    name: str
    unit: Unit
    quantity: Decimal
    unit_price_minor: int
    list_price_minor: int
    taxes: tuple[str, ...]
    source: LineSource
    amount_minor: int | None = None
    discountable: bool = True
    discount: Discount | None = None
    voided: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Tender:
    tender: int
    type: TenderType
    amount_minor: int
    voided: bool = False


@dataclass(frozen=True, slots=True)
class Sale:
    """An open or suspended basket. lines keep the voided ones: their numbers stay taken."""

    sale: SaleId
    shift: ShiftNumber
    lines: tuple[Line, ...] = ()
    discount: Discount | None = None
    tenders: tuple[Tender, ...] = ()
    name: str = ""

    @property
    def live_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.voided)

    @property
    def live_tenders(self) -> tuple[Tender, ...]:
        return tuple(tender for tender in self.tenders if not tender.voided)

    @property
    def tendered_minor(self) -> int:
        return sum(tender.amount_minor for tender in self.live_tenders)


class ReceiptStatus(StrEnum):
    """Where a completed sale's paper is. open: nobody has decided; waiting: with the printer."""

    OPEN = "open"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CompletedSale:
    """The sale just finished, kept whole for its screen and its receipt."""

    sale: Sale
    receipt: int
    total_minor: int
    rounding_minor: int
    paid_minor: int
    change_minor: int
    discount_minor: int
    taxes: tuple[TaxTotal, ...]
    receipt_status: ReceiptStatus = ReceiptStatus.OPEN
    copies: int = 0


@dataclass(frozen=True, slots=True)
class DrawerCount:
    attempt: int
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True, slots=True)
class Shift:
    shift: ShiftNumber
    totals: ShiftTotals
    count: DrawerCount | None = None


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A print effect not yet ended. started: its first byte may have left."""

    effect: EffectId
    what: PrintWhat
    sale: SaleId | None = None
    shift: ShiftNumber | None = None
    copy: int = 0
    receipt: int = 0
    started: bool = False


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """A drawer effect not yet ended."""

    effect: EffectId
    cause: DrawerCause


Effect = PrintJob | DrawerPulse


@dataclass(frozen=True, slots=True)
class Matter:
    """An effect that ended unknown or failed; it stays until a person settles it."""

    job: PrintJob
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    device: str
    category: Category
    state: DeviceState
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Everything a till knows of itself. last_* are the numbers used last, 0 at first.

    voided: the sale voided last, so that it can be called back. closed_shift: the shift closed
    last, whose Z report may still wait for paper.
    """

    cashier: str = ""
    cashier_name: str = ""
    currency: str = ""
    shift: Shift | None = None
    closed_shift: Shift | None = None
    sale: Sale | None = None
    suspended: tuple[Sale, ...] = ()
    voided: Sale | None = None
    done: CompletedSale | None = None
    effects: tuple[Effect, ...] = ()
    matters: tuple[Matter, ...] = ()
    devices: tuple[DeviceStatus, ...] = ()
    drawer_open: bool = False
    last_shift: int = 0
    last_z: int = 0
    last_sale: int = 0
    last_receipt: int = 0
    last_effect: int = 0
    catalogue_version: int = 0


EMPTY = State()
