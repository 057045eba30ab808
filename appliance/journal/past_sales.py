"""Completed sales as the running till looks them up: by receipt number, by day, sum or item."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from appliance.core import facts as f
from appliance.core.returns import Back
from appliance.journal import record
from appliance.journal.record import EPOCH_STEP
from appliance.journal.return_tables import read_sold, sale_key
from appliance.journal.scale import unscaled

LISTED_MAX = 60
"""Receipts in one list: whoever sees more than that asks more closely."""
LOOKED_THROUGH_MAX = 30_000
"""Sales that are looked through when no day is named: the till answers at once, and a hundred days
of a busy shop are longer than anything is taken back."""
ASTRAY_MS = 7 * 86_400_000
NEAR = 512
"""Sales around the place where a receipt must be; only a basket parked for long is further off."""


@dataclass(frozen=True, slots=True)
class PastSale:
    """A completed sale in a list. epoch: in which its row stands; number_epoch: of its receipt."""

    epoch: int
    sale: int
    receipt: int
    number_epoch: int
    at: datetime
    due_minor: int
    lines: int


class PastSales:
    """Reads only, on the journal's own connection, by its owner."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def place(self, epoch: int, receipt: int) -> tuple[int, int] | None:
        """(epoch, sale) of the row. Receipts are numbered as sales are paid and sales as they are
        begun, so their orders are nearly the same and no index is needed."""
        if not 0 < receipt < EPOCH_STEP or not 0 < epoch < EPOCH_STEP:
            return None
        low, high = epoch * EPOCH_STEP, self._last(epoch)
        while low < high:
            middle = (low + high) // 2
            row = self._con.execute(_NEXT, (middle, high)).fetchone()
            if row is None or row[0] >= receipt:
                high = middle
            else:
                low = middle + 1
        for near in (_AROUND + _IN_EPOCH, _ANYWHERE + _IN_EPOCH):
            span = {"receipt": receipt, "epoch": epoch, "step": EPOCH_STEP}
            row = self._con.execute(
                near + " ORDER BY id DESC LIMIT 1",
                span | {"low": low - NEAR, "high": low + NEAR},
            ).fetchone()
            if row is not None:
                return record.place(row[0])
        return None

    def _last(self, epoch: int) -> int:
        row = self._con.execute(
            "SELECT max(id) FROM sale WHERE id < ?", ((epoch + 1) * EPOCH_STEP,)
        ).fetchone()
        return int(row[0] or epoch * EPOCH_STEP)

    def newest(self) -> tuple[PastSale, ...]:
        return self._listed(_SALES + " ORDER BY id DESC LIMIT ?", (LISTED_MAX,))

    def found(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        due_minor: int | None = None,
        skus: tuple[str, ...] | None = None,
        customer: str = "",
    ) -> tuple[PastSale, ...]:
        """The newest ones of a time (until not included), of a sum to pay, with one of the items,
        of a customer."""
        where = ""
        given: list[int | str] = []
        if since is not None:
            where += " AND at_ms >= ?" + _NOT_LONG_BEFORE
            given += (record.times(since)[0], record.times(since)[0] - ASTRAY_MS)
        elif not customer:
            where += " AND id > (SELECT max(id) FROM sale) - ?"
            given.append(LOOKED_THROUGH_MAX)
        if until is not None:
            where += " AND at_ms < ?"
            given.append(record.times(until)[0])
        if due_minor is not None:
            where += " AND total_minor + rounding_minor = ?"
            given.append(due_minor)
        if customer:
            where += " AND id IN (SELECT sale FROM customer_sale WHERE customer = ?)"
            given.append(customer)
        sold: tuple[Any, ...] = ()
        if skus is not None:
            where += _WITH_ITEM.format(",".join("?" * len(skus)))
            sold = skus
        return self._listed(
            _SALES + where + " ORDER BY id DESC LIMIT ?", (*given, *sold, LISTED_MAX)
        )

    def _listed(self, select: str, given: tuple[Any, ...]) -> tuple[PastSale, ...]:
        return tuple(
            PastSale(
                *record.place(row[0]),
                row[1],
                record.place(row[2])[0],
                record.moment(row[3], row[4]),
                row[5],
                row[6],
            )
            for row in self._con.execute(select, given)
        )

    def back_of(self, ref: f.SaleRef) -> dict[f.LineId, Back]:
        """What came back of a sale of this till, by line."""
        rows = self._con.execute(
            "SELECT line, quantity, sold FROM returned WHERE sale=?", (sale_key(ref),)
        )
        return {
            f.LineId(line): Back(unscaled(quantity), read_sold(sold))
            for line, quantity, sold in rows
        }

    def unproven_minor(self, day: str, actor: str) -> int:
        """What a person gave back without a receipt on a day."""
        row = self._con.execute(
            "SELECT sum(unproven_minor) FROM sale_return WHERE day=? AND actor=?", (day, actor)
        ).fetchone()
        return int(row[0] or 0)

    def lowest_price(self, sku: str, since: datetime) -> Decimal | None:
        """The least that a whole unit of an item was sold for since then, taxes included."""
        first = first_line(self._con, since)
        if first is None:
            return None
        row = self._con.execute(_LOWEST, (first, sku)).fetchone()
        return None if row is None else Decimal(row[0]) * 10**6 / row[1]


def first_line(con: sqlite3.Connection, since: datetime) -> int | None:
    """The first line that was sold from then on. Sales stand nearly in the order of their times, so
    only the newest are looked at, and those of a while before: no clock was set back by more."""
    at_ms = record.times(since)[0]
    row = con.execute(_FIRST_LINE, (at_ms, at_ms - ASTRAY_MS)).fetchone()
    return None if row[0] is None else int(row[0])


_NEXT = "SELECT receipt FROM sale WHERE id >= ? AND id <= ? AND receipt IS NOT NULL ORDER BY id"
_ANYWHERE = "SELECT id FROM sale WHERE receipt = :receipt AND status = 'completed'"
_AROUND = _ANYWHERE + " AND id >= :low AND id <= :high"
_IN_EPOCH = " AND last_id / :step = :epoch"
_SALES = (
    "SELECT id, receipt, last_id, at_ms, offset_min, total_minor + rounding_minor, line_count"
    " FROM sale WHERE status = 'completed'"
)
_WITH_ITEM = (
    " AND EXISTS (SELECT 1 FROM sale_line l"
    " WHERE l.id >= line_from AND l.id < line_from + line_count"
    " AND l.item IN (SELECT id FROM item WHERE sku IN ({})))"
)
_NOT_LONG_BEFORE = (
    " AND id > coalesce((SELECT id FROM sale WHERE at_ms < ? ORDER BY id DESC LIMIT 1), 0)"
)
_FIRST_LINE = (
    "SELECT min(line_from) FROM sale WHERE status = 'completed' AND at_ms >= ?"
    " AND id > coalesce((SELECT id FROM sale WHERE at_ms < ? ORDER BY id DESC LIMIT 1), 0)"
)
_LOWEST = (
    "SELECT l.net_minor + l.tax_minor, l.quantity FROM sale_line l"
    " WHERE l.id >= ? AND l.item IN (SELECT id FROM item WHERE sku = ?) AND l.quantity > 0"
    " ORDER BY (l.net_minor + l.tax_minor) * 1.0 / l.quantity LIMIT 1"
)
