"""The shop's offers: the engine's promotions with their names, limits and coupons.

Order: where several offers want the same goods, the engine's rule decides (the order that takes off
most while there are few, else the order of the file). An offer limited per sale counts groups, sets
or units of one basket inside the engine. An offer limited per customer holds for a known customer
who has used it in fewer completed sales, and for nobody unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from appliance.core.pricing.model import (
    Bundle,
    Conditions,
    NForM,
    NthPercent,
    PercentPromotion,
    Promotion,
    Threshold,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """names: by language. most_per_customer: sales in which one customer may use it, 0 for any.
    plain_coupon: its coupon word may be typed by anyone; else only a signed coupon, used once."""

    promotion: Promotion
    names: Mapping[str, str] = field(default_factory=dict)
    most_per_customer: int = 0
    plain_coupon: bool = False

    @property
    def id(self) -> str:
        return self.promotion.id

    @property
    def when(self) -> Conditions:
        return self.promotion.when

    def name(self, language: str) -> str:
        """As a customer reads it; in another language, or its id, where this one has none."""
        return self.names.get(language) or next(iter(self.names.values()), "") or self.id


@dataclass(frozen=True, slots=True)
class Offers:
    """All offers of one version of the file, "" while there is none."""

    offers: tuple[Offer, ...] = ()
    version: str = ""

    @property
    def promotions(self) -> tuple[Promotion, ...]:
        return tuple(offer.promotion for offer in self.offers)


class Named(Protocol):
    @property
    def offers(self) -> Mapping[str, Offer]: ...

    @property
    def language(self) -> str: ...


def offer_name(offer: str, policy: Named) -> str:
    """What the shop's customers read."""
    known = policy.offers.get(offer)
    return known.name(policy.language) if known else offer


def on_lines(offer: str, policy: Named) -> bool:
    """Whether an offer is about single lines; else it is about the basket as a whole."""
    known = policy.offers.get(offer)
    return known is None or not isinstance(known.promotion, Threshold)


def limited(offers: Iterable[Offer]) -> frozenset[str]:
    """The offers that count what a customer used."""
    return frozenset(offer.id for offer in offers if offer.most_per_customer)


def spent(offers: Iterable[Offer], used: Mapping[str, int]) -> tuple[str, ...]:
    """The offers that a customer with this history has used as often as they may be."""
    return tuple(
        offer.id
        for offer in offers
        if offer.most_per_customer and used.get(offer.id, 0) >= offer.most_per_customer
    )


def holding(
    promotions: tuple[Promotion, ...],
    counted: frozenset[str],
    customer: str,
    used_up: tuple[str, ...],
) -> tuple[Promotion, ...]:
    """Those that may hold for a customer; the same object where no limit bears on it."""
    off = counted if not customer else counted & frozenset(used_up)
    if not off:
        return promotions
    key = (id(promotions), off)
    known = _holding.get(key)
    if known is None or known[0] is not promotions:
        left = tuple(one for one in promotions if one.id not in off)
        if len(_holding) >= _HOLDING_MAX:
            _holding.clear()
        known = _holding[key] = (promotions, left)
    return known[1]


_HOLDING_MAX = 16
_holding: dict[tuple[int, frozenset[str]], tuple[tuple[Promotion, ...], tuple[Promotion, ...]]] = {}
"""The engine reads a list of promotions once, by identity, so the same answer is the same object."""


def usual_name(promotion: Promotion, language: str, amount: str = "") -> str:
    """What an offer without a name is called. amount: a bundle's price, as people write it."""
    words = _USUAL.get(language, _USUAL["en"])
    match promotion:
        case PercentPromotion(percent=percent):
            return f"−{_plain(percent)} %"
        case NForM(buy=buy, pay=pay):
            return words[0].format(buy=buy, pay=pay)
        case NthPercent(every=every, percent=percent):
            return words[1].format(every=every, percent=_plain(percent))
        case Bundle():
            return words[2].format(amount=amount).strip()
        case Threshold():
            return words[3]


def _plain(percent: object) -> str:
    return f"{Decimal(str(percent)).normalize():f}"


LANGUAGES = ("uk", "en")
"""Of customers: an offer has a name in each."""

_USUAL = {
    "uk": (
        "{buy} за ціною {pay}",
        "Кожен {every}-й −{percent} %",
        "Разом {amount}",
        "Знижка на кошик",
    ),
    "en": (
        "{buy} for {pay}",
        "1 of every {every} −{percent} %",
        "Together {amount}",
        "Off the basket",
    ),
}
