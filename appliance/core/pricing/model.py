"""The words of pricing: a basket as it is asked, and a basket as it is priced.

Amounts named `*_minor` are whole minor units of the basket's one currency. `Line.price` and
`Tax.amount` are exact and counted in minor units too, so that a price may be finer than the
currency (fuel at 1.459 a litre is `Fraction(1459, 10)`), or be an amount divided by a quantity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Exact = int | Decimal | Fraction
"""A number without rounding error; all three know `as_integer_ratio`."""


class TaxRounding(StrEnum):
    """line: each tax of each line is rounded. total: each tax once, then spread over its lines."""

    LINE = "line"
    TOTAL = "total"


class RoundingMode(StrEnum):
    """How cash is brought to its step; modes look at the absolute value."""

    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class PercentOff:
    """percent: 0 to 100."""

    percent: Exact


@dataclass(frozen=True, slots=True)
class AmountOff:
    """amount_minor: off the whole line or basket, never more than there is; at least 0."""

    amount_minor: int


Discount = PercentOff | AmountOff


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of the shop's table: a percentage, or (rate None) an amount per 1 of quantity.

    included: the price holds it already. compound: its base also holds the taxes before it in the
    line's list. amount: minor units, exact.
    """

    code: str
    rate: Exact | None = None
    amount: Exact = 0
    included: bool = True
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a basket; keep the object between two pricings, it remembers its own sums.

    qty: in the sales unit, negative for a return. price: per 1 of qty, minor units, at least 0.
    fine_price: the price is quoted in more decimals than the currency has, so that promotions
    that count single units pass the line by. discountable: False keeps promotions and the basket
    discount off (deposit, gift card).
    """

    sku: str
    qty: Exact
    price: Exact
    taxes: tuple[Tax, ...] = ()
    discount: Discount | None = None
    discountable: bool = True
    fine_price: bool = False
    _base: tuple[int, int] | None = field(default=None, init=False, repr=False, compare=False)
    _plain: PricedLine | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a promotion holds; every one that is set must. Times are the shop's local ones.

    days: ISO weekdays 1 to 7. hours: minutes of the day, start <= time < end.
    """

    since: datetime | None = None
    until: datetime | None = None
    days: frozenset[int] | None = None
    hours: tuple[int, int] | None = None
    group: str | None = None
    coupon: str | None = None


ALWAYS = Conditions()


@dataclass(frozen=True, slots=True)
class PercentPromotion:
    """Every free unit of the skus (None: of all) costs percent less. most: so many units of one
    basket, the dearest; goods by weight are one unit a line."""

    id: str
    percent: Exact
    skus: frozenset[str] | None = None
    when: Conditions = ALWAYS
    most: int | None = None


@dataclass(frozen=True, slots=True)
class NForM:
    """Of every full group of `buy` units the `buy - pay` cheapest are free of charge. most: so many
    groups of one basket, the dearest first."""

    id: str
    buy: int
    pay: int
    skus: frozenset[str] | None = None
    when: Conditions = ALWAYS
    most: int | None = None


@dataclass(frozen=True, slots=True)
class NthPercent:
    """In every full group of `every` units the cheapest costs percent less. most: as of NForM."""

    id: str
    every: int
    percent: Exact
    skus: frozenset[str] | None = None
    when: Conditions = ALWAYS
    most: int | None = None


@dataclass(frozen=True, slots=True)
class BundleItem:
    skus: frozenset[str]
    qty: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Its items together, each the dearest free units of its skus, for one price. most: so many
    sets of one basket."""

    id: str
    items: tuple[BundleItem, ...]
    price_minor: int
    when: Conditions = ALWAYS
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A discount on what is worth at least min_minor together; only the largest one applies."""

    id: str
    min_minor: int
    discount: Discount
    when: Conditions = ALWAYS


ItemPromotion = PercentPromotion | NForM | NthPercent | Bundle
Promotion = ItemPromotion | Threshold


@dataclass(frozen=True, slots=True)
class CashRounding:
    """step_minor: the smallest amount that cash can pay, above 0."""

    step_minor: int
    mode: RoundingMode = RoundingMode.HALF_UP


@dataclass(frozen=True, slots=True)
class Tender:
    """type: "cash", or anything else that is not rounded and gives no change."""

    type: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Basket:
    """Everything that decides a price. at: naive local time, for promotions with a time."""

    lines: tuple[Line, ...]
    tax_rounding: TaxRounding = TaxRounding.LINE
    discount: Discount | None = None
    promotions: tuple[Promotion, ...] = ()
    at: datetime | None = None
    groups: frozenset[str] = frozenset()
    coupons: frozenset[str] = frozenset()
    rounding: CashRounding | None = None
    tenders: tuple[Tender, ...] = ()


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a promotion took off. promotion: its place in the basket's promotions."""

    promotion: int
    id: str
    discount_minor: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """base = qty x price; discount = base - amount, all discounts together; amount = what the
    taxes were taken on; gross = net + tax is paid. taxes: one amount per tax of the line, in its
    order. promotions: what each promotion took off this line."""

    base_minor: int
    discount_minor: int
    amount_minor: int
    net_minor: int
    tax_minor: int
    gross_minor: int
    taxes: tuple[int, ...] = ()
    promotions: tuple[Reduction, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One tax of the whole basket. net: what it was levied on; gross = net + tax."""

    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Settlement:
    """rounding = due - total, cash only. outstanding: still to pay (below 0: to give back)."""

    rounding_minor: int
    due_minor: int
    paid_minor: int
    change_minor: int
    outstanding_minor: int


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced basket. lines: in the basket's order. taxes: by code, only those in use.
    promotions: those that took something off, in the basket's order."""

    lines: tuple[PricedLine, ...]
    taxes: dict[str, TaxTotal]
    promotions: tuple[Reduction, ...]
    total_minor: int
    settlement: Settlement


class TenderExceedsTotal(ValueError):
    """Tenders that give no change are more than the basket costs."""
