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


def shift_of_z(con: sqlite3.Connection, z_number: int, epoch: int) -> tuple[int, int] | None:
    """(epoch, shift) of the newest Z report of this number; epoch 0: of any."""
    found = con.execute(
        "SELECT id FROM shift WHERE z_number=:z AND (:epoch = 0 OR id / :step = :epoch)"
        " ORDER BY id DESC LIMIT 1",
        {"z": z_number, "epoch": epoch, "step": EPOCH_STEP},
    ).fetchone()
    return None if found is None else record.place(found[0])


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
