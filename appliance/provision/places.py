"""The line on which each field of a JSON text stands, which the standard parser does not tell.

It walks a text that `json` has already accepted, so it need not judge, only count.
"""

from __future__ import annotations

import json
import re

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_SCALAR = re.compile(r"[^,\]}\s]*")


def lines_of(text: str) -> dict[Path, int]:
    """Each field's path, with an index inside lists, and its line counted from 1."""
    walk = _Walk(text)
    walk.value(())
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0

    def value(self, path: Path) -> None:
        self._pass(_BLANK)
        self.lines.setdefault(path, self._text.count("\n", 0, self._at) + 1)
        match self._text[self._at : self._at + 1]:
            case "{":
                self._members(path, "}")
            case "[":
                self._members(path, "]")
            case '"':
                self._pass(_STRING)
            case _:
                self._pass(_SCALAR)

    def _members(self, path: Path, bracket: str) -> None:
        index = 0
        self._at += 1
        while not self._closes(bracket):
            name: str | int = index
            if bracket == "}":
                line = self._text.count("\n", 0, self._at) + 1
                name = json.loads(self._pass(_STRING))
                self.lines.setdefault((*path, name), line)
                self._at = self._text.index(":", self._at) + 1
            self.value((*path, name))
            index += 1

    def _closes(self, bracket: str) -> bool:
        """Whether the list ends here; else stands at its next member."""
        self._pass(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._pass(_BLANK)
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        return False

    def _pass(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, f"not JSON at {self._at}"
        self._at = match.end()
        return match.group()
