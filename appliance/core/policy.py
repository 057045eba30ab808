"""The shop's rules that the core needs: currency, taxes, rounding, cash. Data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from appliance.core.account_rules import AccountRules
from appliance.core.barcode import ShopRule
from appliance.core.facts.words import TenderType
from appliance.core.offers import Offer
from appliance.core.pricing.model import Promotion
from appliance.core.roles import ROLES, Role
from appliance.core.sale_hours import Spans


class AutoPrint(StrEnum):
    """Whether a completed sale prints by itself."""

    ALWAYS = "always"
    ASK = "ask"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class TaxRule:
    """rate: percent; amount_minor: fixed, per 1 of quantity; exactly one of the two is set.
    letter: the group's letter on the receipt. compound: its base holds the taxes before it."""

    code: str
    name: str = ""
    letter: str = ""
    rate: Decimal | None = None
    amount_minor: int | None = None
    included: bool = True
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Denomination:
    value_minor: int
    is_note: bool = True
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    role: str = "cashier"


@dataclass(frozen=True, slots=True)
class Drawer:
    """One of several drawers. device: its driver's name, "" for the first. staff: whose it is."""

    id: str
    name: str
    device: str = ""
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnRules:
    """days: for how long what was sold comes back without asking anybody, 0 for ever. The limits
    are for returns without a receipt, of one basket and of one person's day; 0 for none."""

    days: int = 14
    without_receipt_minor: int = 0
    without_receipt_day_minor: int = 0


@dataclass(frozen=True, slots=True)
class ForeignCurrency:
    """Notes of another currency. rate: what one whole unit of it is worth in the shop's, as bought
    on `day`; a rate with a day holds on that day alone. step_minor: the smallest note taken, in its
    own minor units. quick: what its keys offer."""

    currency: str
    rate: Decimal | None = None
    day: str = ""
    step_minor: int = 1
    quick: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PortRule:
    """One of [[payments]]. by_hand: it stands by itself, and the cashier tells what it showed."""

    name: str
    type: TenderType
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class ServiceCharge:
    """percent of the discountable goods as they are paid. taxes: its own."""

    name: str
    percent: Decimal
    taxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits have a reason each: quantity_max and total_minor_max catch a barcode typed as a number,
    lines_max and suspended_max bound memory, change_minor_max catches a slip in the amount taken,
    sale_hours: when goods of a category may be sold (core.sale_hours), alcohol by town rules,
    promotions: all that may hold now; their own conditions say when. offers: the same by id, with
    names and limits; counted: those with a limit per customer. language: of what goes on paper.
    rates_missing: tax codes that have no rate on this day, and the day; waived: what an exempt
    customer owes not.
    tenders: the kinds of money that the shop takes; foreign: other people's, ports: its terminals.
    drawers: none is one for all. Above drawer_max_minor notes should go to the safe, down to
    drawer_target_minor; 0 is never. A difference from difference_reason_min_minor on needs a reason.
    tip_percents: the quick keys, none when the shop takes no tips.
    waiting_prints_max keeps a printer that was away all day from printing all of it at once."""

    currency: str = "UAH"
    region: str = "ua"
    barcode_rules: tuple[ShopRule, ...] = ()
    taxes: Mapping[str, TaxRule] = field(default_factory=dict)
    prices_include_tax: bool = True
    tax_rounding: str = "line"
    cash_step_minor: int = 0
    cash_rounding_mode: str = "half_up"
    denominations: tuple[Denomination, ...] = ()
    blind_count: bool = True
    opening_float_minor: int = 0
    drawers: tuple[Drawer, ...] = ()
    drawer_max_minor: int = 0
    drawer_target_minor: int = 0
    difference_reason_min_minor: int = 1
    auto_print: AutoPrint = AutoPrint.ALWAYS
    staff: tuple[Person, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=lambda: ROLES)
    sale_hours: Mapping[str, Spans] = field(default_factory=dict)
    till_number: int = 1
    quantity_max: Decimal = Decimal(99_999)
    total_minor_max: int = 10_000_000_00
    lines_max: int = 9_999
    suspended_max: int = 99
    promotions: tuple[Promotion, ...] = ()
    offers: Mapping[str, Offer] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    language: str = "uk"
    rates_missing: Mapping[str, str] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()
    waiting_prints_max: int = 20
    change_minor_max: int = 20_000_00
    tenders: frozenset[TenderType] = frozenset(TenderType)
    accounts: AccountRules = field(default_factory=AccountRules)
    foreign: tuple[ForeignCurrency, ...] = ()
    ports: tuple[PortRule, ...] = ()
    tip_percents: tuple[Decimal, ...] = ()
    tip_name: str = "Tip"
    service_charge: ServiceCharge | None = None
    returns: ReturnRules = ReturnRules()
