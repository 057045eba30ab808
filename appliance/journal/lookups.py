"""Single questions that the running till asks of its own projections, each a few microseconds."""

from __future__ import annotations

import sqlite3

from appliance.journal import record
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, Record


def closing_of(con: sqlite3.Connection, till: str, epoch: int, shift: int) -> Record | None:
    """The record that closed a shift."""
    found = con.execute(
        "SELECT last_id FROM shift WHERE id=?", (epoch * EPOCH_STEP + shift,)
    ).fetchone()
    if found is None or found[0] is None:
        return None
    row = con.execute(SELECT_ROWS + " WHERE id=?", found).fetchone()
    return record.from_row(till, row) if row else None


_OF_SHIFT = (
    " WHERE type IN ('CashMoved', 'DrawerCounted', 'ShiftHandedOver')"
    " AND id >= (SELECT first_id FROM shift WHERE id=?)"
    " AND id <= coalesce((SELECT last_id FROM shift WHERE id=?), id) ORDER BY id"
)


def facts_of_shift(
    con: sqlite3.Connection, till: str, epoch: int, shift: int
) -> tuple[Record, ...]:
    """Cash moved, drawers counted and handed over in a shift: not its sales."""
    key = epoch * EPOCH_STEP + shift
    rows = con.execute(SELECT_ROWS + _OF_SHIFT, (key, key))
    records = (record.from_row(till, row) for row in rows)
    return tuple(rec for rec in records if getattr(rec.fact, "shift", None) == shift)
