"""The fleet's database by its URL: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

Row = dict[str, Any]

LEFT_OUT = "DO NOTHING"
"""A row whose key is known already changes nothing."""


class Insert(NamedTuple):
    """Rows for a table. conflict: what becomes of one whose key is known already."""

    table: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    conflict: str = LEFT_OUT


class Session(Protocol):
    """What a transaction and a store have in common: questions, with `:name` for parameters."""

    def rows(self, sql: str, **params: Any) -> list[Row]: ...

    def one(self, sql: str, **params: Any) -> Row | None:
        """The first row, None when there is none."""


class Transaction(Session, Protocol):
    """All of it or nothing; ends with the block it was opened for."""

    postgresql: bool

    def run(self, sql: str, **params: Any) -> int:
        """Changes rows; how many."""

    def each(self, sql: str, many: Sequence[Mapping[str, Any]]) -> None:
        """The same change with other values, in one go."""

    def insert(self, *inserts: Insert) -> None:
        """Many rows of one or several tables, as one statement; none may depend on another."""


class Store(ABC):
    """A database that holds a fleet. Any thread may use it.

    postgresql: where the two differ (partitions, notifications), callers ask this.
    """

    postgresql: bool
    Unavailable: tuple[type[Exception], ...]
    """What is raised when the database cannot be reached just now; the same call may succeed later."""
    Unfit: tuple[type[Exception], ...]
    """What is raised for a value that no column can hold."""

    @abstractmethod
    def transaction(self, *, pipelined: bool = False) -> AbstractContextManager[Transaction]:
        """Committed, to the disk, when the block ends; taken back when it raises.

        pipelined: changes travel together where the database is far; then `run` cannot tell how
        many rows it changed, and what is wrong with a change may be raised as late as at the end.
        """

    @abstractmethod
    def rows(self, sql: str, **params: Any) -> list[Row]:
        """Reads what is committed now."""

    def one(self, sql: str, **params: Any) -> Row | None:
        found = self.rows(sql, **params)
        return found[0] if found else None

    @abstractmethod
    def close(self) -> None: ...


def replacing(key: Sequence[str], columns: Sequence[str]) -> str:
    """`conflict` of an insert whose rows take the place of those with their key."""
    changed = ", ".join(f"{it} = excluded.{it}" for it in columns if it not in key)
    return f"({', '.join(key)}) DO UPDATE SET {changed}"


def adding(table: str, key: Sequence[str], sums: Sequence[str], *more: str) -> str:
    """`conflict` of an insert that adds to the sums of the rows with its keys."""
    added = [f"{it} = {table}.{it} + excluded.{it}" for it in sums]
    return f"({', '.join(key)}) DO UPDATE SET {', '.join((*added, *more))}"


def open_store(url: str) -> Store:
    """`sqlite:///fleet.db` (four slashes for an absolute path) or `postgresql://user@host/name`;
    ValueError for another. Neither makes tables: that is `migrations.migrate`."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        from appliance.fleet.store.sqlite import SqliteStore

        return SqliteStore(rest[1:])
    if scheme in ("postgresql", "postgres"):
        from appliance.fleet.store.postgres import PostgresStore

        return PostgresStore(url)
    raise ValueError(f"{scheme}: a fleet's database is sqlite:///file or postgresql://host/name")
