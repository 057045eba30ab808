"""The units of a basket that item promotions may take, and what each kind of promotion takes.

Units of one line are alike, so a line is a slot with a count of units left and never a list; a
basket of a million bottles costs what a basket of one costs. Slots of single units come first,
dearest first, equal ones in line order; what is sold by weight is one unit of a slot behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.core.pricing.book import Book, Cut, Groups, Set
from appliance.core.pricing.exact import money, prorate
from appliance.core.pricing.model import Line


def takes_item_promotions(line: Line) -> bool:
    """A line the cashier has not discounted by hand, not even by 0, of discountable goods."""
    return line.discountable and line.discount is None and line.qty > 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What one promotion did: the discount of each line it touched."""

    discounts: Mapping[int, int]
    total: int


class Shelf:
    """reach: the slots that each promotion in sight may take from, one list for each item it
    wants. A promotion that meets no line is not in it."""

    def __init__(self, lines: Sequence[Line], book: Book, off: frozenset[int]) -> None:
        self._rules = book.rules
        units: list[tuple[int, int, int]] = []
        lumps: list[tuple[int, int, int]] = []
        for i, line in enumerate(lines):
            if takes_item_promotions(line):
                qty, qty_denominator = line.qty.as_integer_ratio()
                price, price_denominator = line.price.as_integer_ratio()
                if qty_denominator == price_denominator == 1 and not line.fine_price:
                    units.append((-price, i, qty))
                else:
                    lumps.append((i, qty * price, qty_denominator * price_denominator))
        units.sort()
        self.line = [i for _, i, _ in units] + [i for i, _, _ in lumps]
        self.full = [qty for _, _, qty in units] + [1] * len(lumps)
        self._cost = [-price for price, _, _ in units] + [cost for _, cost, _ in lumps]
        self._cost_denominator = [1] * len(units) + [one for _, _, one in lumps]
        self.reach = self._reach(book, off, [lines[i].sku for i in self.line], len(units))

    def _reach(
        self, book: Book, off: frozenset[int], skus: Sequence[str], units: int
    ) -> dict[int, list[list[int]]]:
        found: dict[int, list[list[int]]] = {}
        if not skus:
            return found
        for position, _ in book.wants_all:
            if position not in off:
                all_lines = isinstance(book.rules[position], Cut)
                found[position] = [list(range(len(skus) if all_lines else units))]
        wanted = book.wants.get
        for slot, sku in enumerate(skus):
            for position, item in wanted(sku, ()):
                if position in off:
                    continue
                lists = found.get(position)
                if lists is None:
                    rule = book.rules[position]
                    if slot >= units and not isinstance(rule, Cut):
                        continue
                    items = len(rule.needs) if isinstance(rule, Set) else 1
                    lists = found[position] = [[] for _ in range(items)]
                if slot < units or isinstance(book.rules[position], Cut):
                    lists[item].append(slot)
        return found

    def apply(self, position: int, left: list[int]) -> tuple[int, dict[int, int]]:
        """Take the promotion's units out of `left`: its discount, and what it is made of by slot:
        the discounts themselves of a percentage, the prices of the taken units of all others."""
        rule = self._rules[position]
        lists = self.reach[position]
        if isinstance(rule, Cut):
            return self._cut(rule, lists[0], left)
        if isinstance(rule, Groups):
            return self._groups(rule, lists[0], left)
        return self._sets(rule, lists, left)

    def taken(self, position: int, total: int, parts: Mapping[int, int]) -> Taken:
        """The discount of `apply`, divided over the lines."""
        by_line = sorted((self.line[slot], part) for slot, part in parts.items())
        if not isinstance(self._rules[position], Cut):
            shares = prorate(total, [weight for _, weight in by_line])
            by_line = [(i, share) for (i, _), share in zip(by_line, shares, strict=True)]
        return Taken({i: part for i, part in by_line if part}, total)

    def _cut(self, rule: Cut, slots: Sequence[int], left: list[int]) -> tuple[int, dict[int, int]]:
        parts: dict[int, int] = {}
        room = rule.most
        for slot in slots:
            if free := left[slot]:
                if room is not None:
                    free = min(free, room)
                    room -= free
                    if not free:
                        break
                left[slot] -= free
                parts[slot] = money(
                    free * self._cost[slot] * rule.numerator,
                    self._cost_denominator[slot] * rule.denominator,
                )
        return sum(parts.values()), parts

    def _groups(
        self, rule: Groups, slots: Sequence[int], left: list[int]
    ) -> tuple[int, dict[int, int]]:
        size, paid = rule.size, rule.paid
        groups = sum([left[slot] for slot in slots]) // size
        grouped = (groups if rule.most is None else min(groups, rule.most)) * size
        weights: dict[int, int] = {}
        total = start = reduced = 0
        for slot in slots:
            if start == grouped:
                break
            if not (free := left[slot]):
                continue
            end = min(start + free, grouped)
            cost = self._cost[slot]
            # Of the first `end` units, so many stand after the paid ones of their group.
            reduced_now = end // size * (size - paid) + max(0, end % size - paid)
            if reduced_now > reduced:
                each = money(cost * rule.numerator, rule.denominator)
                total += (reduced_now - reduced) * each
            weights[slot] = (end - start) * cost
            left[slot] = free - (end - start)
            start, reduced = end, reduced_now
        return total, weights

    def _sets(
        self, rule: Set, lists: Sequence[Sequence[int]], left: list[int]
    ) -> tuple[int, dict[int, int]]:
        weights: dict[int, int] = {}
        total = 0
        if not all(lists):
            return total, weights
        first = [0] * len(lists)
        room = rule.most
        while room != 0 and (one := _one_set(rule.needs, lists, first, left)) is not None:
            saving = sum([self._cost[slot] * n for slot, n in one.items()]) - rule.price_minor
            if saving <= 0:
                break
            # While every slot it drew from can give the same again, the next set is the same.
            times = min([left[slot] // n for slot, n in one.items()])
            if room is not None:
                times = min(times, room)
                room -= times
            total += saving * times
            for slot, n in one.items():
                left[slot] -= n * times
                weights[slot] = weights.get(slot, 0) + self._cost[slot] * n * times
        return total, weights


def _one_set(
    needs: Sequence[int], lists: Sequence[Sequence[int]], first: list[int], left: Sequence[int]
) -> dict[int, int] | None:
    """The units of the next set by slot, or None when an item cannot be filled. `first` skips the
    slots of each list that earlier sets emptied."""
    taken: dict[int, int] = {}
    for k, need in enumerate(needs):
        slots, missing = lists[k], need
        while first[k] < len(slots) and not left[slots[first[k]]]:
            first[k] += 1
        for at in range(first[k], len(slots)):
            slot = slots[at]
            n = min(missing, left[slot] - taken.get(slot, 0))
            if n > 0:
                taken[slot] = taken.get(slot, 0) + n
                missing -= n
                if not missing:
                    break
        if missing:
            return None
    return taken
