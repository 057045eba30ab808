"""What is asked about goods that come back, and about completed sales that are undone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appliance.core.commands.customers import SetCustomer
from appliance.core.facts import (
    LineId,
    LineKind,
    LineSold,
    PaidBy,
    Restock,
    SaleRef,
    ShiftNumber,
    StockMove,
)
from appliance.core.item import Item, ItemId, Unit


@dataclass(frozen=True, slots=True)
class FindReceipt:
    """Which receipts are these? Changes nothing; the view then shows them.

    code: a receipt's number as printed, its barcode, or its QR code. Without a code a list: on: a
    day (ISO date), to: with the days up to this one, "" for the newest ones. amount_minor: what
    was to pay. text: a part of an item's name or its SKU. Nothing at all puts the list away.
    """

    code: str = ""
    on: str = ""
    to: str = ""
    amount_minor: int | None = None
    text: str = ""
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """How much of which sold line comes back, and where the goods go. serial: what stands on a piece
    that has a number; it must be the one that was sold."""

    line: LineId
    quantity: Decimal
    restock: Restock = Restock.SHELF
    serial: str = ""


@dataclass(frozen=True, slots=True)
class ReturnLines:
    """Take back pieces of a completed sale, into the open basket or a new one."""

    sale: SaleRef
    picks: tuple[Pick, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnWithoutReceipt:
    """Take back an item whose receipt nobody has. unit_price_minor None: the most that may be
    given for it, which is the lowest price of the last 30 days."""

    item: ItemId
    quantity: Decimal
    reason: str
    unit_price_minor: int | None = None
    restock: Restock = Restock.SHELF
    serial: str = ""


@dataclass(frozen=True, slots=True)
class VoidCompleted:
    """Undo a completed sale of this shift as a whole, by a counter-sale. None: the last one."""

    reason: str
    sale: SaleRef | None = None


@dataclass(frozen=True, slots=True)
class RefundToOrigin:
    """Money of a return goes back onto the account that paid for it (gift card, tab, points).
    amount_minor: above zero; None: as much as it paid."""

    account: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class SoldEarlier:
    """A line of a completed sale as the past tells it. sold: what it came to. given_back: what
    came back of it until now, as sums below zero; back: how many. rates: the percent of each of
    its taxes that day, as far as that is known."""

    line: LineId
    item: ItemId
    name: str
    unit: Unit
    quantity: Decimal
    unit_price_minor: int
    taxes: tuple[str, ...]
    sold: LineSold
    kind: LineKind = LineKind.GOODS
    code: str = ""
    lot: str = ""
    serial: str = ""
    expiry: str = ""
    account: str = ""
    of_line: LineId | None = None
    cost_minor: Decimal | None = None
    components: tuple[StockMove, ...] = ()
    back: Decimal = Decimal(0)
    given_back: LineSold | None = None
    rates: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierSale:
    """A completed sale of this till. at: local time. paid: change taken off, in the order in which
    it goes back. shift: None when it was not this till's journal epoch. voids: it undid another.
    customer: whose it was and is known still; the points of what comes back are taken back."""

    ref: SaleRef
    receipt: str
    at: str
    shift: ShiftNumber | None
    total_minor: int
    lines: tuple[SoldEarlier, ...]
    paid: tuple[PaidBy, ...]
    voids: SaleRef | None = None
    customer: SetCustomer | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """ReturnLines with what was sold. late_days: by how much the time for returns is over."""

    earlier: EarlierSale
    picks: tuple[Pick, ...]
    reason: str
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class TakeBackUnproven:
    """ReturnWithoutReceipt with the item. price_max_minor: the most that a piece may bring.
    day_minor: what was given back without receipt today in completed sales, by this person."""

    item: Item
    quantity: Decimal
    reason: str
    unit_price_minor: int
    price_max_minor: int
    restock: Restock = Restock.SHELF
    day_minor: int = 0
    serial: str = ""


@dataclass(frozen=True, slots=True)
class UndoSale:
    """VoidCompleted with what was sold."""

    earlier: EarlierSale
    reason: str
