"""What left for the host and how it ended, durable: a reversal waits here until it is confirmed.

A financial message is written down before it leaves. One that has no answer is never sent again:
it becomes a reversal, in this process or the next, and stays one until the host says it knows.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.core.payment_answer import Totals

_STAN_MAX = 999_999
_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    intent TEXT PRIMARY KEY,
    stan INTEGER NOT NULL,
    at TEXT NOT NULL,
    code TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    approved_minor INTEGER NOT NULL DEFAULT 0,
    rrn TEXT NOT NULL DEFAULT '',
    reversals_sent INTEGER NOT NULL DEFAULT 0,
    batch INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""


class State(StrEnum):
    SENT = "sent"
    APPROVED = "approved"
    DECLINED = "declined"
    REVERSING = "reversing"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One financial message. at: MMDDhhmmss; with the STAN and the terminal its identity."""

    intent: str
    stan: str
    at: str
    code: str
    amount_minor: int
    currency: str
    state: State
    approved_minor: int
    rrn: str
    reversals_sent: int


_ENTRY = (
    "SELECT intent, stan, at, code, amount_minor, currency, state, approved_minor, rrn,"
    " reversals_sent FROM message"
)


class Ledger:
    """One file, used by one port; each verb is one durable transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._con = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._con.execute("PRAGMA journal_mode=WAL").fetchone()
        self._con.execute("PRAGMA synchronous=FULL")
        self._con.executescript(_SCHEMA)

    def reverse_what_was_cut_off(self) -> None:
        """What an earlier process sent and did not see the end of. Only by the till that sends: a
        look at the ledger takes nothing back."""
        with self._writing():
            self._con.execute(
                "UPDATE message SET state = ? WHERE state = ?", (State.REVERSING, State.SENT)
            )

    def close(self) -> None:
        with self._lock:
            self._con.close()

    def begin(self, intent: str, code: str, amount_minor: int, currency: str, at: str) -> Entry:
        """Right before it leaves: the message with a STAN of its own."""
        with self._writing():
            stan = self._next("stan") % _STAN_MAX + 1
            self._con.execute(
                "INSERT INTO message (intent, stan, at, code, amount_minor, currency, state, batch)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (intent, stan, at, code, amount_minor, currency, State.SENT, self._batch()),
            )
        entry = self.of(intent)
        assert entry is not None
        return entry

    def forget(self, intent: str) -> None:
        """It did not leave after all."""
        with self._writing():
            self._con.execute(
                "DELETE FROM message WHERE intent = ? AND state = ?", (intent, State.SENT)
            )

    def approved(self, intent: str, amount_minor: int, rrn: str) -> None:
        """Unless it is being reversed: a late answer changes nothing."""
        with self._writing():
            self._con.execute(
                "UPDATE message SET state = ?, approved_minor = ?, rrn = ?"
                " WHERE intent = ? AND state = ?",
                (State.APPROVED, amount_minor, rrn, intent, State.SENT),
            )

    def declined(self, intent: str) -> None:
        self._turn(intent, State.SENT, State.DECLINED)

    def reverse(self, intent: str) -> None:
        """No answer: to be taken back until the host confirms."""
        self._turn(intent, State.SENT, State.REVERSING)

    def reversal_leaves(self, intent: str) -> None:
        with self._writing():
            self._con.execute(
                "UPDATE message SET reversals_sent = reversals_sent + 1 WHERE intent = ?", (intent,)
            )

    def reversed(self, intent: str) -> None:
        self._turn(intent, State.REVERSING, State.REVERSED)

    def of(self, intent: str) -> Entry | None:
        return next(iter(self._entries("WHERE intent = ?", intent)), None)

    def reversing(self) -> list[Entry]:
        """What waits to be taken back, the oldest first."""
        return self._entries("WHERE state = ? ORDER BY rowid", State.REVERSING)

    def stan(self) -> str:
        """For a message that moves no money."""
        with self._writing():
            return f"{self._next('stan') % _STAN_MAX + 1:06d}"

    def sums(self, refund: str) -> Totals:
        """This batch as the till knows it. refund: the processing code of one."""
        with self._lock:
            rows = self._con.execute(
                "SELECT code = ?, count(*), coalesce(sum(approved_minor), 0) FROM message"
                " WHERE state = ? AND batch = ? GROUP BY 1",
                (refund, State.APPROVED, self._batch()),
            ).fetchall()
        found = {bool(is_refund): (count, minor) for is_refund, count, minor in rows}
        return Totals(*found.get(False, (0, 0)), *found.get(True, (0, 0)))

    def close_batch(self) -> None:
        with self._writing():
            self._next("batch")

    def _turn(self, intent: str, before: State, after: State) -> None:
        with self._writing():
            self._con.execute(
                "UPDATE message SET state = ? WHERE intent = ? AND state = ?",
                (after, intent, before),
            )

    def _entries(self, where: str, value: str) -> list[Entry]:
        with self._lock:
            rows = self._con.execute(f"{_ENTRY} {where}", (value,)).fetchall()
        return [
            Entry(
                intent, f"{stan:06d}", at, code, minor, currency, State(state), approved, rrn, out
            )
            for intent, stan, at, code, minor, currency, state, approved, rrn, out in rows
        ]

    def _batch(self) -> int:
        row = self._con.execute("SELECT value FROM counter WHERE name = 'batch'").fetchone()
        return int(row[0]) if row else 0

    def _next(self, name: str) -> int:
        """The counter before it goes on."""
        row = self._con.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            " RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0]) - 1

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            self._con.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._con.execute("ROLLBACK")
                raise
            self._con.execute("COMMIT")
