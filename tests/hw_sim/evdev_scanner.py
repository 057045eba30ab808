"""A barcode scanner in keyboard mode: as key events in a pipe, or as umockdev's files.

`PipeKeyboard` is quick and can be unplugged, but the driver must be given its `open_device`.
`recording` writes what umockdev-run needs, so that the driver opens, asks and grabs a device node
that the real evdev library takes for the kernel's.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import evdev
from evdev import ecodes

from appliance.core.keyboard import EVDEV_KEYS

NAME = "Simulated Barcode Scanner"
VENDOR, PRODUCT = 0x0C2E, 0x0B61

_CODE_OF = {
    char: (code, shifted)
    for code, pair in sorted(EVDEV_KEYS.items(), reverse=True)
    for shifted, char in reversed(list(enumerate(pair)))
}

RECORDING_BYTES_MAX = 4096

Event = tuple[int, int, int]
"""type, code, value."""

SYN = (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)


def key(code: int, value: int) -> list[Event]:
    return [(ecodes.EV_MSC, ecodes.MSC_SCAN, 0x70000 + code), (ecodes.EV_KEY, code, value), SYN]


def keystrokes(text: str) -> Iterator[Event]:
    """What a scanner's keyboard sends for a text; GS goes as Ctrl+]."""
    for char in text:
        if char == "\x1d":
            modifier, code = ecodes.KEY_LEFTCTRL, ecodes.KEY_RIGHTBRACE
        else:
            code, shifted = _CODE_OF[char]
            modifier = ecodes.KEY_LEFTSHIFT if shifted else 0
        if modifier:
            yield from key(modifier, 1)
        yield from key(code, 1)
        yield from key(code, 0)
        if modifier:
            yield from key(modifier, 0)


class _PipeDevice(evdev.InputDevice):
    """An InputDevice over a pipe: no ioctls, and an end of file means ENODEV, as an unplug does."""

    def __init__(self, fd: int) -> None:
        self.path, self.name, self.fd = "pipe", NAME, fd
        self.grabbed = False

    def grab(self) -> None:
        self.grabbed = True

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def read(self) -> Iterator[evdev.InputEvent]:
        events = list(super().read())
        if not events:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return iter(events)


class PipeKeyboard:
    def __init__(self) -> None:
        self._write = -1
        self._read = -1
        self.replug()

    def open_device(self, _path: str) -> evdev.InputDevice:
        """For EvdevScanner's open_device."""
        if self._read < 0:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        return _PipeDevice(os.dup(self._read))

    def scan(self, code: str) -> None:
        self.send(keystrokes(code + "\r"))

    def send(self, events: Iterator[Event] | list[Event]) -> None:
        for event in events:
            os.write(self._write, struct.pack("llHHi", 0, 0, *event))

    def unplug(self) -> None:
        if self._write >= 0:
            os.close(self._write)
            os.close(self._read)
            self._write = self._read = -1

    def replug(self) -> None:
        if self._write < 0:
            self._read, self._write = os.pipe()
            os.set_blocking(self._read, False)

    close = unplug

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Recording:
    """Files for `umockdev-run`."""

    device: Path
    ioctl: Path
    events: Path
    node: str = "/dev/input/event7"

    def command(self) -> list[str]:
        return [
            "umockdev-run",
            f"--device={self.device}",
            f"--ioctl={self.node}={self.ioctl}",
            f"--evemu-events={self.node}={self.events}",
            "--",
        ]


def recording(folder: Path, codes: list[str], gap_s: float = 0.002) -> Recording:
    """A scanner that reads these codes, one key each gap_s, as soon as it is opened."""
    files = Recording(folder / "scanner.umockdev", folder / "scanner.ioctl", folder / "scan.events")
    usb = "/devices/pci0000:00/0000:00:14.0/usb1/1-2"
    files.device.write_text(
        f"P: {usb}/1-2:1.0/input/input7/event7\nN: input/event7\n"
        f"S: input/by-id/usb-Simulated_Barcode_Scanner-event-kbd\n"
        f"E: DEVNAME=/dev/input/event7\nE: ID_BUS=usb\nE: ID_INPUT=1\nE: ID_INPUT_KEYBOARD=1\n"
        f"E: ID_VENDOR_ID={VENDOR:04x}\nE: ID_MODEL_ID={PRODUCT:04x}\n"
        f"E: MAJOR=13\nE: MINOR=71\nE: SUBSYSTEM=input\nA: dev=13:71\nL: device=../../input7\n\n"
        f"P: {usb}/1-2:1.0/input/input7\nE: SUBSYSTEM=input\nA: name={NAME}\n\n"
    )
    keys = set(EVDEV_KEYS) | {29, 42}
    capabilities = {
        0: _bits({ecodes.EV_SYN, ecodes.EV_KEY, ecodes.EV_MSC}, 4),
        ecodes.EV_KEY: _bits(keys, 96),
        ecodes.EV_MSC: _bits({ecodes.MSC_SCAN}, 96),
    }
    lines = [
        "EVIOCGVERSION 0 01000100",
        f"EVIOCGID 0 {struct.pack('<4H', 3, VENDOR, PRODUCT, 0x0110).hex().upper()}",
        f"EVIOCGNAME(0) {len(NAME) + 1} {NAME.encode().ljust(256, bytes(1)).hex().upper()}",
        f"EVIOCGPHYS(0) 6 {b'usb-1'.ljust(256, bytes(1)).hex().upper()}",
        f"EVIOCGUNIQ(0) 1 {bytes(256).hex().upper()}",
        "EVIOCGEFFECTS 0 00000000",
        *(
            f"EVIOCGBIT({kind}) {len(bits)} {bits.hex().upper()}"
            for kind, bits in capabilities.items()
        ),
        f"EVIOCGREP 0 {struct.pack('<2I', 250, 33).hex().upper()}",
    ]
    files.ioctl.write_text("\n".join(lines) + "\n")
    at_us, events = 100_000, []
    for code in codes:
        for kind, number, value in keystrokes(code + "\r"):
            seconds, microseconds = divmod(at_us, 1_000_000)
            events.append(f"E: {seconds}.{microseconds:06d} {kind:04x} {number:04x} {value:04d}")
            at_us += int(gap_s * 1_000_000) if (kind, number, value) == SYN else 0
    # umockdev plays from its own start, and what is not read yet must fit into its terminal.
    assert len(events) * struct.calcsize("llHHi") < RECORDING_BYTES_MAX
    files.events.write_text("\n".join(events) + "\n")
    return files


def _bits(numbers: set[int], size: int) -> bytes:
    value = sum(1 << number for number in numbers)
    return value.to_bytes(max(size, value.bit_length() // 8 + 1), "little")
