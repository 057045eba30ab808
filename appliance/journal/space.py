"""Room on the disk: how much is left, and a reserve that lets the open sale be finished."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

RESERVE_BYTES = 4 << 20
"""Enough to finish a basket of some thousand lines, print it and close the shift."""

FLOOR_BYTES = 50_000_000
"""Below this the till starts no new sale; finishing one takes some kilobytes of it."""


def left_bytes(path: Path) -> int:
    """What an ordinary user can still write on the file system of `path`."""
    found = os.statvfs(path if path.exists() else path.parent)
    return found.f_bavail * found.f_frsize


def beside(journal: Path, suffix: str) -> Path:
    return journal.with_name(journal.name + suffix)


_PIECE_BYTES = 4096


class Reserve:
    """A file of real blocks beside the journal, given back when the disk is full."""

    def __init__(self, journal: Path) -> None:
        self.path = beside(journal, ".reserve")

    def make(self) -> bool:
        """Sets it up again where there is ample room; never the last room there is."""
        if self.path.exists():
            return True
        if left_bytes(self.path.parent) < 4 * RESERVE_BYTES:
            return False
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                os.posix_fallocate(fd, 0, RESERVE_BYTES)
            finally:
                os.close(fd)
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> bool:
        """Gives the blocks back; False when there were none."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True


def mark_suspect(journal: Path, why: str) -> None:
    """Leaves word for the next opening that a page was found damaged."""
    with contextlib.suppress(OSError):
        beside(journal, ".suspect").write_text(why + "\n", encoding="utf-8")


def lengthen(fd: int, length: int) -> None:
    """Writes zeros after the end of a file up to a length, as far as there is room.

    In pieces of a page: one large write makes one large folio in the kernel's cache, which then
    counts, and on some file systems is written, whole for every byte that changes in it.
    """
    with contextlib.suppress(OSError):
        size = os.fstat(fd).st_size
        while size < length:
            size += os.pwrite(
                fd, bytes(min(_PIECE_BYTES - size % _PIECE_BYTES, length - size)), size
            )
