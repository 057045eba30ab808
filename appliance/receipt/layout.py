"""A document as blocks from top to bottom, before anybody knows fonts, dots or columns.

Blocks are not wrapped: each renderer (text, image, ESC/POS, PDF, HTML) measures in its own unit
and breaks the lines with `wrap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_NOT_PRINTED: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    **dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),
}
"""Control characters, and marks that turn the direction of what follows, amounts included."""

WORDS_MAX = 500
"""Characters of one block; more is a file in the wrong column and metres of paper."""


def printable(words: str) -> str:
    """Words as they may stand on paper. A printer obeys control characters: "ESC p" in an item's
    name would open the drawer."""
    return words[:WORDS_MAX].translate(_NOT_PRINTED)


class Size(StrEnum):
    """Steps of type. A paper's metrics say how many dots each is."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"
    HUGE = "huge"

    @property
    def smaller(self) -> Size:
        """The next step down, for a row that must not break."""
        steps = list(Size)
        return steps[max(steps.index(self) - 1, 0)]


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Style:
    size: Size = Size.NORMAL
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph on its own."""

    text: str
    style: Style = Style()
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Columns:
    """Words at the left, an amount at the right that never breaks.

    tail: the tax letter after the amount; "" keeps its place empty, so that the digits above and
    below stay in line; None lets the amount reach the margin. whole: rather a smaller type than
    two lines.
    """

    left: str
    right: str
    style: Style = Style()
    indent: bool = False
    tail: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Millimetres from the first dot of the head to its last, over an even black band."""


@dataclass(frozen=True, slots=True)
class Feed:
    """White space, in halves of a normal row."""

    halves: int = 1


@dataclass(frozen=True, slots=True)
class Picture:
    """The shop's logo, from a file; a file that is not there leaves no mark."""

    path: str


@dataclass(frozen=True, slots=True)
class QrCode:
    data: str


@dataclass(frozen=True, slots=True)
class Barcode:
    """Code 128, with its text below."""

    data: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of one piece of paper."""


Block = Text | Columns | Rule | Ruler | Feed | Picture | QrCode | Barcode | Cut


@dataclass(frozen=True, slots=True)
class Layout:
    """title: what a file or a browser window is called."""

    blocks: tuple[Block, ...]
    title: str
    language: str

    @property
    def tails(self) -> tuple[str, ...]:
        """Every tax letter, so that a renderer can keep the widest one's place."""
        found = (block.tail for block in self.blocks if isinstance(block, Columns))
        return tuple(sorted({tail for tail in found if tail}))
