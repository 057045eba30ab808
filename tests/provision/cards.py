"""A small card as `make image` lays it out: a GPT, a FAT in the first partition, holes in between."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hw_sim import needs

MB = 1024 * 1024
PARTS = (("config", 8), ("boot_a", 8), ("boot_b", 8), ("root_a", 16), ("root_b", 16), ("data", 16))


def small_image(path: Path) -> Path:
    for program, package in (("sfdisk", "fdisk"), ("mkfs.vfat", "dosfstools"), ("mcopy", "mtools")):
        needs.program(program, package=package)
    with path.open("wb") as file:
        file.truncate(76 * MB)
    lines = ["label: gpt", "first-lba: 2048"]
    lines += [f'size={size}MiB, name="{name}"' for name, size in PARTS]
    subprocess.run(("sfdisk", "-q", path), input="\n".join(lines).encode(), check=True)
    _fat(path, MB, 8, "KRAM")
    _fat(path, 9 * MB, 8, "BOOT")
    subprocess.run(
        ("mcopy", "-i", f"{path}@@{MB}", "-", "::autoboot.txt"),
        input=b"[all]\ntryboot_a_b=1\nboot_partition=2\n",
        check=True,
    )
    with path.open("r+b") as file:
        file.seek(25 * MB)
        file.write(os.urandom(3 * MB))
        file.seek(57 * MB + 4096)
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
