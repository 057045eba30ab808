"""[cards] and [loyalty]: gift cards, vouchers, money ahead, and points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from appliance.config.rules import Flag, Section, Text, Whole, after, limits
from appliance.core.account_rules import AccountRules, LoyaltyRules, Tier

Amount = Annotated[Decimal, limits(ge=0)]
Months = Annotated[Whole, limits(ge=0, le=120)]


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isascii() and port.isdigit() and 0 <= int(port) < 65_536):
        raise ValueError(f'must be an address and a port like "192.168.1.10:8765", not "{value}"')
    return value


Address = Annotated[Text, after(_address)]


def address(text: str) -> tuple[str, int]:
    """Host and port of a setting."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards(Section):
    """months 0: for ever. offline_limit: what this till pays out from one card until it hears of
    the shop's other tills, offline_day from all cards in a day; 0 where there is only one. serve:
    the address at which this till's ledger answers the others; ledger: where theirs answers."""

    gift_card_months: Months = 36
    gift_card_min: Amount = Decimal(1)
    gift_card_max: Amount = Decimal(50_000)
    voucher_months: Months = 12
    voucher_once: Flag = False
    offline_limit: Amount = Decimal(0)
    offline_day: Amount = Decimal(0)
    serve: Address = ""
    ledger: Address = ""
    advance_days: Annotated[Whole, limits(ge=0, le=3_650)] = 14

    def __post_init__(self) -> None:
        if self.serve and self.ledger:
            raise ValueError("either `serve` (this till has the ledger) or `ledger` (another has)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyTier(Section):
    """From so much spent in twelve months a customer is of this price group."""

    name: Annotated[Text, limits(min_length=1)]
    spent: Amount
    group: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loyalty(Section):
    """points for every full `per` spent on goods; a point is worth `value`. points 0: no loyalty."""

    points: Annotated[Whole, limits(ge=0, le=1_000)] = 0
    per: Annotated[Decimal, limits(gt=0)] = Decimal(10)
    value: Annotated[Decimal, limits(gt=0)] = Decimal("0.10")
    redeem_min: Annotated[Whole, limits(ge=0)] = 0
    not_taxes: tuple[Text, ...] = ()
    discounted: Flag = True
    tiers: tuple[LoyaltyTier, ...] = ()


def rules(
    cards: Cards, loyalty: Loyalty, minor: Callable[[Decimal], int], names: Mapping[str, str]
) -> AccountRules:
    """What the core decides by. names: what lines are called on the shop's receipts."""
    return AccountRules(
        card_months=cards.gift_card_months,
        card_least_minor=max(1, minor(cards.gift_card_min)),
        card_most_minor=minor(cards.gift_card_max),
        voucher_months=cards.voucher_months,
        voucher_once=cards.voucher_once,
        # Whoever has the ledger knows all balances.
        offline_limit_minor=0 if cards.serve else minor(cards.offline_limit),
        offline_day_minor=minor(cards.offline_day),
        shared=bool(cards.ledger),
        advance_days=cards.advance_days,
        loyalty=LoyaltyRules(
            points=loyalty.points,
            # Only a shop with points has to write amounts that its currency counts.
            step_minor=minor(loyalty.per) if loyalty.points else 1,
            value_minor=minor(loyalty.value) if loyalty.points else 1,
            least=loyalty.redeem_min,
            not_taxes=frozenset(loyalty.not_taxes),
            discounted=loyalty.discounted,
            tiers=tuple(Tier(it.name, minor(it.spent), it.group) for it in loyalty.tiers),
        ),
        names=names,
    )
