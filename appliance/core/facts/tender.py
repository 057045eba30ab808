"""Facts of money taken and of sales completed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from appliance.core.facts.words import (
    LineSold,
    PromotionShare,
    SaleId,
    SaleRef,
    ShiftNumber,
    TaxTotal,
    TenderOutcome,
    TenderType,
)


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money was taken for the open sale, or (negative) given back. tender: its number within the
    sale, from 1. amount: in the shop's currency; currency, foreign_minor and rate tell foreign
    cash. account: of a gift card, voucher, advance, tab or points. reference: as the payer's
    side calls it. points: of loyalty."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    type: TenderType
    amount_minor: int
    currency: str = ""
    foreign_minor: int = 0
    rate: Decimal | None = None
    account: str = ""
    reference: str = ""
    points: int = 0


@dataclass(frozen=True, slots=True)
class TenderAsked:
    """A terminal or a bank is to be asked for money, negative to give some back. Until it answers
    the tender is pending; this fact is on the disk before the first byte leaves. reverses: the
    tender of this sale that it takes back, 0 for none. account: of a card that the shop's ledger
    is asked about; alone_minor: what this till may pay from it where the ledger cannot be reached."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    type: TenderType
    amount_minor: int
    port: str
    reference: str = ""
    reverses: int = 0
    account: str = ""
    alone_minor: int = 0


@dataclass(frozen=True, slots=True)
class TenderSent:
    """The money command leaves for the terminal now; there is one of it for a tender, whatever
    happens. A question without this fact never left, and took no money. memo: what its port needs
    to ask later (JSON, never card data)."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    memo: str = ""


@dataclass(frozen=True, slots=True)
class TenderInquired:
    """Its port is asked what became of it: the tender is pending again. Asks for no money."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    tender: int


@dataclass(frozen=True, slots=True)
class TenderCancelAsked:
    """The port is asked to call the payment off; what it then answers may still be "approved"."""

    DURABLE: ClassVar[bool] = False
    sale: SaleId
    tender: int


@dataclass(frozen=True, slots=True)
class TenderAnswered:
    """What came of it. approved: amount_minor counts as taken, whatever was asked for. A tender
    whose outcome is unknown may be answered again once it is known. by_hand: a person found out,
    and reason says how."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    outcome: TenderOutcome
    amount_minor: int = 0
    reference: str = ""
    detail: str = ""
    by_hand: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentStray:
    """A port says that money moved for a tender that has another end already. The money is real:
    a person must see to it."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    amount_minor: int
    reference: str = ""
    detail: str = ""
    port: str = ""
    type: TenderType = TenderType.CARD


@dataclass(frozen=True, slots=True)
class PaymentStrayClosed:
    """What a person did about it. given_back: the money went back, by hand; it counts no more."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int
    reason: str
    given_back: bool = False


@dataclass(frozen=True, slots=True)
class ForeignCounted:
    """Foreign notes counted at the close of a shift, in their own minor units."""

    DURABLE: ClassVar[bool] = True
    shift: ShiftNumber
    currency: str
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True, slots=True)
class TenderVoided:
    """A tender was handed back before the sale was complete."""

    DURABLE: ClassVar[bool] = True
    sale: SaleId
    tender: int


@dataclass(frozen=True, slots=True)
class SaleCompleted:
    """The sale is paid. receipt: gapless within the epoch, never used twice.

    total + rounding = due; change is what went back to the customer in cash. promotions: what each
    took off. voids: the sale that this one undoes as a whole. tip: part of the total. prepaid: the part
    that bought money on an account rather than goods.
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
    promotions: tuple[PromotionShare, ...] = ()
    voids: SaleRef | None = None
    tip_minor: int = 0
    prepaid_minor: int = 0
