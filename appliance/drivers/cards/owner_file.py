"""A file that its owner alone may read, there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

ONLY_OWNER = 0o600


def write_for_owner(path: Path, text: str) -> None:
    """Raises OSError; what stood there before stays then."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    write_new(part, text)
    part.replace(path)
    sync(path.parent)


def write_new(path: Path, text: str) -> None:
    """Raises FileExistsError where there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """A name in a folder is on the disk only after this."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
