"""Single questions that the running till asks of its own projections, each a few microseconds."""

from __future__ import annotations

import sqlite3

from appliance.journal import record
from appliance.journal.record import SELECT_ROWS, Record


def closing_of(con: sqlite3.Connection, till: str, key: int | None) -> Record | None:
    """The record that closed the shift of this row."""
    found = con.execute("SELECT last_id FROM shift WHERE id=?", (key,)).fetchone()
    if found is None or found[0] is None:
        return None
    row = con.execute(SELECT_ROWS + " WHERE id=?", found).fetchone()
    return record.from_row(till, row) if row else None
