"""A small card as `make image` lays it out: either table, a FAT in the first partition, holes in between."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hw_sim import needs
from hw_sim.sd_card import SdCard

MB = 1024 * 1024
PARTS = (("config", 8), ("boot_a", 8), ("boot_b", 8), ("root_a", 16), ("root_b", 16), ("data", 16))
TABLES = {
    "gpt": ("label: gpt", "first-lba: 2048", *(f'size={size}MiB, name="{n}"' for n, size in PARTS)),
    # For a Pi 3: the last three are logical, inside the fourth; the signature is "KRAM".
    "mbr": (
        *("label: dos", "label-id: 0x4d41524b"),
        *(*(f"size={size}MiB, type=c" for _, size in PARTS[:3]), "type=f"),
        *(f"size={size}MiB, type=83" for _, size in PARTS[3:]),
    ),
}
NUMBERS = {"gpt": (1, 2, 3, 4, 5, 6), "mbr": (1, 2, 3, 5, 6, 7)}
SIZE_MB = {"gpt": 76, "mbr": 80}


def small_image(path: Path, table: str = "gpt") -> Path:
    for program, package in (("sfdisk", "fdisk"), ("mkfs.vfat", "dosfstools"), ("mcopy", "mtools")):
        needs.program(program, package=package)
    with path.open("wb") as file:
        file.truncate(SIZE_MB[table] * MB)
    subprocess.run(("sfdisk", "-q", path), input="\n".join(TABLES[table]).encode(), check=True)
    found = SdCard(path).partitions()
    starts = {
        name: found[number].start for (name, _), number in zip(PARTS, NUMBERS[table], strict=True)
    }
    _fat(path, starts["config"], 8, "KRAM")
    _fat(path, starts["boot_a"], 8, "BOOT")
    subprocess.run(
        ("mcopy", "-i", f"{path}@@{MB}", "-", "::autoboot.txt"),
        input=b"[all]\ntryboot_a_b=1\nboot_partition=2\n",
        check=True,
    )
    with path.open("r+b") as file:
        file.seek(starts["root_a"])
        file.write(os.urandom(3 * MB))
        file.seek(starts["data"] + 4096)
        file.write(os.urandom(4096))
    return path


def _fat(path: Path, start: int, size_mb: int, label: str) -> None:
    part = path.with_suffix(".fat")
    with part.open("wb") as file:
        file.truncate(size_mb * MB)
    subprocess.run(("mkfs.vfat", "-n", label, part), check=True, capture_output=True)
    content = part.read_bytes()
    with path.open("r+b") as file:
        for at in range(0, len(content), 4096):
            if any(block := content[at : at + 4096]):
                file.seek(start + at)
                file.write(block)
    part.unlink()
