"""A copy of the whole database while it is in use, and the way back from it.

After coming back from an older copy the cursors are as old as it is. Every till is told so at its next
hello or batch, and sends again what came since: it keeps what was acknowledged for months.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from appliance.fleet.store.database import Store
from appliance.fleet.store.postgres import PostgresStore
from appliance.fleet.store.sqlite import SqliteStore

_PAGES = 1000
"""Copied at a time: a collector's commit goes between."""


class BackupFailed(Exception):
    """The text says why, for people; nothing was changed."""


def backup(store: Store, target: Path) -> None:
    """target: a file; one of that name is replaced when the copy is whole."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    # For its owner alone from the first byte: people's passwords and second factors are in it.
    part.touch(0o600)
    match store:
        case SqliteStore():
            with closing(sqlite3.connect(store.path)) as con, closing(sqlite3.connect(part)) as to:
                con.backup(to, pages=_PAGES)
        case PostgresStore():
            command = ("--format=custom", f"--schema={_schema(store)}", f"--file={part}")
            _run("pg_dump", *command, f"--dbname={store.url}")
    part.replace(target)


def restore(store: Store, source: Path) -> None:
    """Whole or not at all. No collector and no console may be running on a SQLite file meanwhile."""
    match store:
        case SqliteStore():
            with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as con:
                _proven(con, source)
                with closing(sqlite3.connect(store.path)) as to:
                    con.backup(to)
        case PostgresStore():
            _restore(store, source)


def _proven(con: sqlite3.Connection, source: Path) -> None:
    try:
        con.execute("SELECT max(version) FROM schema_version").fetchone()
        sound = con.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{source} is no copy of a fleet: {error}") from None
    if not sound:
        raise BackupFailed(f"{source} is damaged")


def _restore(store: PostgresStore, source: Path) -> None:
    """As one transaction, the old tables' end included: who asks meanwhile waits or sees the old."""
    first = f'DROP SCHEMA "{_schema(store)}" CASCADE;\n'
    read = [_program("pg_restore"), "--no-owner", "--file=-", str(source)]
    write = [_program("psql"), "--single-transaction", "--quiet", "--set=ON_ERROR_STOP=1"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=said) as reading,
        subprocess.Popen(
            [*write, f"--dbname={store.url}"], stdin=subprocess.PIPE, stdout=said, stderr=said
        ) as writing,
    ):
        assert reading.stdout is not None
        assert writing.stdin is not None
        with suppress(BrokenPipeError), writing.stdin as into:
            into.write(first.encode())
            shutil.copyfileobj(reading.stdout, into)
            if reading.wait():
                into.write(_GIVE_UP)
        writing.wait()
        if reading.returncode or writing.returncode:
            said.seek(0)
            raise BackupFailed(f"{source}: {said.read().decode(errors='replace').strip()[-500:]}")


def _schema(store: PostgresStore) -> str:
    """Tenants may share a database, each in a schema of its own."""
    row = store.one("SELECT current_schema() AS name")
    assert row is not None, "a database without the fleet's schema"
    return str(row["name"])


_GIVE_UP = b"\nSELECT 1 / 0;\n"
"""A copy that ends in the middle must not be committed."""


def _run(program: str, *arguments: str) -> None:
    command = [_program(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    """One of PostgreSQL's, of the server's version or a newer one."""
    path = shutil.which(name)
    if path is None:
        raise BackupFailed(f"{name} is not installed: apt install postgresql-client")
    return path
