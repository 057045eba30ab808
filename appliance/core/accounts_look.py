"""What the screens show of cards, advances and customers. Names come from the shell's store."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import AccountKind, SaleId


@dataclass(frozen=True, slots=True)
class CardLook:
    """A card or voucher in hand. spendable: what pays now. why: the reason it does not, or "".
    unspent: it can be taken back for its money."""

    account: str
    kind: AccountKind
    hint: str
    balance: int
    spendable: int
    expires: str = ""
    blocked: bool = False
    why: str = ""
    unspent: bool = False


@dataclass(frozen=True, slots=True)
class AdvanceLook:
    """Money paid ahead. sale: the basket that waits for it, 0 when there is none any more."""

    account: str
    name: str
    balance: int
    due: str
    overdue: bool = False
    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class CustomerLook:
    """A customer as the till shows him. points_minor: what they are worth. owed: on the tab."""

    customer: str
    name: str
    phone: str = ""
    groups: tuple[str, ...] = ()
    tier: str = ""
    points: int = 0
    points_minor: int = 0
    owed_minor: int = 0
    limit_minor: int = 0
    tax_exempt: bool = False
    spent_minor: int = 0


@dataclass(frozen=True, slots=True)
class PurchaseLook:
    """number: of the receipt. at: local, ISO 8601 to the minute."""

    number: str
    at: str
    total_minor: int


@dataclass(frozen=True, slots=True)
class PageLook:
    """A customer's page: everything that helps at the counter."""

    customer: CustomerLook
    purchases: tuple[PurchaseLook, ...] = ()
    consents: tuple[str, ...] = ()
    email: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ShortLook:
    """A card of which more was spent than it held."""

    account: str
    kind: AccountKind
    hint: str
    short_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AccountsLook:
    """serial tells a new answer from an old one. customer: of the open basket. advance: of the
    open basket, what was paid ahead for it. found: what a search gave, None before any. aim: what
    the next scanned code is for, "card" or "customer", and for how much or whom."""

    serial: int = 0
    card: CardLook | None = None
    customer: CustomerLook | None = None
    advance: AdvanceLook | None = None
    advances: tuple[AdvanceLook, ...] | None = None
    found: tuple[CustomerLook, ...] | None = None
    page: PageLook | None = None
    shorts: tuple[ShortLook, ...] = ()
    aim: str = ""
    aim_minor: int = 0
    aim_customer: str = ""
    loyalty: bool = False
