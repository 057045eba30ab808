"""The memory card or disk that holds a folder: which it is, how worn it says it is, what was written.

Source: Linux kernel, Documentation/driver-api/mmc/mmc-dev-attrs.rst, Documentation/block/stat.rst,
Documentation/ABI/testing/sysfs-fs-ext4; JEDEC JESD84-B51 for an eMMC's life. An SD card has no field
for its wear; then the file system's count of what was ever written is the best there is.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.board.files import SYSTEM, text, whole

_SECTOR = 512
_WRITTEN_SECTORS = 6
_HOUR_S = 3600
_RESERVES = {1: "", 2: "low", 3: "used up"}
"""PRE_EOL_INFO: how many of the spare blocks are used."""


@dataclass(frozen=True, slots=True)
class MemoryCard:
    """kind: "SD", "MMC" (eMMC), or "" for another disk. used_percent: of its life, in steps of ten.
    spare: "", "low" or "used up". written_bytes: since the start; ever_bytes: to this file system
    since it was made. errors: that the file system has met."""

    disk: str
    kind: str
    name: str
    maker: str
    made: str
    size_bytes: int
    used_percent: int | None
    spare: str
    written_bytes: int
    ever_bytes: int | None
    errors: int

    @property
    def worn(self) -> bool:
        return (self.used_percent or 0) >= 90 or bool(self.spare)

    def per_hour_bytes(self, uptime_s: int) -> int | None:
        """None in the first hour: a start writes at once, and a new card is grown, what no later hour does."""
        return self.written_bytes * _HOUR_S // uptime_s if uptime_s >= _HOUR_S else None


def holding(folder: Path, system: Path = SYSTEM) -> MemoryCard | None:
    """None where the folder is on no disk of its own: in memory, or over a network."""
    try:
        device = folder.stat().st_dev
    except OSError:
        return None
    return by_number(os.major(device), os.minor(device), system)


def by_number(major: int, minor: int, system: Path = SYSTEM) -> MemoryCard | None:
    part = (system / f"dev/block/{major}:{minor}").resolve()
    if not (part / "stat").exists():
        return None
    disk = part.parent if (part / "partition").exists() else part
    device, ext4 = disk / "device", system / "fs/ext4" / part.name
    stat = text(disk / "stat").split()
    kilobytes = whole(ext4 / "lifetime_write_kbytes")
    return MemoryCard(
        disk=disk.name,
        kind=text(device / "type"),
        name=text(device / "name") or text(device / "model"),
        maker=text(device / "manfid"),
        made=text(device / "date"),
        size_bytes=(whole(disk / "size") or 0) * _SECTOR,
        used_percent=_used(text(device / "life_time")),
        spare=_RESERVES.get(whole(device / "pre_eol_info", 16) or 1, ""),
        written_bytes=int(stat[_WRITTEN_SECTORS]) * _SECTOR if len(stat) > _WRITTEN_SECTORS else 0,
        ever_bytes=None if kilobytes is None else kilobytes * 1024,
        errors=whole(ext4 / "errors_count") or 0,
    )


def _used(life: str) -> int | None:
    """DEVICE_LIFE_TIME_EST_TYP_A and _B: 0x01 is up to 10 % used, 0x0b is beyond its life."""
    steps = [int(it, 16) for it in re.findall(r"0x([0-9a-fA-F]{2})\b", life)]
    told = [it for it in steps if 1 <= it <= 0x0B]
    return max(told) * 10 if told else None
