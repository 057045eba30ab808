"""Rows by the numbers that facts use."""

from __future__ import annotations

import sqlite3

from appliance.journal.record import EPOCH_STEP


def sale_key(con: sqlite3.Connection, epoch: int, sale: int) -> int:
    """The row of a sale, which may have been started before a restore, in an earlier epoch."""
    for started_in in range(epoch, 1, -1):
        key = started_in * EPOCH_STEP + sale
        if con.execute("SELECT 1 FROM sale WHERE id=?", (key,)).fetchone():
            return key
    return EPOCH_STEP + sale
