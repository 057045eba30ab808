"""Offers that sell, but hardly as they were meant: what a shopkeeper is told before they run.

Nothing here is a mistake of the file: such offers run. Those that contradict themselves are refused
when the file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from appliance.core.item import Item, ItemId
from appliance.core.offer_rows import skus_of
from appliance.core.offers import Offer
from appliance.core.offers_when import next_start
from appliance.core.pricing.model import (
    AmountOff,
    Bundle,
    Conditions,
    NForM,
    NthPercent,
    PercentOff,
    PercentPromotion,
    Promotion,
    Threshold,
)
from appliance.core.pricing.promotions import ORDERS_TRIED_MAX

Find = Callable[[ItemId], Item | None]
FIGHTS_MAX = 3
"""Rivals named for one offer: whoever mends the first sees the next ones."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """offer: its id. text: what is strange about it."""

    offer: str
    text: str


def doubts(offers: Sequence[Offer], find: Find, now: datetime) -> list[Doubt]:
    """now: the shop's own time, without an offset. In the order of the file."""
    rivals = _Rivals(offers)
    return [
        Doubt(offer.id, text)
        for at, offer in enumerate(offers)
        for text in (
            *_times(offer.when, now),
            *_goods(offer.promotion, find),
            *_gifts(offer.promotion),
            *_words(offer, offers),
            *rivals.of(at, find),
        )
    ]


def _times(when: Conditions, now: datetime) -> Iterator[str]:
    if when.until is not None and when.until <= now:
        yield f"is over since {when.until}: take it out of the file"
    elif next_start(when, now) is None:
        yield "never runs: none of its days and hours lie between `from` and `until`"


def _goods(promotion: Promotion, find: Find) -> Iterator[str]:
    for sku in sorted(skus_of(promotion)):
        item = find(ItemId(sku))
        if item is None:
            yield f"the catalogue has no item {sku}"
        elif item.min_price_minor:
            yield f"{item.name} has a least price: no offer lowers it"
        elif not item.discountable:
            yield f"{item.name} is never discounted"
        elif item.unit.decimals and isinstance(promotion, NForM | NthPercent):
            yield f"{item.name} is sold by weight: it is never counted in pieces"
        elif item.cost_minor and _left(promotion) * item.price_minor < item.cost_minor:
            yield f"{item.name} is sold below its cost"
    if isinstance(promotion, Bundle):
        yield from _bundle(promotion, find)


def _left(promotion: Promotion) -> Fraction:
    """The part of the price that is left of goods alike."""
    match promotion:
        case PercentPromotion(percent=percent):
            return 1 - Fraction(percent) / 100
        case NForM(buy=buy, pay=pay):
            return Fraction(pay, buy)
        case NthPercent(every=every, percent=percent):
            return 1 - Fraction(percent) / 100 / every
        case _:
            return Fraction(1)


def _bundle(bundle: Bundle, find: Find) -> Iterator[str]:
    dearest = 0
    for wanted in bundle.items:
        items = [item for sku in wanted.skus if (item := find(ItemId(sku))) is not None]
        if not items:
            yield "can never be filled: none of an item's goods is there"
            return
        if all(item.unit.decimals for item in items):
            yield "goods sold by weight are no part of a bundle"
            return
        dearest += wanted.qty * max(item.price_minor for item in items)
    if dearest <= bundle.price_minor:
        yield "costs no less than its goods one by one"


def _gifts(promotion: Promotion) -> Iterator[str]:
    """What takes off nothing, or everything."""
    match promotion:
        case Threshold(discount=PercentOff(percent=percent)) | PercentPromotion(percent=percent):
            if percent in (0, 100):
                yield "takes 0 % off" if percent == 0 else "gives everything away: 100 % off"
        case NthPercent(percent=percent) if percent == 0:
            yield "takes 0 % off"
        case NForM(pay=0) | Bundle(price_minor=0):
            yield "gives its goods away: nothing is paid for them"
        case Threshold(min_minor=least, discount=AmountOff(amount_minor=off)) if off >= least:
            yield "pays for the whole basket: its `amount` is not below its `min`"
        case _:
            pass


def _words(offer: Offer, offers: Sequence[Offer]) -> Iterator[str]:
    """Coupon words that people cannot tell apart, or that one offer gives away for another."""
    word = offer.when.coupon
    for other in offers if word is not None else ():
        its = other.when.coupon
        if its is None or other is offer or its.casefold() != str(word).casefold():
            continue
        if its != word:
            yield f'its coupon {word} and {its} of "{other.id}" are alike: write both the same'
        elif other.plain_coupon and not offer.plain_coupon:
            yield (
                f'its coupon {word} may be typed by anybody because of "{other.id}": set'
                " plain_coupon for both, or give one another word"
            )


class _Rivals:
    """Offers that can want the same piece, or the same basket, at the same moment."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self._offers = offers
        self._skus = [skus_of(offer.promotion) for offer in offers]
        self._by_sku: dict[str, list[int]] = {}
        self._of_all: list[int] = []
        items = [it for it in offers if not isinstance(it.promotion, Threshold)]
        self._few = len(items) <= ORDERS_TRIED_MAX
        for at, skus in enumerate(self._skus):
            for sku in skus:
                self._by_sku.setdefault(sku, []).append(at)
            if not skus and not isinstance(offers[at].promotion, Threshold):
                self._of_all.append(at)

    def of(self, at: int, find: Find) -> Iterator[str]:
        offer, told = self._offers[at], 0
        for other_at in self._near(at):
            other = self._offers[other_at]
            if told >= FIGHTS_MAX:
                return
            if self._beats(other_at, at):
                yield f'never has its turn: "{other.id}" takes the same goods before it'
            elif (
                other_at < at
                and not isinstance(offer.promotion, Threshold)
                and _meet(offer.when, other.when)
            ):
                yield f'fights with "{other.id}" over {self._over(at, other_at, find)}'
            else:
                continue
            told += 1

    def _beats(self, other_at: int, at: int) -> bool:
        """Whether the other has its turn wherever this one would, and leaves it nothing."""
        other, offer, first = self._offers[other_at], self._offers[at], other_at < at
        if other.most_per_customer or not _covers(other.when, offer.when):
            return False
        match other.promotion, offer.promotion:
            case PercentPromotion() as a, PercentPromotion() as b:
                more = a.percent > b.percent or (first and a.percent == b.percent)
                # Of the same goods only: one that takes more of them may let another pass before it.
                # While few offers hold, the best order is chosen; of many, the file's.
                return a.most is None and a.skus == b.skus and more and (first or self._few)
            case Threshold() as a, Threshold() as b:
                return a.min_minor <= b.min_minor and _more_off(a, b, first=first)
            case _:
                return False

    def _near(self, at: int) -> list[int]:
        if isinstance(self._offers[at].promotion, Threshold):
            kin = range(len(self._offers))
            return [it for it in kin if it != at and self._is_threshold(it)]
        skus = self._skus[at]
        if not skus:
            return [
                it for it in range(len(self._offers)) if it != at and not self._is_threshold(it)
            ]
        found = {it for sku in skus for it in self._by_sku[sku]} | set(self._of_all)
        return sorted(found - {at})

    def _is_threshold(self, at: int) -> bool:
        return isinstance(self._offers[at].promotion, Threshold)

    def _over(self, at: int, other: int, find: Find) -> str:
        """ "Milk and 3 more: a piece has only one of the two"."""
        mine, its = self._skus[at], self._skus[other]
        both = sorted(mine & its if mine and its else mine or its)
        if not both:
            return "all goods: a piece has only one of the two"
        item = find(ItemId(both[0]))
        more = f" and {len(both) - 1} more" if len(both) > 1 else ""
        return f"{item.name if item else both[0]}{more}: a piece has only one of the two"


def _more_off(a: Threshold, b: Threshold, *, first: bool) -> bool:
    match a.discount, b.discount:
        case PercentOff(percent=mine), PercentOff(percent=its):
            return mine > its or (first and mine == its)
        case AmountOff(amount_minor=mine), AmountOff(amount_minor=its):
            return mine > its or (first and mine == its)
        case _:
            return False


def _covers(a: Conditions, b: Conditions) -> bool:
    """Whether `a` holds whenever `b` does."""
    return (
        (a.since is None or (b.since is not None and a.since <= b.since))
        and (a.until is None or (b.until is not None and b.until <= a.until))
        and (a.days is None or (b.days is not None and b.days <= a.days))
        and (a.hours is None or (b.hours is not None and _within(b.hours, a.hours)))
        and a.group in (None, b.group)
        and a.coupon in (None, b.coupon)
    )


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _meet(a: Conditions, b: Conditions) -> bool:
    """Whether both can hold at one moment for one customer."""
    starts = [it for it in (a.since, b.since) if it is not None]
    ends = [it for it in (a.until, b.until) if it is not None]
    if starts and ends and max(starts) >= min(ends):
        return False
    if a.days is not None and b.days is not None and not a.days & b.days:
        return False
    if a.hours is not None and b.hours is not None:
        return max(a.hours[0], b.hours[0]) < min(a.hours[1], b.hours[1])
    return True
