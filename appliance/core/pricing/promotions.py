"""Which promotions a basket gets: the best order of the item promotions, then one threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from appliance.core.pricing.book import Book, book_of
from appliance.core.pricing.exact import prorate
from appliance.core.pricing.lines import base_and_amount, discount_of
from appliance.core.pricing.model import Basket, Line, Threshold
from appliance.core.pricing.shelf import Shelf, Taken

ORDERS_TRIED_MAX = 5
"""With more item promotions than this the listed order is used: 5! is 120 orders, 6! is 720."""


def apply_promotions(basket: Basket, amounts: list[int]) -> list[tuple[int, Taken]]:
    """Lower the amounts by the promotions; those that gave something, in the basket's order."""
    book = book_of(basket.promotions)
    off = book.not_holding(basket)
    given = _item_promotions(basket.lines, book, off)
    for one in given.values():
        _lower(amounts, one)
    thresholds = [position for position in book.thresholds if position not in off]
    if thresholds:
        eligible = discountable_amounts(basket.lines, amounts)
        best = _best_threshold(basket, thresholds, eligible)
        if best is not None:
            given[best[0]] = best[1]
            _lower(amounts, best[1])
    return sorted(given.items())


def _lower(amounts: list[int], taken: Taken) -> None:
    for i, part in taken.discounts.items():
        amounts[i] -= part


def _item_promotions(lines: Sequence[Line], book: Book, off: frozenset[int]) -> dict[int, Taken]:
    if not book.rules:
        return {}
    shelf = Shelf(lines, book, off)
    left = list(shelf.full)
    given: dict[int, Taken] = {}
    for position in _order(shelf, tried=book.applicable(off) <= ORDERS_TRIED_MAX):
        total, parts = shelf.apply(position, left)
        if total:
            given[position] = shelf.taken(position, total, parts)
    return given


def _order(shelf: Shelf, *, tried: bool) -> Iterable[int]:
    """The order that takes off most; of equal ones the first when compared as lists of positions.

    Promotions that meet in no slot do not care about each other's turn, so each cluster is tried
    by itself: the first of the best orders has each cluster in the first of its best orders.
    """
    positions = sorted(shelf.reach)
    if not tried or len(positions) < 2:
        return positions
    order: list[int] = []
    for cluster in _clusters(shelf, positions):
        if len(cluster) > 1:
            order += _Search(shelf).best(cluster, shelf.full)[1]
        else:
            order += cluster
    return order


def _clusters(shelf: Shelf, positions: Sequence[int]) -> list[tuple[int, ...]]:
    """Positions that meet in a slot, also by way of others, together."""
    clusters: list[tuple[set[int], list[int]]] = []
    for position in positions:
        slots = {slot for slots in shelf.reach[position] for slot in slots}
        members = [position]
        apart = []
        for cluster in clusters:
            if cluster[0].isdisjoint(slots):
                apart.append(cluster)
            else:
                slots |= cluster[0]
                members += cluster[1]
        clusters = [*apart, (slots, members)]
    return [tuple(sorted(members)) for _, members in clusters]


class _Search:
    """Every order, with what is left to win remembered by promotions to come and units left."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, tuple[int, ...]]] = {}

    def best(self, remaining: tuple[int, ...], left: list[int]) -> tuple[int, tuple[int, ...]]:
        """The largest total of the remaining promotions and the first order that reaches it."""
        if len(remaining) == 1:
            return self._shelf.apply(remaining[0], left.copy())[0], remaining
        key = (remaining, tuple(left))
        if key in self._known:
            return self._known[key]
        best: tuple[int, tuple[int, ...]] = (-1, ())
        for at, position in enumerate(remaining):
            after = left.copy()
            taken, _ = self._shelf.apply(position, after)
            total, order = self.best(remaining[:at] + remaining[at + 1 :], after)
            if taken + total > best[0]:
                best = (taken + total, (position, *order))
        self._known[key] = best
        return best


def _best_threshold(
    basket: Basket, positions: Sequence[int], amounts: Mapping[int, int]
) -> tuple[int, Taken] | None:
    """The threshold with the largest discount on the lines' amounts: its place and what it takes
    off, or None when none is reached or gives anything."""
    whole = sum(amounts.values())
    best, best_off = -1, 0
    for position in positions:
        threshold = basket.promotions[position]
        if isinstance(threshold, Threshold) and threshold.min_minor <= whole:
            off = discount_of(threshold.discount, whole)
            if off > best_off:
                best, best_off = position, off
    return (best, spread(best_off, amounts)) if best_off else None


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
