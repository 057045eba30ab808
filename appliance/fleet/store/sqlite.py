"""The fleet in one SQLite file: for a shop or a few, with nothing to set up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.fleet.store.database import Insert, Row, Store
from appliance.fleet.store.pool import Pool, StoreBusy

BUSY_WAIT_S = 10.0
"""Writers come one after the other; a collector's transaction takes milliseconds."""


class SqliteStore(Store):
    postgresql = False
    Unavailable: tuple[type[Exception], ...] = (sqlite3.OperationalError, StoreBusy)
    Unfit: tuple[type[Exception], ...] = (
        sqlite3.DataError,
        sqlite3.IntegrityError,
        OverflowError,
    )

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._pool: Pool[sqlite3.Connection] = Pool(self._open, lambda it: not it.in_transaction)

    def _open(self) -> sqlite3.Connection:
        con = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=BUSY_WAIT_S
        )
        con.row_factory = _as_dict
        con.execute("PRAGMA journal_mode=WAL")
        # The ack that follows a commit makes the till believe it: so it must be on the disk.
        con.execute("PRAGMA synchronous=FULL")
        return con

    @contextmanager
    def transaction(self, *, pipelined: bool = False) -> Iterator[SqliteTransaction]:  # noqa: ARG002 - nothing travels
        with self._pool.one() as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteTransaction(con)
                con.execute("COMMIT")
            except BaseException:
                if con.in_transaction:
                    con.execute("ROLLBACK")
                raise

    def rows(self, sql: str, **params: Any) -> list[Row]:
        with self._pool.one() as con:
            return con.execute(sql, params).fetchall()

    def close(self) -> None:
        self._pool.close()


class SqliteTransaction:
    postgresql = False

    def __init__(self, con: sqlite3.Connection) -> None:
        self.connection = con

    def rows(self, sql: str, **params: Any) -> list[Row]:
        return self.connection.execute(sql, params).fetchall()

    def one(self, sql: str, **params: Any) -> Row | None:
        row: Row | None = self.connection.execute(sql, params).fetchone()
        return row

    def run(self, sql: str, **params: Any) -> int:
        return self.connection.execute(sql, params).rowcount

    def each(self, sql: str, many: Sequence[Mapping[str, Any]]) -> None:
        self.connection.executemany(sql, many)

    def insert(self, *inserts: Insert) -> None:
        for table, columns, rows, conflict in inserts:
            if not rows:
                continue
            marks = ", ".join("?" * len(columns))
            sql = _INSERT.format(table, ", ".join(columns), marks, _exact(conflict))
            self.connection.executemany(sql, rows)


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


@lru_cache
def _exact(conflict: str) -> str:
    """SQLite makes a fraction of a sum that no integer holds, and goes on with it. Here it becomes
    NULL, which the column refuses, as PostgreSQL refuses the sum."""
    return _ADDED.sub(r"CASE typeof(\1) WHEN 'integer' THEN \1 END", conflict)


_ADDED = re.compile(r"(\w+\.\w+ \+ excluded\.\w+)")
_INSERT = "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT {}"
