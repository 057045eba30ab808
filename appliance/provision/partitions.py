"""Where the partitions of a card lie, read of its first sectors: a GPT, or the older table of four.

Source: UEFI Specification 2.10, 5.3 (GPT); the MBR's table is at byte 446, sixteen bytes a partition.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

SECTOR = 512
CONFIG = "config"
_GPT = b"EFI PART"
_FAT_TYPES = {0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E}
_ENTRIES_MAX, _ENTRY_BYTES = 128, 128
_SECTORS_MAX = 1 << 40

Read = Callable[[int, int], bytes]
"""Bytes at an offset, so many."""


class NoPartitions(ValueError):
    """It is no image of a card; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Partition:
    """name: of a GPT alone. In bytes."""

    number: int
    name: str
    start: int
    size: int
    is_fat: bool

    @property
    def end(self) -> int:
        return self.start + self.size


def read(at: Read) -> tuple[Partition, ...]:
    """Raises NoPartitions."""
    if at(SECTOR, len(_GPT)) == _GPT:
        return _gpt(at)
    table = at(0, SECTOR)
    if len(table) == SECTOR and table[510:] == b"\x55\xaa":
        return _mbr(table)
    raise NoPartitions("This is no image of a Kram card: it has no table of partitions.")


def first(found: tuple[Partition, ...]) -> Partition:
    """The one that every computer reads, and where the provisioning file belongs."""
    for it in found:
        if it.name == CONFIG or (not it.name and it.number == 1 and it.is_fat):
            return it
    raise NoPartitions("This is no image of a Kram card: it has no partition for the file.")


def _gpt(at: Read) -> tuple[Partition, ...]:
    header = at(SECTOR, SECTOR)
    first_sector, count, size = struct.unpack("<QII", header[72:88].ljust(16, b"\0"))
    if not 2 <= first_sector < _SECTORS_MAX or size < _ENTRY_BYTES:
        raise NoPartitions("This image's table of partitions is damaged. Fetch it again.")
    found = []
    for number in range(min(count, _ENTRIES_MAX)):
        entry = at(first_sector * SECTOR + number * size, _ENTRY_BYTES)
        if len(entry) < _ENTRY_BYTES or not any(entry[:16]):
            continue
        start, end = struct.unpack("<QQ", entry[32:48])
        name = entry[56:128].decode("utf-16-le", errors="replace").split("\0")[0]
        sizes = (start * SECTOR, (end - start + 1) * SECTOR)
        found.append(Partition(number + 1, name, *sizes, is_fat=True))
    return tuple(found)


def _mbr(table: bytes) -> tuple[Partition, ...]:
    found = []
    for number in range(4):
        entry = table[446 + 16 * number : 462 + 16 * number]
        start, sectors = struct.unpack("<II", entry[8:])
        if sectors:
            sizes = (start * SECTOR, sectors * SECTOR)
            found.append(Partition(number + 1, "", *sizes, is_fat=entry[4] in _FAT_TYPES))
    return tuple(found)
