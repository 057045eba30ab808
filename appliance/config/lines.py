"""The line on which each key of a TOML text stands, which the standard parser does not tell.

It walks a text that `tomllib` has already accepted, so it need not judge, only skip: strings, arrays
and inline tables are entered or passed, everything else ends at a comma, a bracket or a line's end.
"""

from __future__ import annotations

import re

Key = tuple[str | int, ...]

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
    return _Walk(text).document()


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Key, int] = {}
        self._array_tables: dict[Key, int] = {}

    def document(self) -> dict[Key, int]:
        table: Key = ()
        self._pass(_BLANK)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._pass(_BLANK)
        return self._lines

    def _header(self) -> Key:
        is_array = self._text.startswith("[[", self._at)
        line = self._line()
        self._at += 2 if is_array else 1
        written = self._dotted()
        self._at += 2 if is_array else 1
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
        line = self._line()
        path = table
        for part in self._dotted():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at = self._text.index("=", self._at) + 1
        self._pass(_SPACE)
        self._value(path)

    def _value(self, path: Key) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._pass(_STRING)
        else:
            self._pass(_SCALAR)

    def _array(self, path: Key) -> None:
        self._at += 1
        index = 0
        while not self._closes("]"):
            self._lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Key) -> None:
        self._at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Whether the list ends here; else stands at its next element."""
        self._pass(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._pass(_BLANK)
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _dotted(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._pass(_SPACE)
            parts.append(self._key())
            self._pass(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _key(self) -> str:
        pattern = _STRING if self._text[self._at] in "\"'" else _BARE_KEY
        word = self._pass(pattern)
        return word[1:-1] if word[0] in "\"'" else word

    def _pass(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, f"not TOML at {self._at}"
        self._at = match.end()
        return match.group()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
