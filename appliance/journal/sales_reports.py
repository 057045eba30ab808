"""What was sold, by hour, item, person, money, tax and offer, over any days: read-only questions.

Each answer is a tuple of plain rows, the largest or the earliest first, over `Days`. Sums that were
rolled in and sales of the running shift are read as one. Amounts are minor units.
"""

# ruff: noqa: S608 - nothing but constants stands in these questions

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from appliance.journal.record import EPOCH_STEP
from appliance.journal.report_tables import LOCAL_S, NEWER, newer_than
from appliance.journal.scale import unscaled

_EPOCH = date(1970, 1, 1).toordinal()
DAY_MS = 86_400_000
ITEMS_MAX = 5_000
"""Rows of items that one answer holds at most."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Days:
        """What a period is compared with: as many days just before these; a day with the same day
        of the week before."""
        if self.count == 1:
            return Days(self.first - timedelta(7), self.last - timedelta(7))
        return Days(self.first - timedelta(self.count), self.first - timedelta(1))


@dataclass(frozen=True, slots=True)
class Sums:
    """total: goods sold less what came back; neither tips nor prepaid (money for gift cards, advances
    and debts) are in it. lines: rows of receipts."""

    sales: int = 0
    lines: int = 0
    total_minor: int = 0
    discount_minor: int = 0
    rounding_minor: int = 0
    tip_minor: int = 0
    prepaid_minor: int = 0
    returns: int = 0
    returned_minor: int = 0

    @property
    def average_minor(self) -> int:
        """What a customer spends, to the minor unit."""
        return round(self.total_minor / self.sales) if self.sales else 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, it.name) + getattr(other, it.name) for it in fields(Sums)))


@dataclass(frozen=True, slots=True)
class KeyedSums:
    """key: the hour "14", the day "2026-11-23", or who stood at the till."""

    key: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class ItemSums:
    """gross = net + tax is what customers paid. cost and known: of those lines whose cost is known,
    what the goods cost the shop, and what they brought without tax."""

    item: str
    name: str
    unit: str
    lines: int
    quantity: Decimal
    net_minor: int
    tax_minor: int
    discount_minor: int
    cost_minor: int
    known_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def margin_minor(self) -> int | None:
        """None where the cost of nothing sold is known."""
        return self.known_minor - self.cost_minor if self.known_minor or self.cost_minor else None


@dataclass(frozen=True, slots=True)
class TenderSums:
    type: str
    currency: str
    count: int
    amount_minor: int
    foreign_minor: int


@dataclass(frozen=True, slots=True)
class TaxSums:
    code: str
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class OfferSums:
    offer: str
    name: str
    times: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A drawer counted at the end of a shift. difference: counted less expected."""

    shift: int
    z_number: int
    day: date
    person: str
    difference_minor: int
    reason: str


def totals(con: sqlite3.Connection, days: Days) -> Sums:
    row = con.execute(f"SELECT {_SUMS} FROM ({_both('day_hour')})", _asked(con, days)).fetchone()
    return Sums(*row) if row[0] is not None else Sums()


def totals_until(con: sqlite3.Connection, day: date, second: int) -> Sums:
    """A day's sums up to a second of it, from the sales themselves."""
    row = con.execute(
        "SELECT count(*), sum(s.line_count), sum(s.total_minor - s.tip_minor - s.prepaid_minor),"
        " sum(s.discount_minor), sum(s.rounding_minor), sum(s.tip_minor), sum(s.prepaid_minor),"
        " sum(s.returned_minor <> 0), sum(s.returned_minor) FROM sale s"
        # Of another offset, a sale of that local day is at most a day of real time away.
        " WHERE s.at_ms >= :from AND s.at_ms < :to AND s.status = 'completed'"
        f" AND {LOCAL_S} / 86400 = :day AND {LOCAL_S} % 86400 <= :second",
        {
            "day": _day(day),
            "second": second,
            "from": (_day(day) - 1) * DAY_MS,
            "to": (_day(day) + 2) * DAY_MS,
        },
    ).fetchone()
    return Sums(*row) if row[0] else Sums()


def by_hour(con: sqlite3.Connection, days: Days) -> tuple[KeyedSums, ...]:
    """The hours in which anything was sold, the earliest first."""
    return _keyed(con, days, "hour", "hour", lambda hour: f"{hour:02d}")


def by_day(con: sqlite3.Connection, days: Days) -> tuple[KeyedSums, ...]:
    return _keyed(con, days, "day", "day", lambda day: _date(day).isoformat())


def by_cashier(con: sqlite3.Connection, days: Days) -> tuple[KeyedSums, ...]:
    """Who took the money, the most first; keys are ids of the staff."""
    return _keyed(con, days, "cashier", "sum(total_minor) DESC", str)


def by_item(con: sqlite3.Connection, days: Days, limit: int = ITEMS_MAX) -> tuple[ItemSums, ...]:
    """Items by what they brought, the most first. Whole months come from their own sums."""
    rows = con.execute(
        "SELECT i.sku, i.name, i.unit, sum(lines), sum(quantity), sum(net_minor) AS net,"
        " sum(tax_minor), sum(discount_minor), sum(cost_minor), sum(known_minor)"
        f" FROM ({_ITEM_SUMS}) d"
        " JOIN item i ON i.id = d.item GROUP BY i.sku"
        " ORDER BY sum(net_minor + tax_minor) DESC, i.sku LIMIT :limit",
        {**_asked(con, days), **_months(days), "limit": min(limit, ITEMS_MAX)},
    )
    return tuple(
        ItemSums(sku, name, unit, lines, unscaled(quantity), *sums)
        for sku, name, unit, lines, quantity, *sums in rows
    )


def margin_of(con: sqlite3.Connection, days: Days) -> int | None:
    """What goods of known cost earned, without tax; None where no cost is known."""
    asked = {**_asked(con, days), **_months(days)}
    known, cost = con.execute(
        f"SELECT sum(known_minor), sum(cost_minor) FROM ({_ITEM_SUMS})", asked
    ).fetchone()
    return (known or 0) - (cost or 0) if known or cost else None


def by_customer(con: sqlite3.Connection, days: Days, limit: int = 500) -> tuple[KeyedSums, ...]:
    """Known customers by what they spent on goods, the most first; keys are opaque ids."""
    first, end = _day(days.first), _day(days.last) + 1
    rows = con.execute(
        # No clock is a day away from another: only at both ends the shop's own offset decides.
        "SELECT customer, count(*), sum(spent_minor) FROM customer_sale c"
        " WHERE at_ms >= :earliest AND at_ms < :latest AND ((at_ms >= :surely AND at_ms < :still)"
        f" OR (SELECT {LOCAL_S} / 86400 BETWEEN :first AND :last FROM sale s WHERE s.id = c.sale))"
        " GROUP BY customer ORDER BY 3 DESC, 1 LIMIT :limit",
        {
            "first": first,
            "last": end - 1,
            "limit": limit,
            "earliest": (first - 1) * DAY_MS,
            "surely": (first + 1) * DAY_MS,
            "still": (end - 1) * DAY_MS,
            "latest": (end + 1) * DAY_MS,
        },
    )
    return tuple(
        KeyedSums(customer, Sums(sales=count, total_minor=spent)) for customer, count, spent in rows
    )


def by_category(
    items: Iterable[ItemSums], category_of: Callable[[str], str]
) -> tuple[ItemSums, ...]:
    """Items summed up by their category of today, which the catalogue knows; the most first."""
    sums: dict[str, ItemSums] = {}
    for it in items:
        name = category_of(it.item)
        known = sums.get(name)
        if known is None:
            sums[name] = replace(it, item=name, name=name, unit="")
            continue
        added = {
            column: getattr(known, column) + getattr(it, column)
            for column in ("lines", "quantity", "net_minor", "tax_minor", "discount_minor")
        }
        sums[name] = replace(
            known,
            **added,
            cost_minor=known.cost_minor + it.cost_minor,
            known_minor=known.known_minor + it.known_minor,
        )
    return tuple(sorted(sums.values(), key=lambda it: (-it.gross_minor, it.item)))


def by_tender(con: sqlite3.Connection, days: Days) -> tuple[TenderSums, ...]:
    """Kinds of money, change taken off the cash; the most first."""
    columns = "type, currency, sum(count), sum(amount_minor), sum(foreign_minor)"
    return _rows(con, days, "day_tender", columns, "type, currency", "4 DESC", TenderSums)


def by_tax(con: sqlite3.Connection, days: Days) -> tuple[TaxSums, ...]:
    columns = "code, sum(net_minor), sum(tax_minor), sum(gross_minor)"
    return _rows(con, days, "day_tax", columns, "code", "code", TaxSums)


def by_offer(con: sqlite3.Connection, days: Days) -> tuple[OfferSums, ...]:
    """What promotions took off, the most first."""
    rows = con.execute(
        "SELECT offer, max(name), sum(times), sum(amount_minor) FROM day_offer"
        " WHERE day >= :first AND day < :end GROUP BY offer HAVING sum(times) > 0"
        " ORDER BY 4 DESC, offer",
        _asked(con, days),
    )
    return tuple(OfferSums(*row) for row in rows)


def differences(con: sqlite3.Connection, days: Days) -> tuple[Difference, ...]:
    """Shifts whose drawer did not hold what it should, by the day they were closed."""
    rows = con.execute(
        f"SELECT h.id % {EPOCH_STEP}, h.z_number,"
        " (f.at_ms / 1000 + f.offset_min * 60) / 86400 AS day, h.closed_by, h.difference_minor,"
        " h.reason FROM shift h JOIN fact f ON f.id = h.last_id"
        " WHERE h.difference_minor <> 0 AND day >= :first AND day < :end ORDER BY h.id",
        {"first": _day(days.first), "end": _day(days.last) + 1},
    )
    return tuple(
        Difference(shift, z, _date(day), person, off, reason or "")
        for shift, z, day, person, off, reason in rows
    )


def compare(now: Iterable[KeyedSums], then: Iterable[KeyedSums]) -> dict[str, tuple[int, int]]:
    """Totals by key in two periods: {"14": (now, then)}, each key that either has."""
    a = {it.key: it.sums.total_minor for it in now}
    b = {it.key: it.sums.total_minor for it in then}
    return {key: (a.get(key, 0), b.get(key, 0)) for key in sorted(a.keys() | b.keys())}


T = TypeVar("T")

_ITEM_SUMS = (
    "SELECT * FROM month_item WHERE day >= :month AND day < :month_end UNION ALL"
    " SELECT * FROM day_item WHERE (day >= :first AND day < min(:month, :end)) OR"
    " (day >= max(:month_end, :first) AND day < :end) UNION ALL"
    f" SELECT * FROM ({NEWER['day_item']}) WHERE day >= :first AND day < :end"
)
"""Items of the days asked for: whole months, single days, and the sales since."""

_SUMS = ", ".join(f"sum({it.name})" for it in fields(Sums))


def _both(table: str) -> str:
    """The rolled sums and those of the sales since, of the days asked for."""
    return (
        f"SELECT * FROM {table} WHERE day >= :first AND day < :end UNION ALL"
        f" SELECT * FROM ({NEWER[table]}) WHERE day >= :first AND day < :end"
    )


def _keyed(
    con: sqlite3.Connection, days: Days, key: str, order: str, told: Callable[[Any], str]
) -> tuple[KeyedSums, ...]:
    rows = con.execute(
        f"SELECT {key}, {_SUMS} FROM ({_both('day_hour')}) GROUP BY {key} ORDER BY {order}, {key}",
        _asked(con, days),
    )
    return tuple(KeyedSums(told(value), Sums(*sums)) for value, *sums in rows)


def _rows(
    con: sqlite3.Connection,
    days: Days,
    table: str,
    columns: str,
    group: str,
    order: str,
    kind: Callable[..., T],
) -> tuple[T, ...]:
    rows = con.execute(
        f"SELECT {columns} FROM ({_both(table)}) GROUP BY {group} ORDER BY {order}, {group}",
        _asked(con, days),
    )
    return tuple(kind(*row) for row in rows)


def _asked(con: sqlite3.Connection, days: Days) -> dict[str, int]:
    return {
        **newer_than(con),
        "first": _day(days.first),
        "end": _day(days.last) + 1,
    }


def _months(days: Days) -> dict[str, int]:
    """The whole months within: from :month on, before :month_end; the same when there is none."""
    first = days.first if days.first.day == 1 else _next_month(days.first)
    end = (days.last + timedelta(1)).replace(day=1)
    if end <= first:
        return {"month": _day(days.last) + 1, "month_end": _day(days.last) + 1}
    return {"month": _day(first), "month_end": _day(end)}


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH


def _date(day: int) -> date:
    return date.fromordinal(day + _EPOCH)
