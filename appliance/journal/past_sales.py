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
        for text, at in ((" AND at_ms >= ?", since), (" AND at_ms < ?", until)):
            if at is not None:
                where += text
                given.append(record.times(at)[0])
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
        first = self._con.execute(_FIRST_LINE, (record.times(since)[0],)).fetchone()
        if first is None or first[0] is None:
            return None
        row = self._con.execute(_LOWEST, (first[0], sku)).fetchone()
        return None if row is None else Decimal(row[0]) * 10**6 / row[1]


_NEXT = "SELECT receipt FROM sale WHERE id >= ? AND id <= ? AND receipt IS NOT NULL ORDER BY id"
_ANYWHERE = "SELECT id FROM sale WHERE receipt = :receipt AND status = 'completed'"
_AROUND = _ANYWHERE + " AND id >= :low AND id <= :high"
_IN_EPOCH = " AND last_id / :step = :epoch"
_SALES = (
    "SELECT id, receipt, last_id, at_ms, offset_min, total_minor + rounding_minor, line_count"
    " FROM sale WHERE status = 'completed'"
)
_WITH_ITEM = (
    " AND EXISTS (SELECT 1 FROM sale_line l JOIN item i ON i.id = l.item WHERE l.id >= line_from"
    " AND l.id < line_from + line_count AND i.sku IN ({}))"
)
_FIRST_LINE = "SELECT min(line_from) FROM sale WHERE at_ms >= ? AND status = 'completed'"
_LOWEST = (
    "SELECT l.net_minor + l.tax_minor, l.quantity FROM sale_line l JOIN item i ON i.id = l.item"
    " WHERE l.id >= ? AND i.sku = ? AND l.quantity > 0"
    " ORDER BY (l.net_minor + l.tax_minor) * 1.0 / l.quantity LIMIT 1"
)
