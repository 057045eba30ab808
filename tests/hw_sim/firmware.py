"""The Raspberry Pi's firmware as far as it decides what boots, played on the host before QEMU starts.

It reads the real card: `autoboot.txt` of the first partition names the partition to boot, that
partition's `config.txt` the kernel. What Linux learns of it stands in the device tree under
`/chosen/bootloader`. `reboot "0 tryboot"` arms a flag in a register: good for one start, kept over a
reset, gone without power. A partition without what the board needs stops the firmware; a watchdog, if
the board has one armed, resets it, and the flag is spent.

After the Raspberry Pi documentation, "autoboot.txt", "Conditional filters", "Fail-safe OS updates"
and "Boot diagnostics"; the real firmware is closed, and was never run here.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from hw_sim.needs import program
from hw_sim.sd_card import NotThere, SdCard

AUTOBOOT = "autoboot.txt"
AUTOBOOT_BYTES_MAX = 512
FIRST_PARTITION = 1
BOOT_MODE_SD = 1
TRYBOOT = re.compile(r"\btryboot\b")
RESTART = re.compile(r"reboot: Restarting system(?: with command '([^']*)')?")
POWER_DOWN = re.compile(r"reboot: Power down")


@dataclass(frozen=True, slots=True)
class Model:
    """sections: of config.txt that are meant for it. first_stage: without these in a partition its
    boot ROM or EEPROM does not take the partition. trees: its device tree's names, best first."""

    name: str
    sections: frozenset[str]
    first_stage: tuple[str, ...]
    kernel: str
    trees: tuple[str, ...]


PI_3 = Model(
    "Raspberry Pi 3 Model B",
    frozenset({"pi3"}),
    ("bootcode.bin", "start.elf", "fixup.dat"),
    "kernel8.img",
    ("bcm2710-rpi-3-b.dtb", "bcm2837-rpi-3-b.dtb"),
)
PI_4 = Model(
    "Raspberry Pi 4 Model B",
    frozenset({"pi4"}),
    ("start4.elf", "fixup4.dat"),
    "kernel8.img",
    ("bcm2711-rpi-4-b.dtb",),
)
PI_5 = Model(
    "Raspberry Pi 5 Model B",
    frozenset({"pi5"}),
    ("config.txt",),
    "kernel_2712.img",
    ("bcm2712-rpi-5-b.dtb",),
)


@dataclass(frozen=True, slots=True)
class Load:
    """What the firmware hands to the processor. tree: empty where the card has none for this model.
    watchdog_s: so long the kernel has to open the watchdog; 0: none armed."""

    partition: int
    tryboot: bool
    kernel: bytes = field(repr=False)
    initramfs: bytes = field(repr=False)
    command_line: str
    tree: bytes = field(repr=False)
    watchdog_s: int


@dataclass(frozen=True, slots=True)
class Hang:
    """The firmware stands still, its lamp blinks. reset: by the boot watchdog, else by nobody."""

    partition: int
    tryboot: bool
    why: str
    reset: bool


def settings(text: str, sections: frozenset[str], *, tryboot: bool) -> dict[str, str]:
    """A text's `name=value` lines (and `initramfs NAME followkernel`) that hold for these sections.

    A filter of one kind replaces the last of its kind; kinds add up; [all] lifts them, and a kind
    that is not known holds for nobody, as [none] does.
    """
    found: dict[str, str] = {}
    model = trial = other = True
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            name = line.strip("[]").lower()
            if name == "all":
                model = trial = other = True
            elif name == "tryboot":
                trial = tryboot
            elif re.fullmatch(r"(pi|cm)\d\w*\+?", name):
                model = name in sections
            else:
                other = False
        elif model and trial and other:
            name, _, value = (
                re.sub(r"\s+", "=", line, count=1).partition("=")
                if (line.startswith("initramfs "))
                else line.partition("=")
            )
            found[name.strip()] = value.strip()
    return found


class Firmware:
    """The state that outlives a reset: one flag and the partition that a reboot asked for.

    boot_watchdog: BOOT_WATCHDOG_TIMEOUT of the EEPROM is set, so that a hang ends."""

    def __init__(self, card: SdCard, model: Model, *, boot_watchdog: bool = True) -> None:
        self.card = card
        self.model = model
        self._boot_watchdog = boot_watchdog
        self._tryboot = False
        self._asked = 0

    def power_on(self) -> Load | Hang:
        """Registers forget without power."""
        self._tryboot, self._asked = False, 0
        return self._start()

    def restart(self, command: str = "") -> Load | Hang:
        """After a reset; command: what `reboot` was given, empty after a watchdog or a panic."""
        number = re.match(r"\d+", command)
        self._asked = int(number[0]) if number else 0
        self._tryboot = bool(TRYBOOT.search(command))
        return self._start()

    def _start(self) -> Load | Hang:
        tryboot, asked = self._tryboot, self._asked
        self._tryboot, self._asked = False, 0  # spent, however this ends
        partition = FIRST_PARTITION
        try:
            partition = asked or self.boot_partition(tryboot=tryboot)
            return self._load(partition, tryboot=tryboot)
        except NotThere as why:
            return Hang(partition, tryboot, str(why), self._boot_watchdog)

    def boot_partition(self, *, tryboot: bool) -> int:
        try:
            text = self.card.read(FIRST_PARTITION, AUTOBOOT)
        except NotThere:
            return FIRST_PARTITION
        if len(text) > AUTOBOOT_BYTES_MAX:
            raise NotThere(f"{AUTOBOOT} has {len(text)} bytes, more than {AUTOBOOT_BYTES_MAX}")
        said = settings(text.decode("ascii", "replace"), self.model.sections, tryboot=tryboot)
        number = said.get("boot_partition", "0")
        if not number.isdigit():
            raise NotThere(f"{AUTOBOOT}: boot_partition={number}")
        return int(number) or FIRST_PARTITION

    def _load(self, partition: int, *, tryboot: bool) -> Load:
        def read(name: str) -> bytes:
            return self.card.read(partition, name)

        for name in self.model.first_stage:
            if not self.card.has(partition, name):
                raise NotThere(f"partition {partition}: not bootable, no {name}")
        config = read("config.txt").decode("ascii", "replace")
        said = settings(config, self.model.sections, tryboot=tryboot)
        initramfs = said.get("initramfs", "").split()
        return Load(
            partition,
            tryboot,
            kernel=read(said.get("kernel", self.model.kernel)),
            initramfs=read(initramfs[0]) if initramfs else b"",
            command_line=read(said.get("cmdline", "cmdline.txt")).decode("ascii").strip(),
            tree=self._tree(partition, said.get("device_tree", "")),
            watchdog_s=int(said.get("kernel_watchdog_timeout", "0")),
        )

    def _tree(self, partition: int, named: str) -> bytes:
        for name in (named,) if named else self.model.trees:
            if self.card.has(partition, name):
                return self.card.read(partition, name)
        return b""


def tell_linux(tree: Path, load: Load, serial: str) -> None:
    """Writes into a device tree what the firmware tells Linux."""
    fdtput = program("fdtput", package="device-tree-compiler")

    def put(kind: str, node: str, name: str, value: str) -> None:
        command = [fdtput, "-p", "-t", kind, str(tree), node, name, value]
        subprocess.run(command, check=True, capture_output=True)

    put("u", "/chosen/bootloader", "partition", str(load.partition))
    put("u", "/chosen/bootloader", "tryboot", str(int(load.tryboot)))
    put("u", "/chosen/bootloader", "boot-mode", str(BOOT_MODE_SD))
    put("s", "/", "serial-number", serial)
