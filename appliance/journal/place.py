"""A journal whose file was deleted or replaced under a running till: noticed before the next write,
and saved from what the process still holds open."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from appliance.journal import swap
from appliance.journal.space import beside


class Place:
    """Where the journal's file and its log were when they were opened."""

    def __init__(self, path: Path, wal_fd: int) -> None:
        self._path = path
        self._wal_fd = wal_fd
        self._file = self._now()

    def _now(self) -> tuple[int, int] | None:
        # By name: a second descriptor of the file, once closed, would drop SQLite's own locks.
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def stands(self) -> bool:
        """A few microseconds. False: what is written now would be gone with the process."""
        return self._now() == self._file and os.fstat(self._wal_fd).st_nlink > 0

    def save(self, con: sqlite3.Connection) -> Path | None:
        """Writes everything this connection still sees to where the next opening looks, or beside
        it when another file stands there. None when that failed too."""
        with contextlib.suppress(sqlite3.Error, OSError):
            if self._now() == self._file:
                # The log alone is gone: its name, not its pages.
                con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                return self._path
            part = beside(self._path, ".rescue-part")
            part.unlink(missing_ok=True)
            copy = sqlite3.connect(part)
            try:
                con.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE").fetchone()
            finally:
                copy.close()
            final = beside(self._path, ".rescued") if self._path.exists() else self._path
            if final == self._path:
                for log in (beside(self._path, "-wal"), beside(self._path, "-shm")):
                    log.unlink(missing_ok=True)
            swap.fsync(part)
            part.rename(final)
            swap.fsync(final.parent)
            return final
        return None
