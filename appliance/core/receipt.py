"""What goes on paper: receipts and reports as pure data, before any layout, font or printer.

Amounts are minor units of the document's one currency. Labels and names are either an English
msgid of the catalogue ("Cash") or finished text; the layout translates what it knows and leaves
the rest alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from appliance.core.item import Unit


class ReceiptKind(StrEnum):
    """What a document is; a copy is any of them with `copy_no` above 0."""

    SALE = "sale"
    RETURN = "return"
    VOID = "void"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    FLOAT = "float"
    NO_SALE = "no_sale"
    TEST = "test"
    SLIP = "slip"


@dataclass(frozen=True, slots=True)
class ShopHeader:
    """The top and bottom of every document.

    legal: who sells, tax number, address; one row each. footer: thanks, opening hours.
    logo: path of a picture, drawn in black and white above the name; "" for none.
    """

    name: str
    legal: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    logo: str = ""


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """One reason why a line or the basket costs less. amount is negative; percent is shown when
    given; an empty text reads "Discount"."""

    amount_minor: int
    text: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class WishRow:
    """A wish that came with a line ("oat milk"), and what it added to the price of each unit."""

    name: str
    price_minor: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """amount: quantity times price, before `discounts`. letter: the tax group's. wishes: their
    prices are in the unit's price already."""

    name: str
    quantity: Decimal
    unit_price_minor: int
    amount_minor: int
    unit: Unit = Unit.PIECE
    letter: str = ""
    discounts: tuple[DiscountRow, ...] = ()
    wishes: tuple[WishRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One tax of the table. rate: percent, None for a fixed amount. base: without the tax."""

    name: str
    base_minor: int
    tax_minor: int
    letter: str = ""
    rate: Decimal | None = None
    included: bool = True


@dataclass(frozen=True, slots=True)
class TenderRow:
    """How much was handed over in one way: ("Cash", 50000); below zero: given back. note: the notes
    and their rate of foreign cash, a slip's number."""

    name: str
    amount_minor: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """The receipt that goods come back from. sold_on: a local date or date-time, ISO 8601."""

    number: str
    sold_on: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale or a return on paper.

    number: as people say it, "1-000118"; also its barcode. total: the lines after all discounts;
    rounding: added to it for cash; tenders - change = total + rounding. discounts: of the whole
    basket. saved: all discounts together, as a positive amount. qr: what the QR code says, ""
    for none. copy_no: 0 for the original, else which copy this is. training: no real sale.
    originals: what comes back on this one was sold on those. sign: who got money back signs.
    notes: points earned and the like, below what was paid.
    """

    number: str
    shop: ShopHeader
    at: datetime
    currency: str
    language: str
    lines: tuple[ReceiptLine, ...]
    total_minor: int
    kind: ReceiptKind = ReceiptKind.SALE
    discounts: tuple[DiscountRow, ...] = ()
    saved_minor: int = 0
    taxes: tuple[TaxRow, ...] = ()
    tenders: tuple[TenderRow, ...] = ()
    rounding_minor: int = 0
    change_minor: int = 0
    cashier: str = ""
    qr: str = ""
    copy_no: int = 0
    training: bool = False
    originals: tuple[Original, ...] = ()
    sign: bool = False
    notes: tuple[ReportRow, ...] = ()

    @property
    def subtotal_minor(self) -> int:
        """The lines with their own discounts, before those of the whole basket."""
        return sum(
            line.amount_minor + sum(row.amount_minor for row in line.discounts)
            for line in self.lines
        )


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A label and an amount, a count or a text: the first of these that is set."""

    label: str
    amount_minor: int | None = None
    count: Decimal | int | None = None
    text: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Rows under one title; an empty title draws only a rule."""

    rows: tuple[ReportRow, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """An X or Z report, or a slip for cash that moved without a sale.

    title: "" takes the kind's own ("Z report"). sign: leave a line for a signature.
    """

    kind: ReceiptKind
    shop: ShopHeader
    at: datetime
    currency: str
    language: str
    sections: tuple[ReportSection, ...]
    title: str = ""
    number: str = ""
    cashier: str = ""
    sign: bool = False
    qr: str = ""
    copy_no: int = 0
    training: bool = False


Document = Receipt | Report
