"""What the other tills of the shop have said: cells, each of one till, by kind and key.

A cell is written by its till alone, and its version only rises, so that nothing has to be merged:
the newest of each till holds. Sums over tills (stock), lists over tills (suspended baskets) and the
newest over tills (a customer, the catalogue) are made when somebody asks.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

log = logging.getLogger(__name__)

FILE = "shop.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cell (
    till TEXT, kind TEXT, key TEXT, version INTEGER NOT NULL, value TEXT,
    PRIMARY KEY (kind, key, till)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cell_of_till ON cell (till, version);
CREATE TABLE IF NOT EXISTS upto (till TEXT PRIMARY KEY, version INTEGER NOT NULL, at_ms INTEGER NOT NULL);
"""


def as_text(value: Any) -> str:
    """As it is kept: the same for the same value, so that it can be compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """value None: it is gone, and the version says since when."""

    kind: str
    key: str
    version: int
    value: Any


class Replica:
    """Any thread may use it; each verb is one transaction. own: this till's name."""

    def __init__(self, folder: Path, own: str) -> None:
        self.own = own
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._con = self._opened()
        # A sale that asks for a sum does not wait for pages that come in.
        self._sums = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._sums_lock = threading.Lock()

    def _opened(self) -> sqlite3.Connection:
        """A file that is damaged is made anew: what is lost here the others tell again."""
        try:
            return _open(self._path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            log.warning("what the shop's other tills said is asked for again: %s", error)
            for tail in ("", "-wal", "-shm"):
                Path(f"{self._path}{tail}").unlink(missing_ok=True)
            return _open(self._path)

    def mend(self) -> None:
        """After an error of the file: looked at whole, and made anew where it is damaged."""
        with self._lock, self._sums_lock:
            self._con.close()
            self._sums.close()
            self._con = self._opened()
            self._sums = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)

    def close(self) -> None:
        with self._lock, self._sums_lock:
            self._sums.close()
            self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def upto(self, till: str) -> int:
        """The last version known of a till, 0 for none: everything up to it is here."""
        with self._lock:
            row = self._con.execute("SELECT version FROM upto WHERE till=?", (till,)).fetchone()
        return row[0] if row else 0

    def top(self) -> int:
        """The highest version known of any till."""
        with self._lock:
            row = self._con.execute("SELECT max(version) FROM upto").fetchone()
        return row[0] or 0

    def heard(self) -> dict[str, int]:
        """When each till said something last, in milliseconds of this one's clock."""
        with self._lock:
            return dict(self._con.execute("SELECT till, at_ms FROM upto").fetchall())

    def put(self, till: str, cells: Iterable[Cell], upto: int, at_ms: int) -> None:
        """A till's newest; what is older than what is known stays out."""
        rows = [
            (till, it.kind, it.key, it.version, None if it.value is None else as_text(it.value))
            for it in cells
        ]
        with self._lock:
            self._con.execute("BEGIN IMMEDIATE")
            try:
                self._con.executemany(
                    "INSERT INTO cell VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, key, till)"
                    " DO UPDATE SET version = excluded.version, value = excluded.value"
                    " WHERE excluded.version > version",
                    rows,
                )
                self._con.execute(
                    "INSERT INTO upto VALUES (?, ?, ?) ON CONFLICT (till) DO UPDATE"
                    " SET version = max(version, excluded.version), at_ms = excluded.at_ms",
                    (till, upto, at_ms),
                )
                self._con.execute("COMMIT")
            except BaseException:
                self._con.execute("ROLLBACK")
                raise

    def since(self, till: str, version: int, limit: int) -> list[Cell]:
        """What of a till is newer than a version, in order."""
        with self._lock:
            rows = self._con.execute(
                "SELECT kind, key, version, value FROM cell WHERE till=? AND version>?"
                " ORDER BY version, kind, key LIMIT ?",
                (till, version, limit),
            ).fetchall()
        return [_cell(row) for row in rows]

    def of(self, kind: str, key: str) -> dict[str, Cell]:
        """By till, of all tills, this one too."""
        with self._lock:
            rows = self._con.execute(
                "SELECT till, kind, key, version, value FROM cell WHERE kind=? AND key=?",
                (kind, key),
            ).fetchall()
        return {row[0]: _cell(row[1:]) for row in rows}

    def others(self, kind: str) -> list[tuple[str, Cell]]:
        """What other tills have of a kind, but what is gone."""
        with self._lock:
            rows = self._con.execute(
                "SELECT till, kind, key, version, value FROM cell WHERE kind=? AND till<>?"
                " AND value IS NOT NULL ORDER BY till, key",
                (kind, self.own),
            ).fetchall()
        return [(row[0], _cell(row[1:])) for row in rows]

    def newest(self, kind: str) -> dict[str, str | None]:
        """By key, the JSON that holds of what all tills have said; None for what is gone."""
        with self._lock:
            rows = self._con.execute(
                "SELECT key, value FROM cell WHERE kind=? ORDER BY key, version, till", (kind,)
            ).fetchall()
        return dict(rows)

    def all_of(self, till: str, kind: str) -> list[Cell]:
        """What one till has said of a kind, with what is gone."""
        with self._lock:
            rows = self._con.execute(
                "SELECT kind, key, version, value FROM cell WHERE kind=? AND till=?", (kind, till)
            ).fetchall()
        return [_cell(row) for row in rows]

    def sum_of_others(self, kind: str, key: str) -> int | None:
        """Of whole numbers that other tills have; None when none has any, or the file cannot be read:
        no sale ends over it."""
        try:
            with self._sums_lock:
                row = self._sums.execute(
                    "SELECT sum(CAST(value AS INTEGER)) FROM cell WHERE kind=? AND key=? AND till<>?"
                    " AND value IS NOT NULL",
                    (kind, key, self.own),
                ).fetchone()
        except sqlite3.Error as error:
            log.warning("the other tills' stock cannot be read: %s", error)
            return None
        total: int | None = row[0]
        return total


def _open(path: Path) -> sqlite3.Connection:
    con = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        con.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        con.executescript(_SCHEMA)
        sound = con.execute("PRAGMA quick_check(1)").fetchone()[0]
    except BaseException:
        con.close()
        raise
    if sound != "ok":
        con.close()
        raise sqlite3.DatabaseError(sound)
    return con


def _cell(row: tuple[Any, ...]) -> Cell:
    kind, key, version, value = row
    return Cell(kind, key, version, None if value is None else json.loads(value))


def stock_of_others(folder: Path, own: str) -> dict[str, int]:
    """By item, from whatever process; nothing where a till is alone."""
    path = folder / FILE
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as con:
        rows = con.execute(
            "SELECT key, sum(CAST(value AS INTEGER)) FROM cell WHERE kind='stock' AND till<>?"
            " AND value IS NOT NULL GROUP BY key",
            (own,),
        )
        return dict(rows.fetchall())
