"""Single questions that the running till asks of its own projections, each a few microseconds."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from appliance.journal import record
from appliance.journal.projections import QUANTITY_SCALE, STOCK_LINE
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, Record
from appliance.journal.schema import meta


def closing_of(con: sqlite3.Connection, till: str, epoch: int, shift: int) -> Record | None:
    """The record that closed a shift."""
    found = con.execute(
        "SELECT last_id FROM shift WHERE id=?", (epoch * EPOCH_STEP + shift,)
    ).fetchone()
    if found is None or found[0] is None:
        return None
    row = con.execute(SELECT_ROWS + " WHERE id=?", found).fetchone()
    return record.from_row(till, row) if row else None


def stock_of(con: sqlite3.Connection, item: str) -> Decimal | None:
    """Counted movements and what was sold since they were summed up last."""
    known = con.execute("SELECT quantity FROM stock WHERE sku=?", (item,)).fetchone()
    sold = con.execute(
        "SELECT sum(quantity) FROM sale_line WHERE id > ?"
        " AND item IN (SELECT id FROM item WHERE sku = ?)",
        (meta(con, STOCK_LINE), item),
    ).fetchone()[0]
    if known is None and sold is None:
        return None
    return Decimal((known[0] if known else 0) - (sold or 0)) / QUANTITY_SCALE
