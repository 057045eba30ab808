"""What became of each question to a terminal, and of each terminal's day, for lists and papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from appliance.core.intents import IntentState, PastIntent
from appliance.journal import record
from appliance.journal.intent_tables import read

LISTED_MAX = 10_000
"""Rows that one answer holds at most."""


@dataclass(frozen=True, slots=True)
class TerminalDay:
    """What a terminal said, or was accepted, and what the journal had then; count and amount are net
    of refunds. accepted_by "": nobody signed it."""

    shift: int
    port: str
    told: bool
    closed: bool
    said_count: int
    said_minor: int
    ours_count: int
    ours_minor: int
    accepted_by: str = ""
    reason: str = ""

    @property
    def difference_minor(self) -> int:
        return self.said_minor - self.ours_minor


def intents(
    con: sqlite3.Connection,
    *,
    states: Collection[IntentState] = (),
    port: str = "",
    limit: int = LISTED_MAX,
) -> tuple[PastIntent, ...]:
    """Newest first; states (): of every state, port "": of every terminal."""
    marks = ",".join("?" * len(states)) or "NULL"
    rows = con.execute(
        f"{_INTENT} WHERE (? = 0 OR i.state IN ({marks})) AND (? = '' OR i.port = ?)"
        " ORDER BY i.sale DESC, i.tender DESC LIMIT ?",
        (len(states), *(it.value for it in states), port, port, min(limit, LISTED_MAX)),
    )
    return tuple(_past(*row) for row in rows)


def of_sale(con: sqlite3.Connection, key: int) -> tuple[PastIntent, ...]:
    """Of a sale's row, in the order in which they were asked."""
    rows = con.execute(f"{_INTENT} WHERE i.sale = ? ORDER BY i.tender", (key,))
    return tuple(_past(*row) for row in rows)


def days(con: sqlite3.Connection, shift: int) -> tuple[TerminalDay, ...]:
    """By terminal the last word of a shift, the signature where somebody signed."""
    rows = con.execute(
        "SELECT * FROM terminal_day WHERE id IN (SELECT max(id) FROM terminal_day WHERE shift=?"
        " GROUP BY port) ORDER BY port",
        (shift,),
    )
    return tuple(TerminalDay(*row[1:3], *map(bool, row[3:5]), *row[5:]) for row in rows.fetchall())


_INTENT = (
    "SELECT i.sale, i.at_ms, i.offset_min, i.cashier, s.receipt, i.intent FROM intent i"
    " LEFT JOIN sale s ON s.id = i.sale"
)


def _past(
    sale: int, at_ms: int, offset_min: int, cashier: str, receipt: int | None, text: str
) -> PastIntent:
    epoch, _ = record.place(sale)
    return PastIntent(epoch, record.moment(at_ms, offset_min), cashier, receipt, read(text))
