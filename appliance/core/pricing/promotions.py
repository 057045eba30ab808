"""Promotions: which hold, what each takes off, and which order of them is best for the customer.

A unit takes part in one item promotion only. Units of one line are alike, so a line is a count of
free units and never a list; a basket of a million bottles costs what a basket of one costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.core.pricing.exact import money, prorate
from appliance.core.pricing.lines import base_and_amount, discount_of
from appliance.core.pricing.model import (
    Basket,
    Bundle,
    Conditions,
    ItemPromotion,
    Line,
    NForM,
    NthPercent,
    PercentPromotion,
    Threshold,
)

ORDERS_TRIED_MAX = 5
"""With more item promotions than this the listed order is used: 5! is 120 orders, 6! is 720."""


def holds(when: Conditions, basket: Basket) -> bool:
    """Whether every condition that is set is met; a time condition needs the basket's time."""
    if when.group is not None and when.group not in basket.groups:
        return False
    if when.coupon is not None and when.coupon not in basket.coupons:
        return False
    if (when.since, when.until, when.days, when.hours) == (None, None, None, None):
        return True
    return basket.at is not None and _time_holds(when, basket.at)


def _time_holds(when: Conditions, at: datetime) -> bool:
    if when.since is not None and at < when.since:
        return False
    if when.until is not None and at >= when.until:
        return False
    if when.days is not None and at.isoweekday() not in when.days:
        return False
    if when.hours is None:
        return True
    start, end = when.hours
    return start <= at.hour * 60 + at.minute < end


def takes_item_promotions(line: Line) -> bool:
    """A line the cashier has not discounted by hand, not even by 0, of discountable goods."""
    return line.discountable and line.qty > 0 and line.discount is None


@dataclass(frozen=True, slots=True)
class Taken:
    """What one promotion did: the discount of each line it touched."""

    discounts: Mapping[int, int]
    total: int


NOTHING = Taken({}, 0)


class Shelf:
    """The lines that item promotions may see, sorted once per basket."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.open = [i for i, line in enumerate(lines) if takes_item_promotions(line)]
        self.price: dict[int, int] = {}
        self.count: dict[int, int] = {}
        for i in self.open:
            line = lines[i]
            qty, qty_denominator = line.qty.as_integer_ratio()
            price, price_denominator = line.price.as_integer_ratio()
            if qty_denominator == 1 and price_denominator == 1 and not line.fine_price:
                self.price[i], self.count[i] = price, qty
        self.dearest_first = sorted(self.count, key=lambda i: -self.price[i])

    def apply(
        self, promotion: ItemPromotion, used: Mapping[int, int]
    ) -> tuple[Taken, Mapping[int, int]]:
        """What the promotion takes off while `used` units per line are gone already, and what is
        gone afterwards. A line sold by weight counts as one unit here: used once, it is gone."""
        match promotion:
            case PercentPromotion():
                return self._percent(promotion, used)
            case NForM():
                return self._groups(promotion.skus, promotion.buy, promotion.pay, 100, 1, used)
            case NthPercent():
                numerator, denominator = promotion.percent.as_integer_ratio()
                every = promotion.every
                return self._groups(promotion.skus, every, every - 1, numerator, denominator, used)
            case Bundle():
                return self._bundles(promotion, used)

    def _left(self, i: int, used: Mapping[int, int]) -> int:
        return self.count.get(i, 1) - used.get(i, 0)

    def _percent(
        self, promotion: PercentPromotion, used: Mapping[int, int]
    ) -> tuple[Taken, Mapping[int, int]]:
        numerator, denominator = promotion.percent.as_integer_ratio()
        gone = dict(used)
        discounts: dict[int, int] = {}
        for i in self.open:
            line = self._lines[i]
            left = self._left(i, used)
            if left <= 0 or (promotion.skus is not None and line.sku not in promotion.skus):
                continue
            gone[i] = self.count.get(i, 1)
            price, price_denominator = line.price.as_integer_ratio()
            free, free_denominator = (left, 1) if i in self.count else line.qty.as_integer_ratio()
            off = money(
                free * price * numerator, free_denominator * price_denominator * denominator * 100
            )
            if off:
                discounts[i] = off
        return Taken(discounts, sum(discounts.values())), gone

    def _groups(
        self,
        skus: frozenset[str] | None,
        size: int,
        paid: int,
        percent: int,
        percent_denominator: int,
        used: Mapping[int, int],
    ) -> tuple[Taken, Mapping[int, int]]:
        """Free units, dearest first, in full groups of `size`; the units of a group after its
        first `paid` get the percentage off."""
        runs = [
            (i, left)
            for i in self.dearest_first
            if (skus is None or self._lines[i].sku in skus) and (left := self._left(i, used)) > 0
        ]
        grouped = sum(left for _, left in runs) // size * size
        if not grouped:
            return NOTHING, used

        def reduced_before(position: int) -> int:
            return position // size * (size - paid) + max(0, position % size - paid)

        gone = dict(used)
        weights: dict[int, int] = {}
        total = start = 0
        for i, left in runs:
            end = min(start + left, grouped)
            if end == start:
                break
            each = money(self.price[i] * percent, percent_denominator * 100)
            total += (reduced_before(end) - reduced_before(start)) * each
            weights[i] = (end - start) * self.price[i]
            gone[i] = gone.get(i, 0) + end - start
            start = end
        return _divided(total, weights), gone

    def _bundles(
        self, promotion: Bundle, used: Mapping[int, int]
    ) -> tuple[Taken, Mapping[int, int]]:
        left = {i: self._left(i, used) for i in self.dearest_first}
        shelves = [
            [i for i in self.dearest_first if self._lines[i].sku in item.skus and left[i] > 0]
            for item in promotion.items
        ]
        first = [0] * len(shelves)
        gone = dict(used)
        weights: dict[int, int] = {}
        total = 0
        while (one := _one_bundle(promotion, shelves, first, left)) is not None:
            saving = sum(self.price[i] * n for i, n in one.items()) - promotion.price_minor
            if saving <= 0:
                break
            # While every line it drew from can give the same again, the next bundle is the same.
            times = min(left[i] // n for i, n in one.items())
            total += saving * times
            for i, n in one.items():
                left[i] -= n * times
                gone[i] = gone.get(i, 0) + n * times
                weights[i] = weights.get(i, 0) + self.price[i] * n * times
        return _divided(total, weights), gone


def _one_bundle(
    promotion: Bundle, shelves: list[list[int]], first: list[int], left: dict[int, int]
) -> dict[int, int] | None:
    """The units of the next bundle per line, or None when an item cannot be filled. `first` skips
    the lines of each shelf that earlier bundles emptied."""
    taken: dict[int, int] = {}
    for k, item in enumerate(promotion.items):
        shelf = shelves[k]
        while first[k] < len(shelf) and not left[shelf[first[k]]]:
            first[k] += 1
        need = item.qty
        for i in shelf[first[k] :]:
            n = min(need, left[i] - taken.get(i, 0))
            if n > 0:
                taken[i] = taken.get(i, 0) + n
                need -= n
            if not need:
                break
        if need:
            return None
    return taken


def _divided(total: int, weights: dict[int, int]) -> Taken:
    """A promotion's discount over its lines, by what their taken units cost."""
    order = sorted(weights)
    parts = prorate(total, [weights[i] for i in order])
    return Taken({i: part for i, part in zip(order, parts, strict=True) if part}, total)


def best_item_promotions(lines: Sequence[Line], promotions: Sequence[ItemPromotion]) -> list[Taken]:
    """What each promotion takes off in the order that takes off most, aligned with the input.

    Equal orders: the first when compared as lists of positions.
    """
    shelf = Shelf(lines)
    listed = range(len(promotions))
    order: Sequence[int] = listed
    if 1 < len(promotions) <= ORDERS_TRIED_MAX:
        order = _Search(shelf, promotions).best(frozenset(listed), {})[1]
    result = [NOTHING] * len(promotions)
    used: Mapping[int, int] = {}
    for position in order:
        result[position], used = shelf.apply(promotions[position], used)
    return result


class _Search:
    """Every order, with what is left to win remembered per set of promotions and units gone:
    promotions that do not meet in a line leave the same state in any order."""

    def __init__(self, shelf: Shelf, promotions: Sequence[ItemPromotion]) -> None:
        self._shelf = shelf
        self._promotions = promotions
        self._known: dict[
            tuple[frozenset[int], frozenset[tuple[int, int]]], tuple[int, tuple[int, ...]]
        ] = {}

    def best(
        self, remaining: frozenset[int], used: Mapping[int, int]
    ) -> tuple[int, tuple[int, ...]]:
        """The largest total of the remaining promotions and the first order that reaches it."""
        if not remaining:
            return 0, ()
        key = (remaining, frozenset(used.items()))
        if key in self._known:
            return self._known[key]
        best: tuple[int, tuple[int, ...]] | None = None
        for position in sorted(remaining):
            taken, after = self._shelf.apply(self._promotions[position], used)
            total, order = self.best(remaining - {position}, after)
            total += taken.total
            if best is None or total > best[0]:
                best = (total, (position, *order))
        assert best is not None
        self._known[key] = best
        return best


def best_threshold(
    thresholds: Sequence[Threshold], amounts: Mapping[int, int]
) -> tuple[int, Taken] | None:
    """The threshold with the largest discount on the lines' amounts: its place and what it takes
    off, or None when none is reached or gives anything."""
    whole = sum(amounts.values())
    best, best_off = -1, 0
    for k, threshold in enumerate(thresholds):
        if threshold.min_minor <= whole:
            off = discount_of(threshold.discount, whole)
            if off > best_off:
                best, best_off = k, off
    if best < 0:
        return None
    return best, spread(best_off, amounts)


def spread(total: int, amounts: Mapping[int, int]) -> Taken:
    """A discount over lines in proportion to their amounts."""
    parts = prorate(total, list(amounts.values()))
    return Taken({i: part for i, part in zip(amounts, parts, strict=True) if part}, total)


def discountable_amounts(lines: Sequence[Line], amounts: Sequence[int]) -> dict[int, int]:
    """The lines that basket-wide discounts count and touch, in line order."""
    return {
        i: amount
        for i, (line, amount) in enumerate(zip(lines, amounts, strict=True))
        if amount > 0 and line.discountable
    }


def line_amounts(lines: Sequence[Line]) -> list[int]:
    """What each line costs after its own discount."""
    return [base_and_amount(line)[1] for line in lines]
