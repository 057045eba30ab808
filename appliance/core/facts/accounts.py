"""Facts of gift cards, vouchers, advances, tabs and points: the ledger of stored value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.core.facts.words import AccountKind, SaleId


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """code_hash: keyed hash of the code on the card; the code itself is kept nowhere.
    hint: its last characters, for people. expires: a date, "" for never."""

    DURABLE: ClassVar[bool] = True
    account: str
    kind: AccountKind
    code_hash: str = ""
    hint: str = ""
    customer: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class AccountMoved:
    """delta: minor units, or points of a loyalty account; what the account's owner can spend grows
    with it (of a customer's tab, what is owed shrinks). origin: where another till moved it.
    A customer's tab and points are opened by their first movement."""

    DURABLE: ClassVar[bool] = True
    account: str
    kind: AccountKind
    delta: int
    sale: SaleId | None = None
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AccountBlocked:
    """blocked False opens it again."""

    DURABLE: ClassVar[bool] = True
    account: str
    reason: str
    blocked: bool = True


@dataclass(frozen=True, slots=True)
class AccountConflict:
    """More was spent than the account held, at tills that did not know of each other."""

    DURABLE: ClassVar[bool] = True
    account: str
    short_minor: int
    detail: str = ""
    kind: AccountKind = AccountKind.GIFT_CARD
    hint: str = ""
