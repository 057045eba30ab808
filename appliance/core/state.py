"""The till's state: what the facts so far add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from appliance.core.devices import Category, DeviceState, Outcome, Problem
from appliance.core.facts import (
    AccountKind,
    CardNumberLogged,
    Discount,
    DrawerCause,
    EffectId,
    FirmwareChanged,
    LineId,
    LineKind,
    LineRef,
    LineSold,
    LineSource,
    Modifier,
    PaidBy,
    PrintWhat,
    Restock,
    SaleId,
    SaleRef,
    ShiftNumber,
    ShiftTotals,
    StockMove,
    TaxTotal,
    TenderType,
)
from appliance.core.item import Choice, ItemId, PriceStep, Unit
from appliance.core.sale_hours import Spans


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
    kind: LineKind = LineKind.GOODS
    prices: tuple[PriceStep, ...] = ()
    min_price_minor: int = 0
    cost_minor: Decimal | None = None
    of_line: LineId | None = None
    components: tuple[StockMove, ...] = ()
    lot: str = ""
    serial: str = ""
    expiry: str = ""
    age_min: int = 0
    modifiers: tuple[Modifier, ...] = ()
    staff: str = ""
    returns: LineRef | None = None
    sold: LineSold | None = None
    restock: Restock | None = None
    account: str = ""
    opens: bool = False
    percent: Decimal | None = None
    tare_kg: Decimal | None = None
    quantity_max: Decimal | None = None
    sale_hours: tuple[Spans, ...] = ()
    part_limits: tuple[StockMove, ...] = ()
    needs_manager: bool = False
    overridden: bool = False
    override_reason: str = ""
    open_price: bool = False
    choices: tuple[Choice, ...] = ()


class TenderStatus(StrEnum):
    """pending: asked for and not answered. unknown: nobody can tell yet whether money moved."""

    TAKEN = "taken"
    PENDING = "pending"
    UNKNOWN = "unknown"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Tender:
    """amount_minor counts towards the sale once it is taken. inquired: how often its port was asked
    what became of it; cancelling: it was asked to call it off. reverses: the tender taken back.
    sent: the money command left its port, with this memo. original: the payment that it gives back,
    by its reference.
    """

    tender: int
    type: TenderType
    amount_minor: int
    voided: bool = False
    status: TenderStatus = TenderStatus.TAKEN
    currency: str = ""
    foreign_minor: int = 0
    rate: Decimal | None = None
    account: str = ""
    reference: str = ""
    points: int = 0
    port: str = ""
    detail: str = ""
    inquired: int = 0
    cancelling: bool = False
    reverses: int = 0
    sent: bool = False
    memo: str = ""
    alone_minor: int = 0
    original: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An earlier sale of which goods come back in a basket; of None: nobody has the receipt."""

    of: SaleRef | None
    reason: str
    receipt: str = ""
    at: str = ""
    paid: tuple[PaidBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Coupon:
    """id: its serial. promotion: the coupon word that offers ask for."""

    id: str
    promotion: str


@dataclass(frozen=True)
class Sale:
    """An open or suspended basket. lines keep the voided ones: their numbers stay taken.

    at: local time by which prices are chosen. customer: an opaque id. voids: the completed sale
    that this basket undoes."""

    sale: SaleId
    shift: ShiftNumber
    lines: tuple[Line, ...] = ()
    discount: Discount | None = None
    tenders: tuple[Tender, ...] = ()
    name: str = ""
    at: str = ""
    customer: str = ""
    groups: tuple[str, ...] = ()
    tax_exempt: bool = False
    limit_minor: int = 0
    spent_offers: tuple[str, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    age_checked: int = 0
    voids: SaleRef | None = None
    taken_back: tuple[TakenBack, ...] = ()

    @property
    def live_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.voided)

    @property
    def live_tenders(self) -> tuple[Tender, ...]:
        """Taken, pending and unknown ones: what lies on the counter, or may."""
        return tuple(
            it for it in self.tenders if not it.voided and it.status is not TenderStatus.DECLINED
        )

    @property
    def taken_tenders(self) -> tuple[Tender, ...]:
        """Those that count: money that is surely here."""
        return tuple(it for it in self.live_tenders if it.status is TenderStatus.TAKEN)

    @property
    def tendered_minor(self) -> int:
        return sum(tender.amount_minor for tender in self.taken_tenders)


class ReceiptStatus(StrEnum):
    """Where a completed sale's paper is. open: nobody has decided; waiting: with the printer."""

    OPEN = "open"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
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
class ForeignCount:
    """Foreign notes counted in a shift, in their own minor units."""

    currency: str
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True)
class Shift:
    """drawer: which one. owner: who answers for it now. found: what counts at handovers found off,
    signed. drops, handovers: how many there were."""

    shift: ShiftNumber
    totals: ShiftTotals
    count: DrawerCount | None = None
    drawer: str = ""
    owner: str = ""
    foreign: tuple[ForeignCount, ...] = ()
    found_minor: int = 0
    drops: int = 0
    handovers: int = 0

    @property
    def cash_minor(self) -> int:
        """What should lie in the drawer now, for whoever answers for it."""
        return self.totals.cash_minor + self.found_minor


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
    slip: str = ""


@dataclass(frozen=True, slots=True)
class DrawerPulse:
    """A drawer effect not yet ended. drawer: which one it opens."""

    effect: EffectId
    cause: DrawerCause
    drawer: str = ""


@dataclass(frozen=True, slots=True)
class DrawerLeft:
    """What stayed in a drawer when its last shift was closed."""

    drawer: str
    amount_minor: int


Effect = PrintJob | DrawerPulse


@dataclass(frozen=True, slots=True)
class Matter:
    """An effect that ended unknown or failed; it stays until a person settles it."""

    job: PrintJob
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """Money that moved for a tender with another end; open until a person has seen to it."""

    sale: SaleId
    tender: int
    amount_minor: int
    reference: str = ""
    detail: str = ""
    port: str = ""
    type: TenderType = TenderType.CARD


class DoubtKind(StrEnum):
    """unknown: nobody has said yet. by_hand: a person said what became of it. astray: money that
    moved for nothing."""

    UNKNOWN = "unknown"
    BY_HAND = "by_hand"
    ASTRAY = "astray"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A payment to look at first when a terminal's sums and the journal's differ. amount_minor: as
    the journal counts it; 0 of one that was taken for declined."""

    sale: SaleId
    tender: int
    asked_minor: int
    amount_minor: int
    kind: DoubtKind
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TerminalSums:
    """count payments came to amount_minor, refunds went back with refunds_minor; none is negative."""

    count: int = 0
    amount_minor: int = 0
    refunds: int = 0
    refunds_minor: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What went through a terminal since its last batch. ours: by the journal. said: by the terminal,
    None until it was asked, told False when it cannot say. asked: how often; waiting: the answer is
    on its way; closing: the batch is to be closed with it. settled: both agree or a person accepted
    it; the next payment begins a new batch. wired: it answers by itself."""

    port: str
    wired: bool = False
    ours: TerminalSums = TerminalSums()
    said: TerminalSums | None = None
    told: bool = True
    asked: int = 0
    waiting: bool = False
    closing: bool = False
    closed: bool = False
    settled: bool = False
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedTerminal:
    """A card terminal in the shop. by, on, seen, tampered: of the last look; due: the next one's day."""

    serial: str
    make: str
    model: str
    place: str
    by: str
    on: str
    due: str
    interval_days: int = 30
    photo: str = ""
    photo_sha256: str = ""
    note: str = ""
    tampered: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    device: str
    category: Category
    state: DeviceState
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OpenCount:
    """A count of the shelves that goes on. scope: a category, "" for everything."""

    count: int
    scope: str


@dataclass(frozen=True, slots=True)
class PinTries:
    """Wrong PINs in a row of one person, or of anybody (staff ""). until: local time to wait for."""

    staff: str
    tries: int
    wait_s: int = 0
    until: str = ""


@dataclass(frozen=True, slots=True)
class ShortAccount:
    """An account of which more was spent than it held; it stays until a manager settles it."""

    account: str
    kind: AccountKind
    short_minor: int
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FleetCommand:
    """A command of the fleet that was received and has not ended."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class FleetDocument:
    """A document of the fleet. version: the one this till lives by, 0 none; refused: the one that
    it could not take over, with the error, "" none."""

    document: str
    version: int = 0
    sha256: str = ""
    refused: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A basket under way to another till of the shop, which asked for it under this key."""

    key: str
    to: str
    sale: Sale


@dataclass(frozen=True)
class State:
    """Everything a till knows of itself. last_* are the numbers used last, 0 at first.

    voided: the sale voided last, so that it can be called back. closed_shift: the shift closed
    last, whose Z report may still wait for paper. other_shifts: of the drawers that are not in use
    just now. locked: the screen asks who is there. training: this till rests while a
    till of another journal plays. reversals: what is left of sales whose card money is to go back.
    batches: by terminal. terminals: all that stand in the shop, connected or not.
    leaks: the last one of each module. taken_over: keys of baskets that came from other tills.
    unread: records of a newer version of the program, which are kept and not understood.
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
    locked: bool = False
    pin_tries: tuple[PinTries, ...] = ()
    training: bool = False
    drawer: str = ""
    other_shifts: tuple[Shift, ...] = ()
    left: tuple[DrawerLeft, ...] = ()
    offers_version: str = ""
    shorts: tuple[ShortAccount, ...] = ()
    strays: tuple[Stray, ...] = ()
    reversals: tuple[Sale, ...] = ()
    batches: tuple[Batch, ...] = ()
    terminals: tuple[ListedTerminal, ...] = ()
    leaks: tuple[CardNumberLogged, ...] = ()
    counts: tuple[OpenCount, ...] = ()
    last_count: int = 0
    fleet_commands: tuple[FleetCommand, ...] = ()
    fleet_documents: tuple[FleetDocument, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()
    taken_over: tuple[str, ...] = ()
    unread: int = 0
    firmware: FirmwareChanged | None = None


EMPTY = State()
