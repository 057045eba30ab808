"""Price lists in the catalogue's file: what each is, and the steps of one item's price."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from appliance.core.item import PriceStep
from appliance.core.price_steps import STEPS_MAX

LISTS_MAX = 10
"""Lists of one shop: with the steps that a list may have, what one item's lookup reads is bounded."""

BREAKS_MAX = STEPS_MAX // LISTS_MAX
"""Quantity steps of one item on one list."""

THOUSANDTHS = 1_000
_NEAR = timedelta(days=1)
"""A basket keeps the prices of the time it began at, so a list that ended just now still counts."""

_COLUMNS = "number, id, name, priority, customers, since, until, days, start_min, end_min, prices"


@dataclass(frozen=True, slots=True)
class PriceList:
    """When a list's prices hold, as in `PriceStep`, which they become. number: in this file only.
    prices: how many it has."""

    id: str
    name: str = ""
    priority: int = 0
    group: str = ""
    since: str = ""
    until: str = ""
    days: tuple[int, ...] = ()
    start_min: int | None = None
    end_min: int | None = None
    prices: int = 0
    number: int = 0

    def step(self, quantity_min: int, price_minor: int) -> PriceStep:
        return PriceStep(
            list=self.id,
            price_minor=price_minor,
            quantity_min=Decimal(quantity_min) / THOUSANDTHS,
            priority=self.priority,
            group=self.group,
            since=self.since,
            until=self.until,
            days=self.days,
            start_min=self.start_min,
            end_min=self.end_min,
            name="" if self.name == self.id else self.name,
        )

    def may_hold(self, now: datetime) -> bool:
        """Whether a basket that is open now can need it."""
        ended = (now - _NEAR).isoformat(timespec="seconds")
        begun = (now + _NEAR).isoformat(timespec="seconds")
        return not (self.until and self.until <= ended) and not self.since > begun


def all_lists(link: sqlite3.Connection) -> list[PriceList]:
    """The one that wins first."""
    rows = link.execute(f"SELECT {_COLUMNS} FROM price_list ORDER BY priority DESC, id")  # noqa: S608
    return [
        PriceList(
            id=name_id,
            name=name,
            priority=priority,
            group=group,
            since=since,
            until=until,
            days=tuple(int(day) for day in days),
            start_min=start,
            end_min=end,
            prices=prices,
            number=number,
        )
        for number, name_id, name, priority, group, since, until, days, start, end, prices in rows
    ]


def write_list(link: sqlite3.Connection, told: PriceList) -> int:
    """Put the list's own row there, new or again; its number."""
    values = (
        told.id,
        told.name,
        told.priority,
        told.group,
        told.since,
        told.until,
        "".join(map(str, told.days)),
        told.start_min,
        told.end_min,
        told.prices,
    )
    number: int = link.execute(
        "INSERT INTO price_list (id, name, priority, customers, since, until, days, start_min,"
        " end_min, prices) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " (name, priority, customers, since, until, days, start_min, end_min, prices) ="
        " (excluded.name, excluded.priority, excluded.customers, excluded.since, excluded.until,"
        " excluded.days, excluded.start_min, excluded.end_min, excluded.prices) RETURNING number",
        values,
    ).fetchone()[0]
    return number


def delete_prices(link: sqlite3.Connection, number: int) -> None:
    """Of the only list all at once, which is quick whatever their number."""
    others = link.execute("SELECT 1 FROM price_list WHERE number <> ? AND prices > 0", (number,))
    if others.fetchone() is None:
        link.execute("DELETE FROM price")
    else:
        link.execute("DELETE FROM price WHERE list = ?", (number,))


def delete_list(link: sqlite3.Connection, told: PriceList) -> None:
    delete_prices(link, told.number)
    link.execute("DELETE FROM price_list WHERE number = ?", (told.number,))


def prices_of(link: sqlite3.Connection, told: PriceList) -> Iterator[tuple[str, Decimal, int]]:
    """(SKU, from this quantity, price) in the order of SKUs."""
    rows = link.execute(
        "SELECT sku, quantity_min, price_minor FROM price WHERE list = ?"
        " ORDER BY sku, quantity_min",
        (told.number,),
    )
    for sku, quantity_min, price_minor in rows:
        yield sku, Decimal(quantity_min) / THOUSANDTHS, price_minor


class Steps:
    """The lists that may hold now, ready to make an item's steps of."""

    def __init__(self, lists: Iterable[PriceList], now: datetime) -> None:
        self._lists = {it.number: it for it in lists if it.prices and it.may_hold(now)}

    def of(self, link: sqlite3.Connection, sku: str) -> tuple[PriceStep, ...]:
        if not self._lists:
            return ()
        rows = link.execute(
            "SELECT list, quantity_min, price_minor FROM price WHERE sku = ?", (sku,)
        ).fetchall()
        return tuple(
            self._lists[number].step(quantity_min, price_minor)
            for number, quantity_min, price_minor in rows
            if number in self._lists
        )
