"""Facts as the till journals them, read from its file without asking the till.

Read-only and patient: the file may not be there yet, or its till may just have lost its power.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.journal.record import place, unpack
from appliance.journal.schema import connect_reader

POLL_S = 0.1
ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in its record. body: as journalled."""

    epoch: int
    seq: int
    type: str
    at_ms: int
    body: dict[str, Any]


OnFact = Callable[[Told], None]


class JournalFollow:
    """Calls on_fact on its own thread with each fact from now on, in order."""

    def __init__(self, path: Path, on_fact: OnFact) -> None:
        self._path = path
        self._on_fact = on_fact
        self._last: int | None = None
        self._con: sqlite3.Connection | None = None
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-follow", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        """Something happened at the till: look now."""
        self._wake.set()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._look()
            except (sqlite3.Error, zlib.error, ValueError):
                self._forget()
            self._wake.wait(POLL_S)
            self._wake.clear()
        self._forget()

    def _look(self) -> None:
        if self._con is None:
            if not self._path.is_file():
                return
            self._con = connect_reader(self._path)
        if self._last is None:
            self._last = self._con.execute("SELECT coalesce(max(id), 0) FROM fact").fetchone()[0]
        rows = self._con.execute(
            "SELECT id, type, at_ms, body FROM fact WHERE id > ? ORDER BY id LIMIT ?",
            (self._last, ROWS_MAX),
        ).fetchall()
        for row_id, kind, at_ms, body in rows:
            self._last = row_id
            epoch, seq = place(row_id)
            self._on_fact(Told(epoch, seq, kind, at_ms, json.loads(unpack(body))))

    def _forget(self) -> None:
        con, self._con = self._con, None
        if con is not None:
            con.close()
