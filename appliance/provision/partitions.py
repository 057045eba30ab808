"""Where the partitions of a card lie, read of its first sectors: a GPT, or the older MBR.

Source: UEFI Specification 2.10, 5.2.1 (MBR) and 5.3 (GPT). The MBR's table is at byte 446, sixteen bytes
a partition, each logical one in a table of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

SECTOR = 512
CONFIG = "config"
_GPT = b"EFI PART"
_FAT_TYPES = {0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E}
_EXTENDED = {0x05, 0x0F, 0x85}
_SIGNATURE = slice(440, 444)
MBR_NAMES = {1: CONFIG, 2: "boot_a", 3: "boot_b", 5: "root_a", 6: "root_b", 7: "data"}
"""An MBR that is signed as ours has these for its numbers (image/layout.py)."""
_ENTRIES_MAX, _ENTRY_BYTES = 128, 128
_SECTORS_MAX = 1 << 40

Read = Callable[[int, int], bytes]
"""Bytes at an offset, so many."""


class NoPartitions(ValueError):
    """It is no image of a card; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Partition:
    """start, size: in bytes. name: "" in an MBR of somebody else's."""

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
        return _mbr(at, table)
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


def _mbr(at: Read, table: bytes) -> tuple[Partition, ...]:
    """Four of its own, one of which may be a chain of logical ones, which count from five."""
    names = MBR_NAMES if table[_SIGNATURE] == b"KRAM" else {}

    def partition(number: int, kind: int, start: int, sectors: int) -> Partition:
        sizes = (start * SECTOR, sectors * SECTOR)
        return Partition(number, names.get(number, ""), *sizes, is_fat=kind in _FAT_TYPES)

    found, chain = [], 0
    for number, (kind, start, sectors) in enumerate(_entries(table), start=1):
        if kind in _EXTENDED:
            chain = start
        elif sectors:
            found.append(partition(number, kind, start, sectors))
    link = chain
    for number in range(5, _ENTRIES_MAX):
        if not link:
            break
        (kind, start, sectors), (_, further, _), *_ = _entries(at(link * SECTOR, SECTOR))
        if sectors:
            found.append(partition(number, kind, link + start, sectors))
        link = chain + further if further else 0
    return tuple(found)


def _entries(sector: bytes) -> list[tuple[int, int, int]]:
    """Type, first sector and count of sectors of each of the four."""
    padded = sector.ljust(SECTOR, b"\0")
    return [struct.unpack_from("<4xB3xII", padded, 446 + 16 * number) for number in range(4)]
