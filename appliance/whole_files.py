"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

ONLY_OWNER = 0o600
EVERYBODY = 0o644


Owner = tuple[int, int]
"""A user's number and a group's."""


def write(path: Path, content: bytes, mode: int = EVERYBODY, owner: Owner | None = None) -> None:
    """In place of what stood there: after a power cut it is the old file or the new one. mode: exactly,
    whatever the program's umask is, since others are meant to read what the till writes. owner: whose
    it is before it has its name, so that nobody can put another in its place meanwhile."""
    part = _written(path, content, mode, owner)
    try:
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def create(path: Path, content: bytes, mode: int = ONLY_OWNER) -> bool:
    """The first of its name: False where one stands already, which stays as it is."""
    part = _written(path, content, mode)
    try:
        os.link(part, path)
        _sync(path.parent)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def left_of(path: Path) -> list[Path]:
    """What stands beside it where the power went, or the program was killed, while it was written."""
    return sorted(path.parent.glob(f".{path.name}.*.part"))


def sweep(path: Path) -> None:
    """Takes that away; for the one program that writes the file, before it does. Raises OSError."""
    for part in left_of(path):
        part.unlink(missing_ok=True)


def _written(path: Path, content: bytes, mode: int, owner: Owner | None = None) -> Path:
    """A file beside it, whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode & ONLY_OWNER)
    try:
        with os.fdopen(handle, "wb") as file:
            with suppress(PermissionError):  # FAT has no modes
                os.fchmod(handle, mode)
            if owner is not None:
                os.fchown(handle, *owner)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
