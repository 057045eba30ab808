"""One owner per journal: a lock file beside it that holds the owner's process number."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from appliance.journal.errors import JournalLocked, storage_error


class FileLock:
    """Taken when made; the system lets go of it when the process ends, however it ends."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + ".lock")
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise storage_error(error, f"locking {journal}") from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(self._fd, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise JournalLocked(
                f"{journal} is open in another process (number {owner}); "
                "stop that one first: two writers would break the chain"
            ) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Closes the file and leaves it there: removing it would let two owners in."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
