"""The data partition grows over the card that it finds itself on; the file system in it follows.

Partition first, then file system; `grown` keeps the size that both have. A power cut between them
leaves a partition that is larger than its file system, which is seen at the next boot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.provision.deeds import Deed, Keep, Run
from appliance.provision.partitions import SECTOR

TAIL_SECTORS_MIN = 64 * 1024 * 1024 // SECTOR
"""Less is not worth it: a card's makers differ by so much, and a GPT ends 33 sectors before the end."""
_EXTENDED = {"5", "f", "85"}
"""Types of an MBR's partition that holds others."""


@dataclass(frozen=True, slots=True)
class Partition:
    """The data partition as the kernel knows it; sizes in sectors."""

    device: str
    disk: str
    number: int
    start: int
    sectors: int
    disk_sectors: int

    @property
    def tail(self) -> int:
        return self.disk_sectors - self.start - self.sectors


def find(device: Path, sys: Path = Path("/sys")) -> Partition | None:
    """None where the device is no partition: a test's folder, a whole disk."""
    real = device.resolve()
    place = (sys / "class" / "block" / real.name).resolve()
    try:
        disk = place.parent
        return Partition(
            str(real),
            f"/dev/{disk.name}",
            _number(place / "partition"),
            _number(place / "start"),
            _number(place / "size"),
            _number(disk / "size"),
        )
    except (OSError, ValueError):
        return None


def partition_deeds(it: Partition, table: Mapping[str, Any]) -> list[Deed]:
    """table: what `sfdisk -J` says of the disk. Root's and boot's partitions are not touched."""
    if it.tail < TAIL_SECTORS_MIN:
        return []
    found = table["partitiontable"]
    grow = ("sfdisk", "-q", "--no-reread", "--force", "-N")
    deeds: list[Deed] = []
    if found["label"] == "gpt":
        # Its second copy belongs at the end of the card, which is elsewhere than in the image.
        deeds.append(Run(("sfdisk", "-q", "--relocate", "gpt-bak-std", it.disk)))
    elif it.number > 4:
        around = (_digits(one["node"]) for one in found["partitions"] if one["type"] in _EXTENDED)
        deeds += [Run((*grow, number, it.disk), ", +") for number in around]
    deeds.append(Run((*grow, str(it.number), it.disk), ", +"))
    deeds.append(Run(("partx", "-u", it.disk)))
    return deeds


def file_system_deeds(it: Partition, grown: Path) -> list[Deed]:
    """it: as it is now. grown: where the size stands that the file system followed to."""
    try:
        if int(grown.read_text()) == it.sectors:
            return []
    except (OSError, ValueError):
        pass
    return [Run(("resize2fs", it.device)), Keep(grown, f"{it.sectors}\n".encode(), 0o644)]


def _number(path: Path) -> int:
    return int(path.read_text())


def _digits(node: str) -> str:
    """/dev/mmcblk0p4 is partition 4, /dev/sda4 too."""
    return node[len(node.rstrip("0123456789")) :]
