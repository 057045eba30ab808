"""What lies on the shelf right now, for the running till: each answer in some microseconds.

The table's sums end at the last roll-up; what was sold since is summed here once and then only
the newest lines are added, so a long day makes no scan slower.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from appliance.core import facts as f
from appliance.journal import record
from appliance.journal.record import EPOCH_STEP
from appliance.journal.scale import unscaled
from appliance.journal.schema import meta
from appliance.journal.stock_tables import IN, SOLD, STOCK_LINE

IN_STOCK, SOLD_PIECE = IN, SOLD

SINCE = (
    "SELECT i.sku, l.quantity FROM sale_line l JOIN item i ON i.id = l.item"
    " WHERE l.id > :after AND l.moves"
    " UNION ALL SELECT sku, quantity FROM sale_stock WHERE line > :after"
)


@dataclass(frozen=True, slots=True)
class Lot:
    lot: str
    expiry: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """status: "in", "sold" or "gone". day: of its last movement. receipt: that sold it."""

    status: str
    lot: str
    day: str
    receipt: int | None
    epoch: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count entered of an item, and what it should have been."""

    counted: Decimal
    expected: Decimal


class Levels:
    """Reads only, on the journal's own connection, by its owner."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self.others: Callable[[str], int | None] = lambda _item: None
        """What the movements at the shop's other tills add up to, scaled."""
        self._sold: dict[str, int] = {}
        self._mark = self._seen = -1

    def forget(self) -> None:
        """After a rebuild: the lines may have other numbers."""
        self._mark = -1

    def quantity(self, item: str) -> Decimal | None:
        """In the whole shop, as far as this till knows; None when it never moved."""
        own, others = self.own(item), self.others(item)
        if own is None and others is None:
            return None
        return unscaled((own or 0) + (others or 0))

    def own(self, item: str) -> int | None:
        """What this till's movements add up to, scaled; None when there is none."""
        sold = self._since().get(item)
        row = self._one("SELECT quantity FROM stock WHERE sku=?", item)
        if row is None and sold is None:
            return None
        return (row[0] if row else 0) - (sold or 0)

    def cost_minor(self, item: str) -> Decimal | None:
        """The average cost of 1, in minor units and parts of them; None when nobody ever told."""
        row = self._one("SELECT cost FROM stock WHERE sku=?", item)
        return None if row is None or row[0] is None else unscaled(row[0])

    def expired(self, item: str, day: str) -> Decimal:
        """How much of it lies in lots past their day."""
        row = self._one(
            "SELECT sum(quantity) FROM stock_lot WHERE sku=? AND expiry <> '' AND expiry < ?"
            " AND quantity > 0",
            *(item, day),
        )
        return unscaled(row[0] or 0) if row else Decimal(0)

    def lot(self, item: str, lot: str) -> Lot | None:
        row = self._one("SELECT expiry, quantity FROM stock_lot WHERE sku=? AND lot=?", item, lot)
        return Lot(lot, row[0], unscaled(row[1])) if row else None

    def piece(self, item: str, serial: str) -> Piece | None:
        row = self._one(
            "SELECT p.status, p.lot, f.at_ms, f.offset_min, p.receipt, p.id FROM stock_serial p"
            " JOIN fact f ON f.id = p.id WHERE p.sku=? AND p.serial=?",
            *(item, serial),
        )
        if row is None:
            return None
        day = record.moment(row[2], row[3]).date().isoformat()
        return Piece(row[0], row[1], day, row[4], row[5] // EPOCH_STEP)

    def counted(self, count: int, item: str, lot: str = "") -> Counted | None:
        """What a count that goes on has of an item."""
        row = self._one(
            "SELECT e.counted, e.expected FROM stock_entry e JOIN stock_taking t ON t.id = e.taking"
            " WHERE t.count=? AND t.ended IS NULL AND e.sku=? AND e.lot=?",
            *(count, item, lot),
        )
        return Counted(unscaled(row[0]), unscaled(row[1])) if row else None

    def counted_otherwise(self, count: int, item: str, *, by_lot: bool) -> bool:
        """Whether a count has entries of an item as a whole where lots are asked for, or the other
        way round: both together would count goods twice."""
        row = self._one(
            "SELECT 1 FROM stock_entry e JOIN stock_taking t ON t.id = e.taking"
            " WHERE t.count=? AND t.ended IS NULL AND e.sku=? AND (e.lot = '') = ? LIMIT 1",
            *(count, item, int(by_lot)),
        )
        return row is not None

    def entered(self, count: int) -> set[str]:
        """The items that a count that goes on has entries of."""
        rows = self._con.execute(
            "SELECT e.sku FROM stock_entry e JOIN stock_taking t ON t.id = e.taking"
            " WHERE t.count=? AND t.ended IS NULL",
            (count,),
        )
        return {row[0] for row in rows}

    def known(self) -> list[str]:
        """All items that ever moved."""
        rows = self._con.execute("SELECT sku FROM stock ORDER BY sku")
        return sorted({row[0] for row in rows} | set(self._since()))

    def paper(self, number: str) -> tuple[f.StockMoved, bool] | None:
        """A paper by its number, "1-345", and whether it was taken back (or takes one back)."""
        epoch, _, seq = number.partition("-")
        if not (epoch.isascii() and epoch.isdigit() and seq.isascii() and seq.isdigit()):
            return None
        if len(epoch) > 6 or len(seq) > 12:
            return None
        key = int(epoch) * EPOCH_STEP + int(seq)
        row = self._one("SELECT voids, voided_by FROM stock_paper WHERE id=?", key)
        if row is None:
            return None
        found = self._one(record.SELECT_ROWS + " WHERE id=?", key)
        assert found is not None
        fact = record.from_row("", found).fact
        assert isinstance(fact, f.StockMoved)
        return fact, row[0] is not None or row[1] is not None

    def _one(self, select: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._con.execute(select, values).fetchone()
        return row

    def _since(self) -> dict[str, int]:
        """What was sold since the last roll-up, by item."""
        mark = int(meta(self._con, STOCK_LINE) or 0)
        if mark != self._mark:
            self._sold, self._mark, self._seen = {}, mark, mark
        last = self._one("SELECT max(id) FROM sale_line")
        newest = (last[0] if last else None) or 0
        if newest != self._seen:
            for sku, quantity in self._con.execute(SINCE, {"after": self._seen}):
                self._sold[sku] = self._sold.get(sku, 0) + quantity
            self._seen = newest
        return self._sold
