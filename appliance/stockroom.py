"""The stock told in lists: the journal's tables beside the catalogue's names, for any thread.

Reads only, over a connection of its own for each question, so that it never makes the till wait.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from appliance.config import Settings
from appliance.core.item import Item, ItemId, Unit
from appliance.core.money import round_half_away
from appliance.core.stock_rows import (
    DifferenceRow,
    LevelRow,
    LotRow,
    MoveRow,
    OrderRow,
    PaperRow,
)
from appliance.hub.replica import stock_of_others
from appliance.journal import reports, stock_reports
from appliance.journal.scale import unscaled

ITEMS_READ_MAX = 50_000
"""A larger catalogue is asked only about goods that ever moved."""


NOTHING = stock_reports.Level(Decimal(0), None)


class Goods(Protocol):
    """The catalogue, as far as the stockroom reads it."""

    @property
    def count(self) -> int: ...

    def by_id(self, item: ItemId) -> Item | None: ...

    def items(self) -> Iterator[Item]: ...

    def categories(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """average_days: over which sales are averaged. lead_days: until an order arrives."""

    average_days: int = 28
    lead_days: int = 7


@dataclass(frozen=True, slots=True)
class Stockroom:
    journal: Path
    goods: Goods
    rules: Rules = Rules()
    others: Callable[[], Mapping[str, int]] = dict
    """What the movements at the shop's other tills add up to, by item, scaled."""

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with reports.reading(self.journal) as con:
            yield con

    def _levels(self, con: sqlite3.Connection) -> dict[str, stock_reports.Level]:
        """What lies in the shop."""
        found = stock_reports.levels(con)
        for sku, quantity in self.others().items():
            level = found.get(sku, NOTHING)
            found[sku] = replace(level, quantity=level.quantity + unscaled(quantity))
        return found

    def _item(self, sku: str) -> Item:
        """A name for every row, also of what the catalogue no longer has."""
        return self.goods.by_id(ItemId(sku)) or Item(ItemId(sku), sku, 0)

    def left(self, items: Iterable[str]) -> dict[str, Decimal]:
        """What lies there of some items; those that never moved are missing. What a recipe can
        still be made of is its own level."""
        wanted = [self._item(sku) for sku in items]
        with self._reading() as con:
            known = self._levels(con)
        found = {}
        for item in wanted:
            if item.components:
                makes = [
                    (known[part.item].quantity / part.quantity).to_integral_value("ROUND_FLOOR")
                    for part in item.components
                    if part.item in known and part.quantity > 0
                ]
                if len(makes) == len(item.components):
                    found[str(item.id)] = min(makes)
            elif item.id in known:
                found[str(item.id)] = known[item.id].quantity
        return found

    def levels(self) -> tuple[LevelRow, ...]:
        """Every kind of goods that ever moved, by name."""
        with self._reading() as con:
            levels = self._levels(con)
        rows = []
        for sku, level in levels.items():
            item = self._item(sku)
            if item.service:
                continue
            known = level.at_cost_of(item)
            told = (ItemId(sku), item.name, item.unit, item.category, known.quantity)
            rows.append(LevelRow(*told, known.cost_minor, known.value_minor))
        return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.item)))

    def expiring(self, days: int, today: date) -> tuple[LotRow, ...]:
        """Lots that expire within so many days, and those past their day."""
        with self._reading() as con:
            found = stock_reports.lots(con, (today + timedelta(days=days)).isoformat())
        rows = []
        for sku, lot, expiry, left in found:
            item = self._item(sku)
            rest = round_half_away(Fraction(left) * item.price_minor)
            until = (date.fromisoformat(expiry) - today).days
            told = (item.id, item.name, item.unit, lot, expiry, left)
            rows.append(LotRow(*told, until, rest))
        return tuple(rows)

    def lots_of(self, item: str) -> Sequence[tuple[str, str, Decimal]]:
        """(lot, expiry, left) of an item, the first to expire first."""
        with self._reading() as con:
            return stock_reports.lots_of(con, item)

    def suggest(self, now: datetime) -> tuple[OrderRow, ...]:
        """What to buy, by supplier, what runs out first on top: to the mark where one is set, else what is sold until an order
        arrives."""
        with self._reading() as con:
            known = self._levels(con)
            since = now - timedelta(days=self.rules.average_days)
            sold = stock_reports.sold_since(con, since)
        rows = []
        for item in self._candidates(known):
            if item.components or item.service:
                continue
            level = known.get(item.id, NOTHING).at_cost_of(item)
            left = level.quantity
            per_day = max(sold.get(item.id, Decimal(0)), Decimal(0)) / self.rules.average_days
            order = _order(item, left, per_day, self.rules.lead_days)
            if order <= 0:
                continue
            lasts = math.floor(max(left, Decimal(0)) / per_day) if per_day else None
            told = (item.id, item.name, item.unit, item.supplier, left, order)
            shown = per_day.quantize(Decimal("0.001"))
            rows.append(OrderRow(*told, shown, lasts, item.reorder_point, level.cost_minor))
        urgent: dict[str, float] = {}
        for row in rows:
            urgent[row.supplier] = min(urgent.get(row.supplier, math.inf), _lasts(row))
        return tuple(
            sorted(
                rows,
                key=lambda row: (
                    *(urgent[row.supplier], row.supplier, _lasts(row)),
                    *(row.name.casefold(), row.item),
                ),
            )
        )

    def _candidates(self, known: Iterable[str]) -> Iterable[Item]:
        if self.goods.count <= ITEMS_READ_MAX:
            return self.goods.items()
        found = (self.goods.by_id(ItemId(sku)) for sku in known)
        return (item for item in found if item is not None)

    def differences(self, count: int) -> tuple[DifferenceRow, ...]:
        """What a count found, the newest entry first."""
        with self._reading() as con:
            entries = stock_reports.entries(con, count)
            known = self._levels(con)
        rows = []
        for sku, lot, counted, expected in entries:
            item = self._item(sku)
            cost = known.get(sku, NOTHING).at_cost_of(item).cost_minor
            value = None
            if cost is not None:
                value = round_half_away(Fraction(counted - expected) * Fraction(cost))
            told = (item.id, item.name, item.unit, lot, counted, expected)
            rows.append(DifferenceRow(*told, value))
        return tuple(rows)

    def uncounted(self, count: int) -> tuple[LevelRow, ...]:
        """What should lie in a count's scope and was not entered yet."""
        with self._reading() as con:
            found = stock_reports.taking(con, count)
            entered = {entry[0] for entry in stock_reports.entries(con, count)}
        if found is None:
            return ()
        scope = found[1]
        return tuple(
            row
            for row in self.levels()
            if row.left and row.item not in entered and (not scope or row.category == scope)
        )

    def papers(self, limit: int = 200) -> tuple[PaperRow, ...]:
        with self._reading() as con:
            return stock_reports.papers(con, limit)

    def history(self, item: str, limit: int = 200) -> tuple[MoveRow, ...]:
        with self._reading() as con:
            return stock_reports.history(con, item, limit)

    def categories(self) -> Sequence[str]:
        return self.goods.categories()


def of_shop(goods: Goods, settings: Settings) -> Stockroom:
    """The stockroom of this till."""
    rules = Rules(settings.stock.average_days, settings.stock.lead_days)
    data, own = settings.till.data_dir, settings.till.id
    return Stockroom(data / "journal.db", goods, rules, lambda: stock_of_others(data, own))


def _lasts(row: OrderRow) -> float:
    return math.inf if row.days_left is None else row.days_left


def _order(item: Item, left: Decimal, per_day: Decimal, lead_days: int) -> Decimal:
    """How much to buy, in whole pieces or to the thousandth."""
    if item.reorder_point is not None:
        if left > item.reorder_point:
            return Decimal(0)
        missing = max(item.reorder_to or item.reorder_point, item.reorder_point) - left
    else:
        missing = per_day * lead_days - left
    finest = Decimal(1) if item.unit is Unit.PIECE else Decimal("0.001")
    return missing.quantize(finest, "ROUND_CEILING") if missing > 0 else Decimal(0)
