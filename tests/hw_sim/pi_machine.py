"""What QEMU can be of a Raspberry Pi: its command line, for each board that boots a till's card.

`VIRT` is no Pi but boots quickly and has a network, a screen and a watchdog; `RASPI_3B` has the Pi's
own SD host, serial lines and device tree, and no network. The firmware, the card and all that is on
it are the same for both.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hw_sim.firmware import PI_3, PI_4, Load, Model, tell_linux
from hw_sim.needs import program
from hw_sim.sd_card import NotThere

QEMU = "qemu-system-aarch64"
SERIAL = "10000000c0ffee01"
BLUETOOTH = "/soc/serial@7e201000/bluetooth"


@dataclass(frozen=True, slots=True)
class Sockets:
    """Where QEMU connects to as it starts."""

    console: Path
    shell: Path
    qmp: Path


@dataclass(frozen=True, slots=True)
class Wiring:
    """What hangs on the machine. card: a file, or `nbd:unix:...` of a card that is served. forwards:
    host's port to guest's. usb_serial: a port on loopback that a USB serial adapter leads to; 0: there
    is none. words: more for Linux's command line."""

    card: str
    memory_mib: int = 1024
    screen: tuple[int, int] = (1024, 600)
    forwards: Sequence[tuple[int, int]] = ()
    usb_serial: int = 0
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """console, shell: what Linux calls its two serial lines. words: for Linux's command line, because
    of what QEMU lacks. options: of QEMU. tree: puts the device tree there is into a file."""

    name: str
    model: Model
    console: str
    shell: str
    words: tuple[str, ...]
    options: Callable[[Wiring], list[str]]
    tree: Callable[[Load, Path], None]

    def command(self, load: Load, wiring: Wiring, lines: Sockets, folder: Path) -> list[str]:
        """To start QEMU with what the firmware loaded; its files go to the folder."""
        kernel, initramfs, tree = (folder / name for name in ("kernel", "initramfs", "tree.dtb"))
        kernel.write_bytes(load.kernel)
        initramfs.write_bytes(load.initramfs)
        self.tree(load, tree)
        tell_linux(tree, load, SERIAL)
        words = [it for it in load.command_line.split() if not it.startswith("console=")]
        words += [f"console={self.console}", f"systemd.debug_shell={self.shell}", *self.words]
        words += wiring.words
        command = [program(QEMU, package="qemu-system-arm"), *self.options(wiring)]
        command += ["-nodefaults", "-display", "none", "-no-reboot"]
        command += ["-m", str(wiring.memory_mib), "-kernel", str(kernel), "-dtb", str(tree)]
        command += ["-append", " ".join(words)]
        if load.initramfs:
            command += ["-initrd", str(initramfs)]
        for name in ("console", "shell", "qmp"):
            command += ["-chardev", f"socket,id={name},path={getattr(lines, name)}"]
        return [*command, "-mon", "chardev=qmp,mode=control", *_usb(wiring)]


def _usb(wiring: Wiring) -> list[str]:
    if not wiring.usb_serial:
        return []
    chardev = f"socket,id=usb,host=127.0.0.1,port={wiring.usb_serial}"
    return ["-chardev", chardev, "-device", "usb-serial,chardev=usb"]


# virt: two processors of a Pi 3's kind.

_VIRT_CPU = ["-M", "virt", "-cpu", "cortex-a53", "-smp", "2"]


def _virt(wiring: Wiring) -> list[str]:
    width, height = wiring.screen
    forwards = "".join(f",hostfwd=tcp:127.0.0.1:{ours}-:{its}" for ours, its in wiring.forwards)
    return [
        *_VIRT_CPU,
        *("-serial", "chardev:console", "-device", "pci-serial,chardev=shell"),
        *("-drive", f"if=none,id=card,file={wiring.card},format=raw,cache=writeback"),
        *("-device", "virtio-blk-pci,drive=card"),
        *("-netdev", f"user,id=net{forwards}", "-device", "virtio-net-pci,netdev=net,romfile="),
        *("-device", f"virtio-gpu-pci,xres={width},yres={height}"),
        *("-device", "virtio-tablet-pci", "-device", "virtio-rng-pci", "-device", "qemu-xhci"),
        *("-device", "i6300esb", "-watchdog-action", "reset"),
    ]


def _virt_tree(_load: Load, tree: Path) -> None:
    """QEMU's own: the card's are for real boards."""
    command = [program(QEMU, package="qemu-system-arm"), "-nodefaults", "-display", "none"]
    command += ["-M", f"virt,dumpdtb={tree}", *_VIRT_CPU[2:]]
    subprocess.run(command, check=True, capture_output=True)
    _give_light(tree)


PINS, LIGHT_PIN = "/pl061@9030000", 4
LIGHT_AT = 0x0903_0000 + (1 << LIGHT_PIN + 2)
"""Where the pin's level is read in the machine's memory. Source: ARM DDI 0190, PrimeCell GPIO, 3.3.2."""


def _give_light(tree: Path) -> None:
    """The board's green light, as a Pi's tree names it, on a pin that QEMU leaves free."""
    pins = _quiet("fdtget", "-t", "u", str(tree), PINS, "phandle").strip()
    _quiet("fdtput", "-cp", str(tree), "/leds/led-act")
    _quiet("fdtput", "-t", "s", str(tree), "/leds", "compatible", "gpio-leds")
    _quiet("fdtput", "-t", "s", str(tree), "/leds/led-act", "label", "ACT")
    _quiet("fdtput", "-t", "u", str(tree), "/leds/led-act", "gpios", pins, str(LIGHT_PIN), "0")


def _quiet(tool: str, *words: str) -> str:
    command = [program(tool, package="device-tree-compiler"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# raspi3b


def _raspi_3b(wiring: Wiring) -> list[str]:
    return [
        *("-M", "raspi3b", "-serial", "chardev:shell", "-serial", "chardev:console"),
        *("-drive", f"if=sd,file={wiring.card},format=raw,cache=writeback"),
    ]


def _raspi_3b_tree(load: Load, tree: Path) -> None:
    """The card's. Its Bluetooth is taken off the serial line, as `dtoverlay=disable-bt` does."""
    if not load.tree:
        raise NotThere(f"partition {load.partition} has no device tree for {PI_3.name}")
    tree.write_bytes(load.tree)
    command = [program("fdtput", package="device-tree-compiler"), "-r", str(tree), BLUETOOTH]
    subprocess.run(command, check=False, capture_output=True)


VIRT = Machine("virt", PI_4, "ttyAMA0", "ttyS0", (), _virt, _virt_tree)
RASPI_3B = Machine(
    "raspi3b",
    PI_3,
    "ttyS1,115200",
    "ttyAMA0",
    ("systemd.watchdog_sec=0",),  # QEMU's watchdog of the Pi resets as soon as it is armed
    _raspi_3b,
    _raspi_3b_tree,
)
