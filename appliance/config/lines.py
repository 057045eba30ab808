"""The line on which each key of a TOML text stands, which the standard parser does not tell.

It walks a text that `tomllib` has already accepted, so it need not judge, only skip: strings, arrays
and inline tables are entered or passed, everything else ends at a comma, a bracket or a line's end.
"""

from __future__ import annotations

import re

from appliance.config.mistakes import Key
from appliance.config.walk import Walk

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str) -> dict[Key, int]:
    """Each key's path, with an index inside arrays, and its line counted from 1."""
    return _Toml(text).document()


class _Toml(Walk):
    blank = _BLANK

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._lines: dict[Key, int] = {}
        self._array_tables: dict[Key, int] = {}

    def document(self) -> dict[Key, int]:
        table: Key = ()
        self.passes(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self.passes(_BLANK)
        return self._lines

    def _header(self) -> Key:
        is_array = self.text.startswith("[[", self.at)
        line = self.line()
        self.at += 2 if is_array else 1
        written = self._dotted()
        self.at += 2 if is_array else 1
        path: Key = ()
        for part in written[:-1]:
            path = self._within((*path, part))
        path = (*path, written[-1])
        if is_array:
            self._array_tables[path] = self._array_tables.get(path, -1) + 1
            self._lines.setdefault(path, line)
            path = self._within(path)
        else:
            path = self._within(path)
        self._lines[path] = line
        return path

    def _within(self, path: Key) -> Key:
        """The path itself, or the latest element of the array of tables that it names."""
        return (*path, self._array_tables[path]) if path in self._array_tables else path

    def _pair(self, table: Key) -> None:
        line = self.line()
        path = table
        for part in self._dotted():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self.at = self.text.index("=", self.at) + 1
        self.passes(_SPACE)
        self._value(path)

    def _value(self, path: Key) -> None:
        first = self.text[self.at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self.passes(_STRING)
        else:
            self.passes(_SCALAR)

    def _array(self, path: Key) -> None:
        self.at += 1
        index = 0
        while not self.closes("]"):
            self._lines[(*path, index)] = self.line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Key) -> None:
        self.at += 1
        while not self.closes("}"):
            self._pair(path)

    def _dotted(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.passes(_SPACE)
            parts.append(self._key())
            self.passes(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _key(self) -> str:
        pattern = _STRING if self.text[self.at] in "\"'" else _BARE_KEY
        word = self.passes(pattern)
        return word[1:-1] if word[0] in "\"'" else word
