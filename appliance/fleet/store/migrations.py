"""The schema, forward by version number: what a new program finds is brought up to what it needs.

A version that was ever released never changes; a change is another one at the end. A statement is
for both databases: {blob}, {identity} and {by_month} stand for what they call differently.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from appliance.fleet.store import (
    partitions,
    tables_alerts,
    tables_desk,
    tables_drafts,
    tables_ledger,
    tables_people,
    tables_sales,
    tables_updates,
)
from appliance.fleet.store.database import Session, Store

Version = Sequence[str]

VERSIONS: tuple[Version, ...] = (
    (
        *tables_ledger.TABLES,
        *tables_sales.TABLES,
        *tables_desk.TABLES,
        *tables_people.TABLES,
    ),
    tables_alerts.TABLES,
    tables_drafts.TABLES,
    tables_updates.TABLES,
)
"""The first is version 1."""

_POSTGRES = {
    "blob": "BYTEA",
    "identity": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "by_month": "PARTITION BY RANGE (at_ms)",
}
_SQLITE = {"blob": "BLOB", "identity": "INTEGER PRIMARY KEY", "by_month": ""}

_FIRST = (
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, at_ms BIGINT NOT NULL)"
)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(741852963)"


class NewerSchema(Exception):
    """A newer program has been here; this one would not understand what it left."""


def migrate(store: Store, now_ms: int | None = None) -> int:
    """Brings the schema up to the newest version, whole or not at all; how many versions that took."""
    now = int(time.time() * 1000) if now_ms is None else now_ms
    with store.transaction() as tx:
        if store.postgresql:
            tx.rows(_ONE_AT_A_TIME)
        tx.run(_FIRST)
        found = current(tx)
        if found > len(VERSIONS):
            raise NewerSchema(
                f"the database has version {found} of the schema, this program knows {len(VERSIONS)}"
            )
        for version in range(found + 1, len(VERSIONS) + 1):
            for statement in _statements(version, postgresql=store.postgresql):
                tx.run(statement)
            tx.run("INSERT INTO schema_version VALUES (:version, :now)", version=version, now=now)
        if store.postgresql and not found:
            # Later ones are the housekeeping's: what a wild clock sent there must be moved first.
            for statement in partitions.first(now):
                tx.run(statement)
    return len(VERSIONS) - found


def current(session: Session) -> int:
    """The schema's version, 0 for none."""
    row = session.one("SELECT max(version) AS version FROM schema_version")
    return row["version"] or 0 if row else 0


def _statements(version: int, *, postgresql: bool) -> Iterator[str]:
    words = _POSTGRES if postgresql else _SQLITE
    for statement in VERSIONS[version - 1]:
        yield statement.format_map(words)
    if postgresql and version == 1:
        for table in partitions.TABLES:
            yield f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT"
