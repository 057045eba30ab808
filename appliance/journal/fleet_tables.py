"""Every command of the fleet by its id, so that the same one again gets its answer and no second
deed; `core.state` holds only those in hand."""

from __future__ import annotations

import sqlite3

from appliance.core import facts as f
from appliance.core.state import State
from appliance.journal.record import SELECT_ROWS, Record, from_row

TABLES: dict[str, str] = {
    "fleet_command": "id TEXT PRIMARY KEY, type TEXT NOT NULL, first_id INTEGER NOT NULL,"
    " \"end\" TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT ''",
}
WITHOUT_ROWID = set(TABLES)

_RECEIVED = f"{SELECT_ROWS} WHERE id = (SELECT first_id FROM fleet_command WHERE id = ?)"  # noqa: S608 - constants

FACTS = (f.FleetCommandReceived, f.FleetCommandEnded)


def apply(con: sqlite3.Connection, record: Record, _before: State, _after: State) -> None:
    match record.fact:
        case f.FleetCommandReceived(id=id_, type=kind):
            con.execute(
                "INSERT OR IGNORE INTO fleet_command (id, type, first_id) VALUES (?, ?, ?)",
                (id_, kind, record.id),
            )
        case f.FleetCommandEnded(id=id_, end=end, answer=answer):
            con.execute(
                'UPDATE fleet_command SET "end" = ?, answer = ? WHERE id = ?',
                (end.value, answer, id_),
            )


def received(con: sqlite3.Connection, till: str, id_: str) -> Record | None:
    """The record with which a command came."""
    row = con.execute(_RECEIVED, (id_,)).fetchone()
    return None if row is None else from_row(till, row)


def answer_of(con: sqlite3.Connection, id_: str) -> tuple[str, str] | None:
    """How a command ended, "" while it has not, and its answer; None when it never came."""
    row = con.execute('SELECT "end", answer FROM fleet_command WHERE id = ?', (id_,)).fetchone()
    return None if row is None else (row[0], row[1])
