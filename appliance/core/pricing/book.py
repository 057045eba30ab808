"""The shop's promotions read once: which of them a SKU may meet, and which conditions they share.

A shop with hundreds of promotions prices each scan against the same tuple of them, so the book of
a tuple is kept; a basket then looks at the few promotions that its own goods can meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.pricing.conditions import holds
from appliance.core.pricing.model import (
    ALWAYS,
    Basket,
    Bundle,
    Conditions,
    NForM,
    NthPercent,
    PercentPromotion,
    Promotion,
    Threshold,
)

_BOOKS_MAX = 16
"""A till has one list of promotions and a preview two; more means that each basket brings its own,
and then none is asked for again."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Each unit of a line costs `numerator / denominator` of its price less."""

    numerator: int
    denominator: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """Full groups of `size`, dearest units first; those after the first `paid` get the cut."""

    size: int
    paid: int
    numerator: int
    denominator: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """`needs[k]` units of the k-th item together cost `price_minor`."""

    needs: tuple[int, ...]
    price_minor: int
    most: int | None = None


Rule = Cut | Groups | Set


@dataclass(frozen=True, slots=True)
class Book:
    """positions count in the list of promotions.

    rules: of the item promotions, in order. wants: who wants a SKU, and (of a bundle) as which of
    its items. wants_all: those that want every SKU. conditional: by what they depend on.
    """

    promotions: Sequence[Promotion]
    rules: Mapping[int, Rule]
    wants: Mapping[str, Sequence[tuple[int, int]]]
    wants_all: Sequence[tuple[int, int]]
    thresholds: Sequence[int]
    conditional: Mapping[Conditions, Sequence[int]]

    def not_holding(self, basket: Basket) -> frozenset[int]:
        """The positions whose conditions the basket does not meet."""
        if not self.conditional:
            return _NONE
        return frozenset(
            position
            for when, positions in self.conditional.items()
            if not holds(when, basket)
            for position in positions
        )

    def applicable(self, off: frozenset[int]) -> int:
        """How many item promotions hold, whether or not they meet a line."""
        return len(self.rules) - sum(1 for position in off if position in self.rules)


_NONE: frozenset[int] = frozenset()

_books: dict[int, Book] = {}


def book_of(promotions: tuple[Promotion, ...]) -> Book:
    """The book of a list of promotions; of one that was seen lately, the same book."""
    known = _books.get(id(promotions))
    # The book keeps its list alive, so an equal id means the same list.
    if known is not None and known.promotions is promotions:
        return known
    book = _written(promotions)
    if len(_books) >= _BOOKS_MAX:
        _books.clear()
    _books[id(promotions)] = book
    return book


def _written(promotions: tuple[Promotion, ...]) -> Book:
    rules: dict[int, Rule] = {}
    wants: dict[str, list[tuple[int, int]]] = {}
    wants_all: list[tuple[int, int]] = []
    thresholds: list[int] = []
    conditional: dict[Conditions, list[int]] = {}
    for position, promotion in enumerate(promotions):
        if promotion.when is not ALWAYS and promotion.when != ALWAYS:
            conditional.setdefault(promotion.when, []).append(position)
        if isinstance(promotion, Threshold):
            thresholds.append(position)
            continue
        rules[position] = _rule(promotion)
        if isinstance(promotion, Bundle):
            for k, item in enumerate(promotion.items):
                for sku in item.skus:
                    wants.setdefault(sku, []).append((position, k))
        elif promotion.skus is None:
            wants_all.append((position, 0))
        else:
            for sku in promotion.skus:
                wants.setdefault(sku, []).append((position, 0))
    return Book(promotions, rules, wants, wants_all, thresholds, conditional)


def _rule(promotion: PercentPromotion | NForM | NthPercent | Bundle) -> Rule:
    match promotion:
        case PercentPromotion():
            numerator, denominator = promotion.percent.as_integer_ratio()
            return Cut(numerator, 100 * denominator, promotion.most)
        case NForM():
            return Groups(promotion.buy, promotion.pay, 1, 1, promotion.most)
        case NthPercent():
            numerator, denominator = promotion.percent.as_integer_ratio()
            paid, whole = promotion.every - 1, 100 * denominator
            return Groups(promotion.every, paid, numerator, whole, promotion.most)
        case Bundle():
            needs = tuple(item.qty for item in promotion.items)
            return Set(needs, promotion.price_minor, promotion.most)
