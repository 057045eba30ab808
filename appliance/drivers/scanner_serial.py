"""Barcode scanner on a serial line (RS-232, or USB in "virtual COM port" mode).

The bytes are the code's data between the prefix and suffix set in the scanner (CR by default with
every maker seen); an AIM identifier (ISO/IEC 15424) before the data is kept for the decoder.
"""

from __future__ import annotations

import time

import serial

from appliance.core.devices import Category, Problem, Scanned, ScanRefused
from appliance.drivers.base import Scanner
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.scan_framing import DuplicateReads, Framer, Framing, framing_from
from appliance.drivers.serial_wire import (
    READ_TIMEOUT_S,
    SerialSettings,
    close_port,
    open_port,
    read_some,
    serial_settings_from,
)
from appliance.drivers.supervised import Supervised, WireFault

READ_TIMEOUT_NS = int(READ_TIMEOUT_S * 1e9)

GARBAGE_READS_MAX = 3
"""Refused reads in a row after which the line's settings, not the label, are to blame."""


class SerialScanner(Supervised):
    CATEGORY = Category.SCANNER

    def __init__(
        self,
        name: str,
        settings: SerialSettings,
        framing: Framing | None = None,
        dedupe_ms: int = 0,
    ) -> None:
        super().__init__(name)
        self._settings = settings
        self._framing = framing or Framing()
        self._duplicates = DuplicateReads(dedupe_ms)
        self._refused_in_a_row = 0

    def _serve(self) -> None:
        port = open_port(self._settings)
        framer = Framer(self.name, self._framing, self._duplicates)
        try:
            self._working()
            self._read(port, framer)
        except WireFault as fault:
            self._pass_on(framer.cut_off(f"cut off ({fault.problem})"))
            raise
        finally:
            close_port(port)

    def _read(self, port: serial.Serial, framer: Framer) -> None:
        while not self._closing.is_set():
            data = read_some(port)
            if data:
                self._pass_on(framer.feed(data, time.monotonic_ns()))
            else:
                self._pass_on(framer.silence(READ_TIMEOUT_NS))

    def _pass_on(self, found: list[Scanned | ScanRefused]) -> None:
        for message in found:
            if isinstance(message, ScanRefused):
                self._refused_in_a_row += 1
                if self._refused_in_a_row >= GARBAGE_READS_MAX:
                    self._report(Problem.GARBAGE, message.detail)
            else:
                self._refused_in_a_row = 0
                self._report(Problem.NONE)
            self._tell(message)


def create(options: Options, _services: Services) -> Scanner:
    settings = serial_settings_from(options)
    framing = framing_from(options)
    dedupe_ms = options.integer("dedupe_ms", 0, 0, 1000)
    options.finish()
    return SerialScanner(options.device, settings, framing, dedupe_ms)
