"""A card of the image's layout, a hundredth of its size, for tests of what boots."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from hw_sim.needs import program
from hw_sim.sd_card import SdCard

LAYOUT = """\
label: gpt
unit: sectors
name=config, start=2048, size=8192, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
name=boot_a, size=8192, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
name=boot_b, size=8192, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
"""
MBR_LAYOUT = """\
label: dos
unit: sectors
start=2048, size=8192, type=c
size=8192, type=c
size=8192, type=c
size=24576, type=f
start=28672, size=4096, type=83
start=36864, size=4096, type=83
"""
SIZE = 32 << 20

AUTOBOOT = b"[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
CONFIG = b"arm_64bit=1\nkernel=kernel8.img\ninitramfs initramfs8 followkernel\nkernel_watchdog_timeout=60\n"
SLOT = {
    "config.txt": CONFIG,
    "cmdline.txt": b"console=tty1 quiet\n",
    "kernel8.img": b"a kernel",
    "initramfs8": b"an initramfs",
    "start4.elf": b"a first stage",
    "fixup4.dat": b"its relocations",
}


def card(
    image: Path,
    files: Mapping[int, Mapping[str, bytes]],
    *,
    layout: str = LAYOUT,
    empty: frozenset[int] = frozenset(),
) -> SdCard:
    """files: of each FAT partition. empty: these have no file system."""
    with image.open("wb") as blank:
        blank.truncate(SIZE)
    sfdisk = [program("sfdisk", package="fdisk"), "--quiet", str(image)]
    subprocess.run(sfdisk, input=layout.encode(), check=True, capture_output=True)
    made = SdCard(image)
    for partition in list(made.partitions().values())[:3]:
        if partition.number in empty:
            continue
        where = f"{image}@@{partition.start}"
        mformat = [program("mformat", package="mtools"), "-i", where, "-T", str(8192)]
        subprocess.run([*mformat, "-h", "16", "-s", "32", "::"], check=True, capture_output=True)
        folder = image.parent / f"of-{partition.number}"
        folder.mkdir(exist_ok=True)
        for name, content in files.get(partition.number, {}).items():
            (folder / name).write_bytes(content)
        if copied := [folder / name for name in files.get(partition.number, {})]:
            mcopy = [program("mcopy", package="mtools"), "-i", where, "-o", *copied, "::"]
            subprocess.run(mcopy, check=True, capture_output=True)
    return made
