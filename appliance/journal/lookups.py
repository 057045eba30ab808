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
