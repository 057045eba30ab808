"""The file's tables and how a connection to it is set up."""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = 1
PAGE_BYTES = 512
"""Small: a draft of one line writes one or two pages to the log, and a record is some 170 bytes."""

BUSY_MS = 5_000
"""Another program's lock, such as a technician's own SQLite's: only one till ever writes."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE epoch (
    epoch INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, reason TEXT NOT NULL,
    joined_seq INTEGER NOT NULL, joined_hash BLOB NOT NULL
);
CREATE TABLE fact (
    id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, offset_min INTEGER NOT NULL,
    actor TEXT NOT NULL, cause TEXT NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL,
    body BLOB NOT NULL, hash BLOB NOT NULL
);
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY, schema TEXT NOT NULL, hash BLOB NOT NULL,
    digest BLOB NOT NULL, state BLOB NOT NULL
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """The writer's connection: WAL, no checkpoint by itself, transactions by hand."""
    con = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
    )
    try:
        con.execute(f"PRAGMA page_size={PAGE_BYTES}")
        con.execute("PRAGMA journal_mode=WAL")
        con.execute("PRAGMA wal_autocheckpoint=0")
        con.execute("PRAGMA synchronous=FULL")
        con.execute("PRAGMA cache_size=-8192")
        # A rolled-back or restarted WAL keeps its blocks: writing over them is the faster fsync.
        con.execute("PRAGMA journal_size_limit=-1")
    except BaseException:
        con.close()
        raise
    return con


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection for reports and checks in any process; it cannot write."""
    con = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
    )
    con.execute("PRAGMA query_only=1")
    con.execute("PRAGMA cache_size=-8192")
    return con


def meta(con: sqlite3.Connection, key: str) -> str | int | bytes | None:
    row = con.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
    value: str | int | bytes | None = row[0] if row else None
    return value


def set_meta(con: sqlite3.Connection, key: str, value: str | int | bytes) -> None:
    con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def till_of(con: sqlite3.Connection) -> str:
    return str(meta(con, "till"))
