"""An SD card's image as a boot ROM sees it: a partition table, and FAT file systems to read from.

No mount, no loop device: the partition table is read here, files by mtools.
"""

from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hw_sim.needs import program

SECTOR = 512
GPT_SIGNATURE, MBR_SIGNATURE = b"EFI PART", b"\x55\xaa"
_ENTRIES_MAX = 128
_EXTENDED = frozenset({0x05, 0x0F})
_PRIMARIES = 4
FAT12_CLUSTERS, FAT16_CLUSTERS = 4085, 65525
"""Below so many clusters a FAT is of this kind, whatever its label says (Microsoft's FAT paper)."""


class NotThere(Exception):
    """The card has no such partition or file, or it cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Partition:
    """start, size: in bytes. name: none in an MBR."""

    number: int
    name: str
    start: int
    size: int


class SdCard:
    def __init__(self, image: Path) -> None:
        self.image = image

    def partitions(self) -> dict[int, Partition]:
        """By number, read anew: first boot grows the last one."""
        with self.image.open("rb") as card:
            first, header = card.read(SECTOR), card.read(SECTOR)
            if header[:8] == GPT_SIGNATURE:
                return _gpt(card, header)
            if first[510:] == MBR_SIGNATURE:
                return _mbr(card, first)
        raise NotThere("no partition table")

    def partition(self, number: int) -> Partition:
        try:
            return self.partitions()[number]
        except KeyError:
            raise NotThere(f"no partition {number}") from None

    def named(self, name: str) -> Partition:
        for it in self.partitions().values():
            if it.name == name:
                return it
        raise NotThere(f"no partition {name}")

    def bytes_of(self, partition: Partition, count: int) -> bytes:
        with self.image.open("rb") as card:
            card.seek(partition.start)
            return card.read(count)

    def read(self, number: int, name: str) -> bytes:
        """A file of a FAT partition, or NotThere."""
        partition = self.partition(number)
        self._check_fat(partition)
        told = self._mtools("mtype", partition, f"::{name}")
        if told.returncode:
            raise NotThere(f"partition {number}: {name}: {told.stderr.decode().strip()[:200]}")
        return told.stdout

    def has(self, number: int, name: str) -> bool:
        partition = self.partition(number)
        return self._mtools("mdir", partition, "-b", f"::{name}").returncode == 0

    def write(self, number: int, name: str, content: bytes) -> None:
        """As a technician's computer would, the card in its reader."""
        told = self._mtools("mcopy", self.partition(number), "-o", "-", f"::{name}", given=content)
        if told.returncode:
            raise NotThere(f"partition {number}: {name}: {told.stderr.decode().strip()[:200]}")

    def delete(self, number: int, name: str) -> None:
        self._mtools("mdel", self.partition(number), f"::{name}")

    def _check_fat(self, partition: Partition) -> None:
        """A label that says FAT32 over too few clusters is read as FAT16 by some firmware, which then
        finds nothing."""
        boot = self.bytes_of(partition, SECTOR)
        if boot[510:] != MBR_SIGNATURE:
            raise NotThere(f"partition {partition.number} is no FAT")
        clusters = _clusters(boot)
        kind = 12 if clusters < FAT12_CLUSTERS else 16 if clusters < FAT16_CLUSTERS else 32
        label = boot[82:90] if boot[22:24] == b"\0\0" else boot[54:62]
        said = label.decode("ascii", "replace").strip()
        if said != f"FAT{kind}":
            raise NotThere(
                f"partition {partition.number} says {said}, but has the {clusters} clusters of a FAT{kind}"
            )

    def _mtools(
        self, tool: str, partition: Partition, *words: str, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        where = f"{self.image}@@{partition.start}"
        command = [program(tool, package="mtools"), "-i", where, *words]
        return subprocess.run(command, input=given, capture_output=True, check=False)


def _gpt(card: BinaryIO, header: bytes) -> dict[int, Partition]:
    first, count, size = struct.unpack_from("<QII", header, 72)
    card.seek(first * SECTOR)
    found = {}
    for number in range(1, min(count, _ENTRIES_MAX) + 1):
        entry = card.read(size)
        if any(entry[:16]):
            start, last = struct.unpack_from("<QQ", entry, 32)
            name = entry[56:128].decode("utf-16-le").partition("\0")[0]
            place = start * SECTOR, (last - start + 1) * SECTOR
            found[number] = Partition(number, name, *place)
    return found


def _mbr(card: BinaryIO, sector: bytes) -> dict[int, Partition]:
    """Four of its own; one of them may be a chain of logical ones, which count from five."""
    found, chain = {}, 0
    for number, (kind, start, count) in enumerate(_mbr_entries(sector), 1):
        if kind in _EXTENDED:
            chain = start
        elif kind:
            found[number] = Partition(number, "", start * SECTOR, count * SECTOR)
    here, number = chain, _PRIMARIES
    while here and number < _ENTRIES_MAX:
        card.seek(here * SECTOR)
        (_, start, count), (_, further, _), *_ = _mbr_entries(card.read(SECTOR))
        number += 1
        found[number] = Partition(number, "", (here + start) * SECTOR, count * SECTOR)
        here = chain + further if further else 0
    return found


def _mbr_entries(sector: bytes) -> list[tuple[int, int, int]]:
    """Kind, first sector, sectors, of each of the four."""
    return [struct.unpack_from("<4xB3xII", sector, 446 + 16 * at) for at in range(_PRIMARIES)]


def _clusters(boot: bytes) -> int:
    """How many clusters of data a FAT has, from its boot sector."""
    sector, per_cluster, reserved, fats, roots, small = struct.unpack_from("<HBHBHH", boot, 11)
    fat_16, large, fat_32 = (
        *struct.unpack_from("<H", boot, 22),
        *struct.unpack_from("<II", boot, 32),
    )
    if not sector or not per_cluster:
        raise NotThere("an empty boot sector")
    root_sectors = (roots * 32 + sector - 1) // sector
    data = (small or large) - reserved - fats * (fat_16 or fat_32) - root_sectors
    return int(data // per_cluster)
