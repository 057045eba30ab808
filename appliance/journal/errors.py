"""What can go wrong with a journal, one class per remedy."""

from __future__ import annotations

import errno
import sqlite3


class JournalError(Exception):
    """The base of all; its text names the file, the cause and the way out."""


class JournalLocked(JournalError):
    """Another process has this journal open."""


class StorageFull(JournalError):
    """No room on the disk. Nothing was recorded and nothing was lost."""


class StorageReadOnly(JournalError):
    """The file system or the file does not take writes. Nothing was recorded."""


class StorageFailed(JournalError):
    """The disk failed in the middle of a commit, so nobody knows whether it is on the disk.

    The journal takes nothing more until it is opened again, which tells.
    """


class JournalDamaged(JournalError):
    """The file is not what was written: a bad page, a broken chain. See `recovery`."""


class WrongJournal(JournalError):
    """The file belongs to another till, or to a newer version of the program."""


def storage_error(error: sqlite3.Error | OSError, what: str) -> JournalError:
    """The journal's own error for what SQLite or the system said while doing `what`."""
    text = f"{what}: {error}"
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StorageFull(text)
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return StorageReadOnly(text)
        return StorageFailed(text)
    # Extended codes keep the primary code in their low byte.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(text)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StorageReadOnly(text)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return JournalDamaged(text)
    return StorageFailed(text)
