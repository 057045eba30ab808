"""The key serial numbers of one reader: each is written down for good before it is used.

A number that came twice would encrypt two cards with one key, so that the file is on the disk
before the number is handed out: a power cut may skip numbers, it never repeats one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from appliance.drivers.cards.owner_file import sync, write_for_owner, write_new
from appliance.malformed import Malformed

Following = Callable[[bytes], bytes | None]
"""The serial number after one, None after the last."""


class CannotSeal(Exception):
    """No card can be encrypted; the sentence says what to do."""


class KsnCounter:
    """One file that holds the number used last. Safe between threads and processes."""

    def __init__(self, path: Path, following: Following) -> None:
        self._path = path
        self._following = following

    @staticmethod
    def begin(path: Path, ksn: bytes) -> None:
        """The file of a key that was never used. Raises FileExistsError for one that was."""
        write_new(path, ksn.hex().upper() + "\n")
        sync(path.parent)

    def take(self) -> bytes:
        """A number that never was and never will be again. Raises CannotSeal."""
        try:
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise CannotSeal("This till has no card key. Load one.") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            return self._taken()
        except OSError as error:
            raise CannotSeal(f"{self._path} cannot be written: {error.strerror}.") from error
        finally:
            os.close(folder)

    def _taken(self) -> bytes:
        if not self._path.exists():
            raise CannotSeal(f"{self._path} is missing. Load a new key into this till.")
        try:
            used = bytes.fromhex(self._path.read_text(encoding="ascii").strip())
            ksn = self._following(used)
        except (ValueError, Malformed) as error:
            raise CannotSeal(f"{self._path} is damaged. Load a new key into this till.") from error
        if ksn is None:
            raise CannotSeal("This till's card key is used up. Load a new one.")
        write_for_owner(self._path, ksn.hex().upper() + "\n")
        return ksn
