"""Mounted sticks and cards that a backup may go to."""

from __future__ import annotations

import os
from pathlib import Path


def removable_mounts(
    mountinfo: Path = Path("/proc/self/mountinfo"), sys_block: Path = Path("/sys/dev/block")
) -> list[Path]:
    """Mount points, writable by us, of devices that the kernel calls removable or found on USB."""
    found = []
    for line in mountinfo.read_text(encoding="utf-8").splitlines():
        # proc(5): id, parent, major:minor, root, mount point, options, ... with octal escapes.
        fields = line.split(" ")
        device, point = fields[2], fields[4].encode().decode("unicode_escape")
        if _is_removable(sys_block / device) and os.access(point, os.W_OK):
            found.append(Path(point))
    return found


def _is_removable(device: Path) -> bool:
    if not device.exists():
        return False
    real = device.resolve()
    if any(part.startswith("usb") for part in real.parts):
        return True
    # A partition's own folder has no such file, its disk's has.
    flags = [folder / "removable" for folder in (real, real.parent)]
    return any(flag.exists() and flag.read_text().strip() == "1" for flag in flags)
