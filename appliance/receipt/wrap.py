"""Breaks text at words for a width, in whatever unit the caller measures."""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""How wide a text is, in the caller's unit: characters, dots or points."""


def lines(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines no wider than the width; a word that is too long breaks inside."""
    found: list[str] = []
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if measure(longer) <= width:
            current = longer
            continue
        if current:
            found.append(current)
        pieces = _pieces(word, width, measure)
        found += pieces[:-1]
        current = pieces[-1]
    return _without_loose_dots([*found, current])


def balanced(text: str, width: float, measure: Measure) -> list[str]:
    """The same number of lines, but alike in width: for centred text, so that no last word
    stands alone."""
    rows = lines(text, width, measure)
    low, high = 0.0, width
    for _ in range(8 if len(rows) > 1 else 0):
        middle = (low + high) / 2
        tried = lines(text, middle, measure)
        if len(tried) > len(rows):
            low = middle
        else:
            rows, high = tried, middle
    return rows


def _without_loose_dots(rows: list[str]) -> list[str]:
    """A middle dot parts two things on one line; at a break it is only dirt."""
    if len(rows) == 1:
        return rows
    return [row.removeprefix("· ").removesuffix(" ·") for row in rows]


def columns(
    left: str, right: str, width: float, gap: float, measure: Measure
) -> list[tuple[str, str]]:
    """Rows of (left, right): the right part stands whole at the end of the last row.

    When it does not fit behind the words, the last words move down beside it, so that an amount
    never stands alone under a long name.
    """
    if not left:
        return [("", right)]
    rows = lines(left, width, measure)
    if not right:
        return [(row, "") for row in rows]
    room = width - gap - measure(right)
    if measure(rows[-1]) > room:
        rows[-1:] = _tail_beside(rows[-1], room, measure)
    return [*((row, "") for row in rows[:-1]), (rows[-1], right)]


def _tail_beside(row: str, room: float, measure: Measure) -> list[str]:
    """The row in two: as many last words as fit into the room, at most half of them."""
    words = row.split(" ")
    split = len(words)
    while split > (len(words) + 1) // 2 and measure(" ".join(words[split - 1 :])) <= room:
        split -= 1
    return _without_loose_dots([" ".join(words[:split]), " ".join(words[split:])])


def _pieces(word: str, width: float, measure: Measure) -> list[str]:
    """One word cut into pieces that fit; at least one character each, or it would never end."""
    pieces: list[str] = []
    current = ""
    for character in word:
        if current and measure(current + character) > width:
            pieces.append(current)
            current = ""
        current += character
    return [*pieces, current]
