"""The shop's rules for cards, vouchers, advances, tabs and points. Data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Tier:
    """What a customer becomes who spent so much within twelve months: of this price group."""

    name: str
    spend_minor: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class LoyaltyRules:
    """points for every full step_minor spent on goods; a point is worth value_minor when it pays.

    points 0: no loyalty. least: points that one payment takes at the least. not_taxes: goods with
    one of these tax codes earn nothing (excise goods). tiers: by rising spend.
    """

    points: int = 0
    step_minor: int = 100
    value_minor: int = 1
    least: int = 0
    not_taxes: frozenset[str] = frozenset()
    discounted: bool = True
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountRules:
    """months 0: never expires. voucher_once: what a voucher has left after its first payment is
    forfeited. offline_limit_minor: what this till pays out from one card until it hears of the
    other tills again, 0 for no limit (a shop with one till); offline_day_minor: the same from all
    cards in a day. shared: a ledger of the shop is asked before a card pays. advance_days: until an advance is due.
    names: how lines are called on the receipt, by line kind."""

    card_months: int = 0
    card_least_minor: int = 1
    card_most_minor: int = 100_000_00
    voucher_months: int = 0
    voucher_once: bool = False
    offline_limit_minor: int = 0
    offline_day_minor: int = 0
    shared: bool = False
    advance_days: int = 14
    loyalty: LoyaltyRules = field(default_factory=LoyaltyRules)
    names: Mapping[str, str] = field(default_factory=lambda: NAMES)


NAMES: Mapping[str, str] = MappingProxyType(
    {"gift_card": "Gift card", "advance": "Advance payment", "tab_payment": "Payment of the tab"}
)
