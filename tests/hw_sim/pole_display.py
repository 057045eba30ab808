"""A pole display at its wire: understands the bytes and shows two lines of text."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from hw_sim.wire import Cable

COLUMNS, ROWS = 20, 2

PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
"""What ESC t selects on an Epson display."""


class PoleDisplay:
    """commands: "escpos" or "cd5220". encoding: the code page that its switches select; ESC t
    may select another."""

    def __init__(self, path: Path, commands: str = "escpos", encoding: str = "cp437") -> None:
        self._commands = commands
        self._power_on_encoding = self._encoding = encoding
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._at = (0, 0)
        self._row_in_string_mode: int | None = None
        self._unread = b""
        self._changed = threading.Condition()
        self._listeners: list[Callable[[tuple[str, str]], None]] = []
        self.history: list[tuple[str, str]] = []
        self.cable = Cable(path, self._receive)

    @property
    def port(self) -> str:
        return str(self.cable.path)

    @property
    def lines(self) -> tuple[str, str]:
        with self._changed:
            return ("".join(self._cells[0]), "".join(self._cells[1]))

    def on_show(self, callback: Callable[[tuple[str, str]], None]) -> None:
        self._listeners.append(callback)

    def wait_lines(self, upper: str, lower: str, timeout_s: float = 5.0) -> None:
        """Until it shows these, padding aside."""
        with self._changed:
            shown = self._changed.wait_for(
                lambda: tuple(line.rstrip() for line in self.lines) == (upper, lower), timeout_s
            )
        assert shown, f"shows {self.lines}"

    def unplug(self) -> None:
        """Its power comes with the cable: it forgets everything."""
        self.cable.pull()
        self._power_on()

    def replug(self) -> None:
        self.cable.plug()

    close = unplug

    def _power_on(self) -> None:
        with self._changed:
            self._encoding = self._power_on_encoding
            self._unread = b""
            self._clear()

    def _receive(self, data: bytes) -> None:
        with self._changed:
            self._unread += data
            while self._unread and (used := self._step(self._unread)):
                self._unread = self._unread[used:]
            self.history.append(self.lines)
            self._changed.notify_all()
        for listener in self._listeners:
            listener(self.lines)

    def _step(self, data: bytes) -> int:
        """Do the first command; how many bytes it had, 0 if its end has not come yet."""
        if data[0] in (0x1B, 0x1F):
            return self._command(data)
        if data[0] == 0x0C:
            self._clear()
        elif data[0] == 0x0D and self._row_in_string_mode is not None:
            self._row_in_string_mode = None
        elif data[0] >= 0x20:
            self._put(data[:1].decode(self._encoding, "replace"))
        return 1

    def _command(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        match data[:2]:
            case b"\x1b@":
                self._encoding = self._power_on_encoding
                self._clear()
                return 2
            case b"\x1f\x01":
                return 2
            case b"\x1bt" if self._commands == "escpos":
                if len(data) >= 3:
                    self._encoding = PAGES[data[2]]
                return 3 if len(data) >= 3 else 0
            case b"\x1f$" if self._commands == "escpos":
                if len(data) >= 4:
                    self._at = (data[3] - 1, data[2] - 1)
                return 4 if len(data) >= 4 else 0
            case b"\x1bQ" if self._commands == "cd5220":
                if len(data) >= 3:
                    self._row_in_string_mode = {0x41: 0, 0x42: 1}[data[2]]
                    self._at = (self._row_in_string_mode, 0)
                return 3 if len(data) >= 3 else 0
        self._put("¤")
        return 2

    def _put(self, char: str) -> None:
        row, column = self._at
        self._cells[row][column] = char
        column += 1
        self._at = (row, column) if column < COLUMNS else ((row + 1) % ROWS, 0)

    def _clear(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._at = (0, 0)
        self._row_in_string_mode = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
