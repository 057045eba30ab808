"""Customer's pole display of two lines of twenty, on a serial line (9600 8N1).

Source: Epson DM-D110/D210 command list ("ESC/POS" here) and the Partner CD5220 user manual,
"CD5220 standard mode". Neither answers: a display that is plugged in is taken for well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import serial

from appliance.core.devices import Category, Problem
from appliance.drivers import display_text
from appliance.drivers.base import LineDisplay
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.serial_wire import (
    BROKEN,
    SerialSettings,
    close_port,
    open_port,
    serial_settings_from,
    write_all,
)
from appliance.drivers.supervised import Supervised, WireFault

INITIALIZE = b"\x1b@"
CLEAR = b"\x0c"
OVERWRITE_MODE = b"\x1f\x01"
CODE_PAGE = b"\x1bt"
CURSOR_TO = b"\x1f$"
UPPER_LINE, LOWER_LINE, END_OF_LINE = b"\x1bQA", b"\x1bQB", b"\r"

EPSON_CODE_PAGES = {"cp437": 0, "cp850": 2, "cp866": 17, "cp1252": 16, "cp852": 18, "cp858": 19}
ENCODINGS = ("ascii", "cp437", "cp850", "cp852", "cp858", "cp866", "cp1125", "cp1251", "cp1252")

LOOK_S = 0.5
"""How soon an idle driver sees that its port is gone."""


def escpos_start(encoding: str) -> bytes:
    page = EPSON_CODE_PAGES.get(encoding)
    select = CODE_PAGE + bytes([page]) if page is not None else b""
    return INITIALIZE + OVERWRITE_MODE + select + CLEAR


def escpos_lines(upper: bytes, lower: bytes) -> bytes:
    return CURSOR_TO + b"\x01\x01" + upper + CURSOR_TO + b"\x01\x02" + lower


def cd5220_start(_encoding: str) -> bytes:
    return INITIALIZE + CLEAR


def cd5220_lines(upper: bytes, lower: bytes) -> bytes:
    return UPPER_LINE + upper + END_OF_LINE + LOWER_LINE + lower + END_OF_LINE


Commands = tuple[Callable[[str], bytes], Callable[[bytes, bytes], bytes]]

COMMAND_SETS: dict[str, Commands] = {
    "escpos": (escpos_start, escpos_lines),
    "cd5220": (cd5220_start, cd5220_lines),
}


class SerialLineDisplay(Supervised):
    """after_start: bytes of the shop's own after the display's start, such as another maker's
    choice of code page."""

    CATEGORY = Category.LINE_DISPLAY

    def __init__(
        self,
        name: str,
        settings: SerialSettings,
        commands: str = "escpos",
        encoding: str = "cp866",
        width: int = 20,
        after_start: bytes = b"",
    ) -> None:
        super().__init__(name)
        self._settings = settings
        self._start, self._lines = COMMAND_SETS[commands]
        self._encoding = encoding
        self._width = width
        self._after_start = after_start
        self._wanted = ("", "")
        self._wake = threading.Event()

    def show(self, line1: str, line2: str) -> None:
        self._wanted = (line1, line2)
        self._wake.set()

    def _interrupt(self) -> None:
        self._wake.set()

    def _serve(self) -> None:
        port = open_port(self._settings)
        try:
            write_all(port, self._start(self._encoding) + self._after_start)
            self._working()
            shown = ("", "")
            while not self._closing.is_set():
                self._wake.clear()
                wanted = self._wanted
                if wanted != shown:
                    # Waits until the line has taken it, so what comes meanwhile replaces itself.
                    write_all(port, self._drawn(wanted))
                    shown = wanted
                    continue
                self._wake.wait(LOOK_S)
                self._still_there(port)
        finally:
            close_port(port)

    def _drawn(self, lines: tuple[str, str]) -> bytes:
        upper, lower = (display_text.line(text, self._width, self._encoding) for text in lines)
        return self._lines(upper, lower)

    def _still_there(self, port: serial.Serial) -> None:
        try:
            _ = port.in_waiting
        except BROKEN as error:
            raise WireFault(Problem.UNPLUGGED, f"{self._settings.port}: {error}") from error


def create(options: Options, _services: Services) -> LineDisplay:
    settings = serial_settings_from(options)
    commands = options.choice("commands", "escpos", tuple(COMMAND_SETS))
    encoding = options.choice("encoding", "cp866", ENCODINGS)
    width = options.integer("width", 20, 8, 40)
    after_start = options.text("after_start", "").encode("latin-1")
    options.finish()
    return SerialLineDisplay(options.device, settings, commands, encoding, width, after_start)
