"""The words that facts share: numbers of things, kinds, and sums."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from appliance.core.item import ItemId

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


class LineKind(StrEnum):
    """What a line of a basket is. Only goods move stock and take part in promotions."""

    GOODS = "goods"
    DEPOSIT = "deposit"
    RETURN = "return"
    GIFT_CARD = "gift_card"
    ADVANCE = "advance"
    TAB_PAYMENT = "tab_payment"
    TIP = "tip"
    SERVICE_CHARGE = "service_charge"


HOLDS_VALUE = (LineKind.GIFT_CARD, LineKind.ADVANCE, LineKind.TAB_PAYMENT)
"""What such a line sells is money on an account: taken now, a sale only when it pays for goods, or
long since one. So it is no part of the takings."""


class Restock(StrEnum):
    """Where returned goods go. nowhere: no goods came, only money goes back, as of a deposit."""

    SHELF = "shelf"
    SCRAP = "scrap"
    SUPPLIER = "supplier"
    NOWHERE = "nowhere"


class TenderType(StrEnum):
    """How money is taken. Only cash is rounded to coins and gives change; foreign cash gives its
    change in the shop's own. voucher: store credit; account: the customer's tab; advance: money
    paid earlier towards this sale."""

    CASH = "cash"
    FOREIGN_CASH = "foreign_cash"
    CARD = "card"
    QR = "qr"
    GIFT_CARD = "gift_card"
    VOUCHER = "voucher"
    ACCOUNT = "account"
    ADVANCE = "advance"
    LOYALTY = "loyalty"


class TenderOutcome(StrEnum):
    """What a terminal or a bank said. unknown: nobody can tell yet whether money moved."""

    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class AccountKind(StrEnum):
    """Value that the shop owes or is owed, by account. loyalty counts points, the rest money."""

    GIFT_CARD = "gift_card"
    VOUCHER = "voucher"
    ADVANCE = "advance"
    CUSTOMER = "customer"
    LOYALTY = "loyalty"


class StockCause(StrEnum):
    """Why stock moved, other than by a sale or a return."""

    RECEIVED = "received"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    WRITE_OFF = "write_off"
    PRODUCED = "produced"
    SUPPLIER_RETURN = "supplier_return"


class AgeMethod(StrEnum):
    """How the cashier made sure of a customer's age. The date itself is never kept."""

    VISUAL = "visual"
    DATE_OF_BIRTH = "date_of_birth"


class DrawerCause(StrEnum):
    """Why the drawer was opened."""

    SALE = "sale"
    NO_SALE = "no_sale"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    SAFE_DROP = "safe_drop"
    SHIFT_OPEN = "shift_open"
    COUNT = "count"
    HANDOVER = "handover"


class CashDirection(StrEnum):
    """safe_drop: notes out of the drawer into the safe, still the shop's takings."""

    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    SAFE_DROP = "safe_drop"


class PrintWhat(StrEnum):
    RECEIPT = "receipt"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    SLIP = "slip"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Discount:
    """Exactly one of the two. percent: 0 to 100. amount_minor: for the whole line or basket."""

    percent: Decimal | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Modifier:
    """A wish with a line ("oat milk", "no onions"). price_minor: added to each unit, may be 0."""

    name: str
    price_minor: int = 0
    item: ItemId | None = None


@dataclass(frozen=True, slots=True)
class SaleRef:
    """A sale of this shop, for good: till number, epoch and the sale's number there."""

    till: int
    epoch: int
    sale: SaleId


@dataclass(frozen=True, slots=True)
class LineRef:
    """The sold line that a return takes back. receipt: as printed, "1-000118"."""

    sale: SaleRef
    line: LineId
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class PaidBy:
    """Money that a sale was paid with, as far as it counts towards its total. port: the terminal
    that took it."""

    type: TenderType
    amount_minor: int
    account: str = ""
    reference: str = ""
    port: str = ""


@dataclass(frozen=True, slots=True)
class DenominationCount:
    value_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One tax code's share: net is its base, gross = net + tax. rate: the percent of that day, for
    papers of later days; None of a fixed amount, and in sales of before it was kept."""

    code: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    rate: Decimal | None = None

    @property
    def of(self) -> tuple[str, Decimal]:
        """What is summed apart: a code, and its rate where that changed within a shift."""
        return self.code, Decimal(-1) if self.rate is None else self.rate


@dataclass(frozen=True, slots=True)
class PromotionShare:
    """What one promotion took off, as a positive amount. name: as the customer reads it. basket: it
    lowered the basket as a whole, and each line by its part."""

    id: str
    amount_minor: int
    name: str = ""
    basket: bool = False


@dataclass(frozen=True, slots=True)
class LineSold:
    """What a line finally came to: gross = net + tax is what the customer paid for it.

    taxes: the rounded amount of each of the line's taxes, in its order; left out for one tax.
    unit_price_minor: what a unit cost by the price lists, where that is not the line's own.
    promotions: what each took off this line. cost_minor: what the line's goods cost the shop, if
    that is known. rates: of what comes back, the percent of each of its taxes when it was sold.
    """

    line: LineId
    net_minor: int
    tax_minor: int
    gross_minor: int
    discount_minor: int
    taxes: tuple[int, ...] = ()
    unit_price_minor: int | None = None
    promotions: tuple[PromotionShare, ...] = ()
    cost_minor: int | None = None
    rates: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """One kind of money in a shift. amount in the shop's currency; foreign in its own minor units."""

    type: TenderType
    amount_minor: int
    count: int
    currency: str = ""
    foreign_minor: int = 0


@dataclass(frozen=True)
class ShiftTotals:
    """A shift's sums, as X and Z reports show them. cash_minor: what should lie in the drawer.

    sales and gross are net of returns; returns and returns_minor tell how much came back. Neither
    tips nor prepaid (gift cards, advances, paid debts) are part of gross.
    tenders: what was taken in each way, change and refunds taken off.
    """

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
    returns: int = 0
    returns_minor: int = 0
    tips_minor: int = 0
    prepaid_minor: int = 0
    safe_drop_minor: int = 0
    tenders: tuple[TenderTotal, ...] = ()

    @property
    def cash_minor(self) -> int:
        moved = self.pay_in_minor - self.pay_out_minor - self.safe_drop_minor
        return self.float_minor + self.cash_sales_minor + moved


@dataclass(frozen=True, slots=True)
class StockMove:
    item: ItemId
    quantity: Decimal
