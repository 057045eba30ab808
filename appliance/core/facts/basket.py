"""Facts of the open basket and of what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from appliance.core.facts.words import (
    AgeMethod,
    Discount,
    LineId,
    LineKind,
    LineRef,
    LineSold,
    LineSource,
    Modifier,
    Restock,
    SaleId,
    SaleRef,
    ShiftNumber,
    StockMove,
)
from appliance.core.item import Choice, ItemId, PriceStep, Unit
from appliance.core.sale_hours import Spans


@dataclass(frozen=True, slots=True)
class SaleStarted:
    """at: the shop's local time, ISO 8601 to the second, by which prices and promotions of the
    whole basket are chosen, so that a happy hour that ends at the counter still holds."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    shift: ShiftNumber
    at: str = ""


@dataclass(frozen=True, slots=True)
class LineAdded:
    """An item entered the basket.

    unit_price_minor: per 1 of quantity. amount_minor: set when the label or the cashier named the
    line's amount itself (a price barcode), which then stands instead of quantity times price.
    prices: other prices of the item, of which the pricing takes the one that holds. of_line: the
    goods that a deposit belongs to. components: what leaves the stock per 1 of quantity, where
    that is not the item itself. returns, sold: of a return line, what it takes back and to what it
    comes exactly, as negative amounts. account: of a gift card, advance or tab line; opens: it is
    a new one, made with the sale (its `serial` is then what the till makes the code from, `code` the
    code's end). percent: of a
    service charge. quantity_max: of the item in one basket, part_limits: of what
    a pack holds. sale_hours: the spans of hours (core.sale_hours) that hold for it, the item's own and
    its category's. needs_manager: more of it does too. open_price:
    the price was named at the till, for the item has none. cost_minor: what 1 of quantity cost the
    shop, in parts of a minor unit too. choices: the wishes that must be named before it is paid for.
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
    open_price: bool = False
    choices: tuple[Choice, ...] = ()


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
class LineModified:
    """The line's wishes are these now, all of them."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    modifiers: tuple[Modifier, ...]


@dataclass(frozen=True, slots=True)
class LineAssigned:
    """Who serves this line (a hairdresser, a waiter)."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    staff: str


@dataclass(frozen=True, slots=True)
class LineTraced:
    """Which lot or which single piece a line is."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    line: LineId
    lot: str = ""
    serial: str = ""
    expiry: str = ""


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
class CouponAdded:
    """coupon: its serial, used once in the shop. promotion: the coupon word that offers ask for."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    coupon: str
    promotion: str


@dataclass(frozen=True, slots=True)
class CouponRemoved:
    DURABLE: ClassVar[bool] = False
    sale: SaleId
    coupon: str


@dataclass(frozen=True, slots=True)
class CustomerAttached:
    """The basket is this customer's: an opaque id, never a name. "" takes the customer off.

    limit_minor: how much the customer may owe. account: the id of the customer's tab, points:
    of the loyalty account; "" for none. spent_offers: those that the customer has used as often as
    they may be.
    """

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    customer: str
    groups: tuple[str, ...] = ()
    tax_exempt: bool = False
    limit_minor: int = 0
    spent_offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgeChecked:
    """The customer is at least this old, seen by whoever stands at the till."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    age_min: int
    method: AgeMethod


@dataclass(frozen=True, slots=True)
class AgeRefused:
    """The customer is too young, or would not show; the item was not sold."""

    DURABLE: ClassVar[bool] = True
    item: ItemId
    age_min: int


@dataclass(frozen=True, slots=True)
class SaleNamed:
    """A table, a tab, an order: how people call this basket."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    name: str


@dataclass(frozen=True, slots=True)
class SaleVoidStarted:
    """The open basket undoes a completed sale as a whole."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    voids: SaleRef


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
