"""Baskets as they were sold in some days, whole: what a preview of an offer prices once more."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from appliance.core import facts as f
from appliance.core.evolve import replay
from appliance.core.state import EMPTY, Sale
from appliance.journal import record
from appliance.journal.replay import facts_of_sale
from appliance.journal.report_tables import LOCAL_S
from appliance.journal.sales_reports import Days

_DAY_ZERO = date(1970, 1, 1)
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class SoldBasket:
    """The basket just before it was paid, and what it came to."""

    sale: Sale
    sold: f.SaleCompleted


def sold_baskets(
    con: sqlite3.Connection, days: Days, skus: Collection[str] | None = None
) -> Iterator[SoldBasket]:
    """In the order of their numbers; a sale that was undone as a whole was none. skus: only
    baskets with at least one of these."""
    first, last = ((day - _DAY_ZERO).days for day in (days.first, days.last))
    # Of another offset, a sale of that local day is at most a day of real time away.
    bounds: list[object] = [first, last, (first - 1) * _DAY_MS, (last + 2) * _DAY_MS]
    query = _SALES
    if skus is not None:
        query += _WITH_ITEM.format(",".join("?" * len(skus)))
        bounds += skus
    for (row,) in con.execute(query + " ORDER BY id", bounds).fetchall():
        facts = [it.fact for it in facts_of_sale(con, "", *record.place(row))]
        done = replay(EMPTY, facts).done
        sold = next((it for it in facts if isinstance(it, f.SaleCompleted)), None)
        if done is not None and sold is not None and sold.voids is None:
            yield SoldBasket(done.sale, sold)


_SALES = (
    "SELECT id FROM sale s WHERE status = 'completed'"  # noqa: S608 - nothing but constants
    f" AND {LOCAL_S} / 86400 BETWEEN ? AND ? AND at_ms BETWEEN ? AND ?"
    " AND id NOT IN (SELECT voids FROM sale_return WHERE voids IS NOT NULL)"
)
_WITH_ITEM = (
    " AND EXISTS (SELECT 1 FROM sale_line l JOIN item i ON i.id = l.item WHERE l.id >= line_from"
    " AND l.id < line_from + line_count AND i.sku IN ({}))"
)
