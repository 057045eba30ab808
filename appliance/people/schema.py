"""people.db: the file of persons. The journal knows ids alone; what stands here can be erased."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

FILE = "people.db"
BUSY_MS = 5_000
_ONLY_OWNER = 0o600

TABLES: dict[str, str] = {
    "staff": "id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,"
    " gone INTEGER NOT NULL DEFAULT 0",
    "secret": "staff TEXT NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL, hint TEXT NOT NULL"
    " DEFAULT '', at TEXT NOT NULL, PRIMARY KEY (staff, kind)",
    "customer": "id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, card TEXT NOT NULL,"
    " hint TEXT NOT NULL, groups TEXT NOT NULL, tax_exempt INTEGER NOT NULL,"
    " tax_number TEXT NOT NULL, limit_minor INTEGER NOT NULL, email TEXT NOT NULL,"
    " notes TEXT NOT NULL, birthday TEXT NOT NULL, since TEXT NOT NULL",
}
"""staff: what differs from the settings' list: added, changed, or gone. secret: hashes alone, one
PIN and one badge a person; hint: the last characters of a badge, by which people know it."""
_INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS secret_hash ON secret (hash) WHERE kind = 'badge'",
    "CREATE UNIQUE INDEX IF NOT EXISTS customer_phone ON customer (phone) WHERE phone <> ''",
    "CREATE UNIQUE INDEX IF NOT EXISTS customer_card ON customer (card) WHERE card <> ''",
)


class PeopleDamaged(OSError):
    """The file of persons cannot be read any more; its text says what to do."""


def connect(folder: Path) -> sqlite3.Connection:
    """The file in the data folder, made there with its tables; only its owner may read it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    # Only made, never opened: closing any other descriptor of the file would drop the locks that
    # this process's connections hold, and the next command to close it would delete their log.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _ONLY_OWNER))
    path.chmod(_ONLY_OWNER)
    if os.geteuid() == 0:
        # `till staff` said as root makes a file that the till's own user can read.
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
    con = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        con.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        con.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise PeopleDamaged(
                f"{path} is damaged. Put back the one of a backup: till restore. Without one, move"
                " it away and add the staff's PINs and the customers anew."
            ) from error
        raise
    con.execute("PRAGMA synchronous = FULL")
    # What was erased leaves no trace in freed pages.
    con.execute("PRAGMA secure_delete = ON")
    for name, columns in TABLES.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns}) STRICT")
    for index in _INDEXES:
        con.execute(index)
    return con
