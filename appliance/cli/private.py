"""Files that their owner alone may read: a person's data, badges, codes that are worth money."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TextIO

_ONLY_OWNER = 0o600


def create(path: Path) -> int:
    """A descriptor to write with, of an empty file; one that was there is closed to others first.

    Raises OSError. A device or a pipe (`/dev/stdout`) keeps its mode.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, _ONLY_OWNER)
    try:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fchmod(handle, _ONLY_OWNER)
            os.ftruncate(handle, 0)
    except OSError:
        os.close(handle)
        raise
    return handle


def text(path: Path) -> TextIO:
    """The same for text; lines end as they are written. Raises OSError."""
    return os.fdopen(create(path), "w", encoding="utf-8", newline="")
