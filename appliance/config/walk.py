"""A place in a text that walks on, for whoever tells the lines that a standard parser does not.

The text is one that the parser has accepted already: what does not fit is a bug of the walker.
"""

from __future__ import annotations

import re
from typing import ClassVar


class Walk:
    """blank: what may stand between a list's elements, brackets and commas."""

    blank: ClassVar[re.Pattern[str]]

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def line(self) -> int:
        """Counted from 1."""
        return self.text.count("\n", 0, self.at) + 1

    def passes(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here; stands behind it then."""
        match = pattern.match(self.text, self.at)
        assert match is not None, f"{pattern.pattern} is not at {self.at}"
        self.at = match.end()
        return match.group()

    def closes(self, bracket: str) -> bool:
        """Whether the list ends here, and stands behind it then; else at its next element."""
        self.passes(self.blank)
        if self.text.startswith(",", self.at):
            self.at += 1
            self.passes(self.blank)
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        return False
