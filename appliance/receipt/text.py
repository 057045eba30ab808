"""A layout as plain text in a fixed number of columns, for a terminal and for printers' own fonts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

from appliance.receipt import codes, wrap
from appliance.receipt.layout import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    Picture,
    QrCode,
    Rule,
    Ruler,
    Text,
)

COLUMNS = {58: 32, 80: 48}
"""Characters of a printer's font A on each paper, by its width in millimetres."""

INDENT = 2
_RULE = "─"
# Upper half dark, lower half dark: two rows of modules in one row of text.
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def to_text(layout: Layout, columns: int = 48, *, draw_codes: bool = False) -> str:
    """The whole document. draw_codes: QR codes out of block characters instead of their text."""
    rows: list[str] = []
    for block in layout.blocks:
        rows += _rows(block, layout, columns, draw_codes=draw_codes)
    return "\n".join(row.rstrip() for row in rows).strip("\n") + "\n"


def _rows(block: Block, layout: Layout, columns: int, *, draw_codes: bool) -> Iterator[str]:
    match block:
        case Text() | Columns():
            yield from block_rows(block, columns, tail_width(layout))
        case Rule() | Ruler():
            yield _RULE * columns
        case Feed():
            yield from [""] * (block.halves // 2 or 1)
        case QrCode():
            drawn = list(_drawn(codes.qr(block.data)))
            if draw_codes and len(drawn[0]) <= columns:
                yield from (row.center(columns) for row in drawn)
            else:
                yield from (row.center(columns) for row in wrap.lines(block.data, columns, cells))
        case Barcode():
            yield f"*{block.data}*".center(columns)
        case Picture() | Cut():
            return


def tail_width(layout: Layout) -> int:
    """Columns that tax letters take, with the space before them."""
    return max((cells(tail) + 1 for tail in layout.tails), default=0)


def block_rows(block: Text | Columns, columns: int, tail: int) -> list[str]:
    """One block in rows of exactly so many columns."""
    if isinstance(block, Text):
        rows = wrap.balanced(block.text, columns, cells)
        return [_aligned(row, columns, block.align) for row in rows]
    indent = INDENT if block.indent else 0
    ending = "" if block.tail is None else f" {block.tail}"[:tail].ljust(tail)
    room = columns - indent - len(ending)
    pairs = wrap.columns(block.left, block.right, room, 1, cells)
    found = []
    for left, right in pairs:
        gap = room - cells(left) - cells(right)
        found.append(" " * indent + left + " " * gap + right + (ending if right else ""))
    return [row + " " * (columns - cells(row)) for row in found]


def cells(text: str) -> int:
    """Columns a text takes: none for a combining mark, two for a wide letter."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _aligned(row: str, columns: int, align: Align) -> str:
    spare = columns - cells(row)
    before = {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[align]
    return " " * before + row + " " * (spare - before)


def _drawn(matrix: codes.Matrix) -> Iterator[str]:
    """Two rows of modules in one row of text, dark on light, with one quiet row around."""
    for upper, lower in zip_longest(matrix[::2], matrix[1::2], fillvalue=(False,) * len(matrix)):
        yield "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
