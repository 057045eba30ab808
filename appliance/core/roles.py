"""Who may do what: permissions, the limits that go with them, and the usual roles. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One privileged act each. What needs no permission at all is not here (signing in, printing
    a copy, a price check)."""

    SELL = "sell"
    SELL_RESTRICTED = "sell_restricted"
    SELL_MANAGED = "sell_managed"
    VOID_LINE = "void_line"
    VOID_SALE = "void_sale"
    VOID_COMPLETED = "void_completed"
    DISCOUNT_LINE = "discount_line"
    DISCOUNT_BASKET = "discount_basket"
    PRICE_OVERRIDE = "price_override"
    BELOW_MIN_PRICE = "below_min_price"
    OPEN_PRICE = "open_price"
    RETURN_WITH_RECEIPT = "return_with_receipt"
    RETURN_WITHOUT_RECEIPT = "return_without_receipt"
    RETURN_LATE = "return_late"
    REFUND_OTHER_WAY = "refund_other_way"
    CREDIT_SALE = "credit_sale"
    ISSUE_CARD = "issue_card"
    BLOCK_CARD = "block_card"
    RESOLVE_UNKNOWN = "resolve_unknown"
    NO_SALE = "no_sale"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    SAFE_DROP = "safe_drop"
    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    HAND_OVER = "hand_over"
    COUNT = "count"
    SEE_CASH = "see_cash"
    ANY_DRAWER = "any_drawer"
    X_REPORT = "x_report"
    REPORTS = "reports"
    STOCK_COUNT = "stock_count"
    STOCK_RECEIVE = "stock_receive"
    STOCK_TRANSFER = "stock_transfer"
    STOCK_WRITE_OFF = "stock_write_off"
    CUSTOMERS = "customers"
    ERASE_CUSTOMER = "erase_customer"
    PRICES = "prices"
    TRAINING = "training"
    SETTINGS = "settings"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Role:
    """What people of this role may do, and how far. None is no limit; percents are of the price.

    discount_percent_max: for one line or the whole basket, an amount counts as its share.
    price_down_percent_max: how far below the catalogue's price a price may be overridden.
    refund_max_minor: for one return. no_receipt_max_minor: for returns without a receipt, by one
    person in one day.
    """

    name: str
    permissions: frozenset[Permission]
    discount_percent_max: Decimal | None = None
    price_down_percent_max: Decimal | None = None
    refund_max_minor: int | None = None
    no_receipt_max_minor: int | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


_CASHIER = frozenset(
    {
        Permission.SELL,
        Permission.SELL_RESTRICTED,
        Permission.VOID_LINE,
        Permission.VOID_SALE,
        Permission.DISCOUNT_LINE,
        Permission.DISCOUNT_BASKET,
        Permission.PRICE_OVERRIDE,
        Permission.OPEN_PRICE,
        Permission.RETURN_WITH_RECEIPT,
        Permission.ISSUE_CARD,
        Permission.CREDIT_SALE,
        Permission.NO_SALE,
        Permission.PAY_IN,
        Permission.PAY_OUT,
        Permission.SAFE_DROP,
        Permission.OPEN_SHIFT,
        Permission.CLOSE_SHIFT,
        Permission.HAND_OVER,
        Permission.COUNT,
        Permission.X_REPORT,
        Permission.STOCK_COUNT,
        Permission.STOCK_RECEIVE,
        Permission.CUSTOMERS,
        Permission.TRAINING,
    }
)
_SENIOR = _CASHIER | {
    Permission.VOID_COMPLETED,
    Permission.RETURN_WITHOUT_RECEIPT,
    Permission.RETURN_LATE,
    Permission.REFUND_OTHER_WAY,
    Permission.RESOLVE_UNKNOWN,
    Permission.ANY_DRAWER,
    Permission.REPORTS,
    Permission.STOCK_TRANSFER,
    Permission.STOCK_WRITE_OFF,
}

CASHIER = Role("cashier", _CASHIER, Decimal(10), Decimal(10), refund_max_minor=2_000_00)
SENIOR = Role("senior", _SENIOR, Decimal(25), Decimal(25), no_receipt_max_minor=2_000_00)
MANAGER = Role("manager", frozenset(Permission))

ROLES: Mapping[str, Role] = MappingProxyType(
    {role.name: role for role in (CASHIER, SENIOR, MANAGER)}
)
"""What a shop has that sets nothing: a cashier sells, takes back what has a receipt, and moves a
price by a tenth; a senior cashier also does what the customers wait for; a manager does all."""
