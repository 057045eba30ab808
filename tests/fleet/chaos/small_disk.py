"""A real file system of a bounded size, which can be filled to its last byte and emptied again."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

FILLER = "filler"


class SmallDisk:
    """Mounted at the folder by whoever may mount. mounted: False for others, whose folder then is an
    ordinary one."""

    def __init__(self, folder: Path, size_mb: int, owner: str = "") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        libc = ctypes.CDLL(None, use_errno=True)
        size = f"size={size_mb}m".encode()
        self.mounted = libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, size) == 0
        if owner and os.getuid() == 0:
            shutil.chown(folder, owner)

    def fill(self) -> bool:
        """Takes all the room there is; False where it has no bounds."""
        if not self.mounted:
            return False
        with (self.folder / FILLER).open("wb", buffering=0) as filler:
            for size in (1 << 20, 1 << 12):
                with suppress(OSError):
                    while True:
                        filler.write(bytes(size))
        return True

    def empty(self) -> None:
        (self.folder / FILLER).unlink(missing_ok=True)

    def close(self, kept: Path | None = None) -> None:
        """kept: where what lay on it is copied to."""
        if not self.mounted:
            return
        if kept is not None:
            shutil.copytree(self.folder, kept)
        subprocess.run(["umount", "-l", str(self.folder)], check=False)
