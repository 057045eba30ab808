"""View models: what the screen, the pole display and the command line show; plain frozen data.

`Look` is the whole view after each change. Screens draw it and keep only their own transient state
(which page is up, a number half typed). Amounts are minor units; the screen formats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from appliance.core.accounts_look import AccountsLook
from appliance.core.devices import DeviceHealth
from appliance.core.facts import (
    Discount,
    EffectId,
    LineId,
    LineKind,
    Modifier,
    PrintWhat,
    SaleId,
    ShiftNumber,
)
from appliance.core.fleet_look import FleetLook
from appliance.core.item import ItemId, Unit
from appliance.core.pay_look import PayLook
from appliance.core.people_look import PeopleLook
from appliance.core.policy import Denomination
from appliance.core.price_check import PriceTold
from appliance.core.returns_look import ReceiptsLook
from appliance.core.shift_look import CashLook
from appliance.core.state import ReceiptStatus
from appliance.core.stock_look import StockLook
from appliance.core.update_look import UpdateLook
from appliance.core.why import WhyLook


class Tone(StrEnum):
    """How a notice feels: good news, plain, or something refused (with its own sound)."""

    GOOD = "good"
    PLAIN = "plain"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """A toast. key: a refusal's reason or a notice's own name; `words.py` has the sentence.

    undo: the command, as JSON, that takes it back. serial tells a new notice from an old one.
    """

    serial: int
    tone: Tone
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    undo: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class OfferLook:
    """What an offer took off a line or a basket, as a positive amount. names: by language."""

    offer: str
    amount_minor: int
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()), "") or self.offer


@dataclass(frozen=True, slots=True)
class LineLook:
    """amount_minor: what the customer pays for the line before basket discounts; of a return what
    goes back. returns: the number of the receipt that it takes back from. unit_price: as the price
    lists have it; list_price: the item's own, price_list: whose price it is instead, as people call
    it. of_line: the goods that a deposit belongs to."""

    line: LineId
    item: ItemId
    name: str
    quantity: Decimal
    unit: Unit
    unit_price_minor: int
    amount_minor: int
    discount_minor: int = 0
    discount: Discount | None = None
    overridden: bool = False
    kind: LineKind = LineKind.GOODS
    returns: str = ""
    modifiers: tuple[Modifier, ...] = ()
    staff: str = ""
    offers: tuple[OfferLook, ...] = ()
    list_price_minor: int = 0
    price_list: str = ""
    of_line: LineId | None = None
    tare_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CouponLook:
    """A coupon in the basket. working: an offer that asks for it took something off."""

    coupon: str
    word: str
    working: bool = False


@dataclass(frozen=True, slots=True)
class TenderLook:
    """amount_minor: below zero when it was given back. foreign_minor: in `currency`'s own."""

    tender: int
    type: str
    amount_minor: int
    status: str = "taken"
    currency: str = ""
    foreign_minor: int = 0
    reference: str = ""
    reverses: int = 0


@dataclass(frozen=True, slots=True)
class RefundLook:
    """How much is to go back in which money: the way it came."""

    type: str
    amount_minor: int
    account: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class BasketLook:
    """total: to pay. cash_due: what is left if the rest is paid in cash, rounded to the coin.

    rounding: cash_due's difference to the exact rest, left. Below zero both are to be given back.
    refunds: how money that goes back came, as far as it is not back yet. offers: of the whole basket;
    those of single lines stand with them. voids: the number of the
    receipt that this basket undoes as a whole.
    """

    sale: SaleId
    lines: tuple[LineLook, ...]
    total_minor: int
    discount_minor: int
    tax_minor: int
    rounding_minor: int
    cash_due_minor: int
    tendered_minor: int = 0
    tenders: tuple[TenderLook, ...] = ()
    discount: Discount | None = None
    last_line: LineId | None = None
    left_minor: int = 0
    name: str = ""
    refunds: tuple[RefundLook, ...] = ()
    voids: str = ""
    offers: tuple[OfferLook, ...] = ()
    coupons: tuple[CouponLook, ...] = ()


@dataclass(frozen=True, slots=True)
class DoneLook:
    """The sale just completed. number: as printed, "1-000118". cash: some of it was."""

    sale: SaleId
    number: str
    total_minor: int
    due_minor: int
    paid_minor: int
    change_minor: int
    receipt: ReceiptStatus
    receipt_problem: str = ""
    cash: bool = True


@dataclass(frozen=True, slots=True)
class SuspendedLook:
    sale: SaleId
    name: str
    lines: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class ElsewhereLook:
    """A basket that is suspended at another till of the shop. can_go: it can be fetched."""

    till: str
    sale: SaleId
    name: str
    lines: int
    total_minor: int
    can_go: bool = True


@dataclass(frozen=True, slots=True)
class TillsLook:
    """The shop's tills, for who minds them. hub: where they meet, "" for nowhere. away: who was heard
    once and is not there, with the local time of the last word. strangers: messages that nobody
    here can open. names: what people call a till."""

    hub: str = ""
    there: tuple[str, ...] = ()
    away: tuple[tuple[str, str], ...] = ()
    strangers: int = 0
    names: tuple[tuple[str, str], ...] = ()

    def name(self, till: str) -> str:
        return dict(self.names).get(till, till)


@dataclass(frozen=True, slots=True)
class UnderWayLook:
    """A basket that left for another till, which has not said that it has it."""

    key: str
    to: str
    name: str
    lines: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class MatterLook:
    """A print whose outcome is unknown or failed, or that waits for the printer.

    waiting: it will print by itself once the printer is well. sale: of a receipt, to print a copy.
    """

    effect: EffectId
    what: PrintWhat
    number: str
    outcome: str
    detail: str = ""
    waiting: bool = False
    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class ShiftLook:
    """expected is None while a blind count has not been made; gross, cash sales and taxes too for
    whom they would tell what it is to find."""

    shift: ShiftNumber
    z_number: int
    sales: int
    items: int
    gross_minor: int | None
    discount_minor: int
    rounding_minor: int
    float_minor: int
    cash_sales_minor: int | None
    pay_in_minor: int
    pay_out_minor: int
    voided_lines: int
    voided_sales: int
    no_sales: int
    taxes: tuple[TaxLook, ...] = ()
    expected_minor: int | None = None
    counted_minor: int | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class TaxLook:
    name: str
    letter: str
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class PriceLook:
    """The answer of a price check. serial tells a new one from an old one. told: whose price it
    is and what else it may be."""

    serial: int
    item: ItemId
    name: str
    unit: Unit
    price_minor: int
    stock: Decimal | None = None
    amount_minor: int | None = None
    quantity: Decimal | None = None
    told: PriceTold | None = None


@dataclass(frozen=True, slots=True)
class WeightLook:
    weight_kg: Decimal | None
    stable: bool


@dataclass(frozen=True, slots=True)
class StorageLook:
    """full: no new sale may start. recovered: the sentence's facts after a damaged file. card: why
    the card's provisioning file was not taken, and last what to do; in the shop's language."""

    full: bool = False
    fault: str = ""
    recovered: str = ""
    card: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The whole view. multiplier: how many of the next scanned item. revision grows with every change; at_ns: monotonic clock when it was made;
    scan_ns: of the scan that led to it, or 0."""

    revision: int
    currency: str
    shop: str
    till: str
    cashier: str
    cashier_name: str
    shift: ShiftLook | None = None
    basket: BasketLook | None = None
    done: DoneLook | None = None
    suspended: tuple[SuspendedLook, ...] = ()
    elsewhere: tuple[ElsewhereLook, ...] = ()
    tills: TillsLook | None = None
    under_way: tuple[UnderWayLook, ...] = ()
    matters: tuple[MatterLook, ...] = ()
    devices: tuple[DeviceHealth, ...] = ()
    drawer_open: bool = False
    price_check: bool = False
    multiplier: Decimal | None = None
    price: PriceLook | None = None
    weight: WeightLook | None = None
    notice: Notice | None = None
    storage: StorageLook = StorageLook()
    pay: PayLook = field(default_factory=PayLook)
    stock: StockLook = field(default_factory=StockLook)
    receipts: ReceiptsLook | None = None
    why: WhyLook | None = None
    accounts: AccountsLook = field(default_factory=AccountsLook)
    denominations: tuple[Denomination, ...] = ()
    blind_count: bool = True
    cash: CashLook = field(default_factory=CashLook)
    suggested_float_minor: int = 0
    catalogue_version: int = 0
    last_z: int = 0
    people: PeopleLook = field(default_factory=PeopleLook)
    fleet: FleetLook = field(default_factory=FleetLook)
    update: UpdateLook = field(default_factory=UpdateLook)
    at_ns: int = 0
    scan_ns: int = 0
