"""The fleet in PostgreSQL, 14 or newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8BinaryDumper

from appliance.fleet.store.arrays import Array, ArrayDumper, array
from appliance.fleet.store.database import Insert, Row, Store
from appliance.fleet.store.pool import Pool, StoreBusy
from appliance.fleet.store.statement import for_psycopg

CONNECT_WAIT_S = 5
LOCK_WAIT_MS = 20_000
"""Whoever holds a row for longer than this has stopped; its batch comes again."""

Connection = psycopg.Connection[Row]


class PostgresStore(Store):
    postgresql = True
    Unavailable: tuple[type[Exception], ...] = (
        psycopg.OperationalError,
        psycopg.InterfaceError,
        StoreBusy,
    )
    Unfit: tuple[type[Exception], ...] = (psycopg.DataError, OverflowError)

    def __init__(self, url: str) -> None:
        self.url = url
        self._types: dict[str, dict[str, str]] = {}
        self._pool: Pool[Connection] = Pool(self.connect, _whole)

    def connect(self) -> Connection:
        """A connection of its own, committing by itself, as for notifications."""
        con = psycopg.connect(
            self.url, autocommit=True, connect_timeout=CONNECT_WAIT_S, row_factory=dict_row
        )
        # One type for all whole numbers, whatever their size: a statement is planned once.
        con.adapters.register_dumper(int, Int8BinaryDumper)
        con.adapters.register_dumper(Array, ArrayDumper)
        con.execute(f"SET lock_timeout = {LOCK_WAIT_MS}")
        return con

    @contextmanager
    def transaction(self, *, pipelined: bool = False) -> Iterator[PostgresTransaction]:
        with (
            self._pool.one() as con,
            con.pipeline() if pipelined else nullcontext(),
            con.transaction(),
        ):
            yield PostgresTransaction(con, self._types)

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """Once more where only the connection was stale: the server was started anew since."""
        try:
            return self._rows(sql, params)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            return self._rows(sql, params)

    def _rows(self, sql: str, params: dict[str, Any]) -> list[Row]:
        with self._pool.one() as con:
            return con.execute(for_psycopg(sql), params).fetchall()

    def close(self) -> None:
        self._pool.close()


def _whole(con: Connection) -> bool:
    idle: bool = con.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    return idle and not con.broken


class PostgresTransaction:
    postgresql = True

    def __init__(self, con: Connection, types: dict[str, dict[str, str]]) -> None:
        self.connection = con
        self._types = types

    def rows(self, sql: str, **params: Any) -> list[Row]:
        return self.connection.execute(for_psycopg(sql), params).fetchall()

    def one(self, sql: str, **params: Any) -> Row | None:
        return self.connection.execute(for_psycopg(sql), params).fetchone()

    def run(self, sql: str, **params: Any) -> int:
        return self.connection.execute(for_psycopg(sql), params).rowcount

    def each(self, sql: str, many: Sequence[Mapping[str, Any]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(for_psycopg(sql), many)

    def insert(self, *inserts: Insert) -> None:
        """As one array for each column: a tenth of the parameters' work, and one plan for any number
        of rows."""
        parts: list[str] = []
        arrays: list[Array] = []
        for table, columns, rows, conflict in inserts:
            if rows:
                types = self._types_of(table)
                kinds = [types[it] for it in columns]
                marks = ", ".join(f"%b::{it}[]" for it in kinds)
                parts.append(_INSERT.format(table, ", ".join(columns), marks, conflict))
                arrays += map(array, kinds, zip(*rows, strict=True))
        if len(parts) > 1:
            together = ", ".join(f"part_{it} AS ({part})" for it, part in enumerate(parts))
            self.connection.execute(f"WITH {together} SELECT 1", arrays)
        elif parts:
            self.connection.execute(parts[0], arrays)

    def _types_of(self, table: str) -> dict[str, str]:
        if table not in self._types:
            found = self.rows(_TYPES, table=table)
            self._types[table] = {row["name"]: row["type"] for row in found}
        return self._types[table]


_INSERT = "INSERT INTO {} ({}) SELECT * FROM unnest({}) ON CONFLICT {}"
_TYPES = (
    "SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute"
    " WHERE attrelid = to_regclass(:table) AND attnum > 0 AND NOT attisdropped"
)
