"""How the card is divided, and the small text files that the Pi's firmware reads: all of it pure.

Two tables. GPT, for Pi 4, 400, 5 and their compute modules, names its partitions. The boot ROM of Pi 3
and Zero 2 W knows only MBR: there the same partitions have fixed numbers, the last three of them
logical, and the table's signature says that it is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Table = Literal["gpt", "mbr"]
MIB = 1 << 20

COMPATIBLE = "kram-rpi-arm64"
# Random, once: every card has the same, for nothing looks a card up by them.
DISK_UUID = "9c5b0d4e-4c1f-4b6a-9d1d-4b52414d0001"
DATA_UUID = "9c5b0d4e-4c1f-4b6a-9d1d-4b52414d0006"
MBR_SIGNATURE = 0x4D41524B  # "KRAM", little-endian, for the initramfs
# The firmware takes a partition as FAT32 by its count of clusters alone: 65525 and more. Sectors of
# 512 bytes as clusters give the smallest partition of 64 MiB twice as many.
FAT32_CLUSTERS_MIN = 65525


@dataclass(frozen=True, slots=True)
class Partition:
    """image: the file it is filled from; "" is left empty: the first update fills slot B.

    number: in an MBR; the initramfs knows these.
    """

    name: str
    number: int
    size_mib: int
    kind: Literal["fat", "linux"]
    image: str


PARTITIONS = (
    Partition("config", 1, 64, "fat", "config.vfat"),
    Partition("boot_a", 2, 128, "fat", "boot.vfat"),
    Partition("boot_b", 3, 128, "fat", ""),
    Partition("root_a", 5, 512, "linux", "root.img"),
    Partition("root_b", 6, 512, "linux", ""),
    Partition("data", 7, 128, "linux", "data.ext4"),
)


def size_mib(name: str) -> int:
    return next(each.size_mib for each in PARTITIONS if each.name == name)


def genimage_config(table: Table, image: str) -> str:
    """What genimage puts together; 4 MiB is a card's erase block, or a multiple of it."""
    lines = [f"image {image} {{", "  hdimage {", f'    partition-table-type = "{table}"']
    lines += ["    align = 4M"]
    if table == "gpt":
        lines += [f'    disk-uuid = "{DISK_UUID}"']
    else:
        lines += [f"    disk-signature = {MBR_SIGNATURE:#x}", "    extended-partition = 4"]
    lines += ["  }"]
    for number, each in enumerate(PARTITIONS, start=1):
        lines += [f"  partition {each.name} {{", f"    size = {each.size_mib}M"]
        if each.image:
            lines += [f'    image = "{each.image}"']
        if table == "gpt":
            lines += [f'    partition-type-uuid = "{"F" if each.kind == "fat" else "L"}"']
            lines += [f'    partition-uuid = "{DISK_UUID[:-1]}{number + 8:x}"']
        else:
            lines += [f"    partition-type = {0xC if each.kind == 'fat' else 0x83:#x}"]
        lines += ["  }"]
    return "\n".join([*lines, "}", ""])


def autoboot(slot: Literal["A", "B"]) -> str:
    """autoboot.txt: which boot partition always, and which after `reboot "0 tryboot"`.

    Both slots give the same length, so that one sector rewritten in place changes them over.
    """
    always, trial = (2, 3) if slot == "A" else (3, 2)
    return f"[all]\ntryboot_a_b=1\nboot_partition={always}\n[tryboot]\nboot_partition={trial}\n"


def config_txt(provider_lines: tuple[str, ...]) -> str:
    """config.txt: straight to the kernel, watched by the hardware from its first moment on."""
    common = (
        "# Written by the image's build; the updater replaces it with its slot.",
        "arm_64bit=1",
        *provider_lines,
        "disable_splash=1",
        "boot_delay=0",
        "disable_overscan=1",
        "dtparam=i2c_arm=on",
        "kernel_watchdog_timeout=60",
    )
    return "\n".join(common) + "\n"


def cmdline_txt() -> str:
    """The kernel's: a quiet screen until the till draws, a restart after a panic, no login anywhere.

    tty3, for the till draws on tty1. TERM=dumb keeps systemd from asking the console what kind of
    terminal it is, and waiting.
    """
    words = (
        "console=tty3",
        "quiet",
        "loglevel=3",
        "vt.global_cursor_default=0",
        "logo.nologo",
        "panic=10",
        "TERM=dumb",
        "systemd.show_status=no",
        "systemd.getty_auto=no",
        "rfkill.default_state=1",
    )
    return " ".join(words) + "\n"
