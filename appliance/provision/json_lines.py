"""The line on which each field of a JSON text stands, which the standard parser does not tell.

It walks a text that `json` has already accepted, so it need not judge, only count.
"""

from __future__ import annotations

import json
import re

from appliance.config.walk import Walk

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_SCALAR = re.compile(r"[^,\]}\s]*")


def lines_of(text: str) -> dict[Path, int]:
    """Each field's path, with an index inside lists, and its line counted from 1."""
    walk = _Json(text)
    walk.value(())
    return walk.lines


class _Json(Walk):
    blank = _BLANK

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lines: dict[Path, int] = {}

    def value(self, path: Path) -> None:
        self.passes(_BLANK)
        self.lines.setdefault(path, self.line())
        match self.text[self.at : self.at + 1]:
            case "{":
                self._members(path)
            case "[":
                self._elements(path)
            case '"':
                self.passes(_STRING)
            case _:
                self.passes(_SCALAR)

    def _members(self, path: Path) -> None:
        self.at += 1
        while not self.closes("}"):
            line = self.line()
            name = json.loads(self.passes(_STRING))
            self.lines.setdefault((*path, name), line)
            self.at = self.text.index(":", self.at) + 1
            self.value((*path, name))

    def _elements(self, path: Path) -> None:
        index = 0
        self.at += 1
        while not self.closes("]"):
            self.value((*path, index))
            index += 1
