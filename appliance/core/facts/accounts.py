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
    A customer's tab and points are opened by their first movement. tender: the tender for which the
    shared ledger was asked, 0 for none; held: it had set the amount aside."""

    DURABLE: ClassVar[bool] = True
    account: str
    kind: AccountKind
    delta: int
    sale: SaleId | None = None
    reason: str = ""
    origin: str = ""
    tender: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class AccountBlocked:
    """blocked False opens it again. origin: where another till did it."""

    DURABLE: ClassVar[bool] = True
    account: str
    reason: str
    blocked: bool = True
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ValueHeld:
    """The ledger set value aside for another till that is about to pay with it. key: names that
    till's tender for good, so that a repeated question holds nothing twice."""

    DURABLE: ClassVar[bool] = True
    account: str
    key: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ValueReleased:
    """What was set aside under a key is free again: captured, the movement itself took its place;
    else nothing was paid. A key that was never held cannot be held any more."""

    DURABLE: ClassVar[bool] = True
    key: str
    captured: bool = False


@dataclass(frozen=True, slots=True)
class LedgerHeard:
    """The till and the shop's ledger know the same: the ledger this till's records up to (epoch,
    seq), and this till the ledger's own up to (ledger_epoch, ledger_seq)."""

    DURABLE: ClassVar[bool] = False
    epoch: int
    seq: int
    ledger_epoch: int
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class AccountConflict:
    """More was spent than the account held, at tills that did not know of each other."""

    DURABLE: ClassVar[bool] = True
    account: str
    short_minor: int
    detail: str = ""
    kind: AccountKind = AccountKind.GIFT_CARD
    hint: str = ""
