"""Barcode scanner in keyboard mode, grabbed at the kernel's input device.

Grabbed, so that its keys never reach a text field and no layout ever translates them. Source:
Linux kernel, Documentation/input/event-codes.rst and linux/input.h (EVIOCGRAB, SYN_DROPPED).
"""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import evdev
from evdev import ecodes

from appliance.core.devices import Category, Problem, Scanned, ScanRefused
from appliance.core.keyboard import KeyReader
from appliance.drivers import input_nodes
from appliance.drivers.base import Scanner
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.scan_framing import DuplicateReads, Framer, Framing, framing_from
from appliance.drivers.supervised import Supervised, WireFault

LOOK_S = 0.1
LOOK_NS = int(LOOK_S * 1e9)

PROBLEM_OF = {
    errno.EBUSY: Problem.PORT_BUSY,
    errno.EACCES: Problem.NO_PERMISSION,
    errno.EPERM: Problem.NO_PERMISSION,
}

OpenDevice = Callable[[str], evdev.InputDevice]


@dataclass(frozen=True, slots=True)
class InputMatch:
    """Which input device: by path (best one under /dev/input/by-id), by "vendor:product" of its
    USB, or by a part of its name; empty parts match anything."""

    path: str = ""
    usb: str = ""
    name: str = ""

    def find(self) -> str:
        """The path of the first keyboard that matches. Raises WireFault when there is none."""
        if self.path:
            return self.path
        for path in input_nodes.readable():
            with closing(evdev.InputDevice(path)) as device:
                usb = f"{device.info.vendor:04x}:{device.info.product:04x}"
                keys = device.capabilities().get(ecodes.EV_KEY, [])
                if (
                    ecodes.KEY_ENTER in keys
                    and self.usb.lower() in ("", usb)
                    and self.name.lower() in device.name.lower()
                ):
                    return path
        raise WireFault(Problem.UNPLUGGED, f"no input device is {self.usb or self.name}")


class EvdevScanner(Supervised):
    CATEGORY = Category.SCANNER

    def __init__(
        self,
        name: str,
        match: InputMatch,
        framing: Framing | None = None,
        dedupe_ms: int = 0,
        open_device: OpenDevice = evdev.InputDevice,
    ) -> None:
        super().__init__(name)
        self._match = match
        self._framing = framing or Framing()
        self._duplicates = DuplicateReads(dedupe_ms)
        self._open_device = open_device

    def _serve(self) -> None:
        framer = Framer(self.name, self._framing, self._duplicates)
        try:
            device = self._open_device(self._match.find())
            try:
                device.grab()
                self._working()
                self._read(device, framer)
            finally:
                device.close()
        except WireFault:
            raise
        except OSError as error:
            self._pass_on(framer.cut_off("cut off"))
            problem = PROBLEM_OF.get(error.errno or 0, Problem.UNPLUGGED)
            raise WireFault(
                problem, f"{self._match.path}: {os.strerror(error.errno or 0)}"
            ) from error

    def _read(self, device: evdev.InputDevice, framer: Framer) -> None:
        keys = KeyReader()
        while not self._closing.is_set():
            ready, _, _ = select.select([device.fd], [], [], LOOK_S)
            if not ready:
                self._pass_on(framer.silence(LOOK_NS))
                continue
            text = ""
            for event in device.read():
                if event.type == ecodes.EV_SYN and event.code == ecodes.SYN_DROPPED:
                    keys.reset()
                    text = ""
                    self._pass_on(framer.lost("the kernel dropped keys"))
                elif event.type == ecodes.EV_KEY:
                    text += keys.event(event.code, event.value)
            if text:
                keyed = text.encode(self._framing.encoding)
                self._pass_on(framer.feed(keyed, time.monotonic_ns()))

    def _pass_on(self, found: list[Scanned | ScanRefused]) -> None:
        for message in found:
            self._tell(message)


def create(options: Options, _services: Services) -> Scanner:
    match = InputMatch(
        path=options.text("device", ""),
        usb=options.text("usb", ""),
        name=options.text("device_name", ""),
    )
    if match == InputMatch():
        options.wrong("device", "must be given: a path under /dev/input, or `usb` or `device_name`")
    framing = framing_from(options)
    dedupe_ms = options.integer("dedupe_ms", 0, 0, 1000)
    options.finish()
    return EvdevScanner(options.device, match, framing, dedupe_ms)
