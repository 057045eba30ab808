"""Rectangles in pixels, y upwards, that cut themselves into parts: how screens are laid out."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def top(self) -> int:
        return self.y + self.h

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h

    def inset(self, x: int, y: int | None = None) -> Rect:
        y = x if y is None else y
        return Rect(self.x + x, self.y + y, max(0, self.w - 2 * x), max(0, self.h - 2 * y))

    def moved(self, x: int = 0, y: int = 0) -> Rect:
        return Rect(self.x + x, self.y + y, self.w, self.h)

    def cut_top(self, height: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the top, what is left below it)."""
        height = min(height, self.h)
        rest = max(0, self.h - height - gap)
        return Rect(self.x, self.top - height, self.w, height), Rect(self.x, self.y, self.w, rest)

    def cut_bottom(self, height: int, gap: int = 0) -> tuple[Rect, Rect]:
        """(the bottom, what is left above it)."""
        height = min(height, self.h)
        rest = max(0, self.h - height - gap)
        return (
            Rect(self.x, self.y, self.w, height),
            Rect(self.x, self.top - rest, self.w, rest),
        )

    def cut_left(self, width: int, gap: int = 0) -> tuple[Rect, Rect]:
        width = min(width, self.w)
        rest = max(0, self.w - width - gap)
        return Rect(self.x, self.y, width, self.h), Rect(self.right - rest, self.y, rest, self.h)

    def cut_right(self, width: int, gap: int = 0) -> tuple[Rect, Rect]:
        width = min(width, self.w)
        rest = max(0, self.w - width - gap)
        return Rect(self.right - width, self.y, width, self.h), Rect(self.x, self.y, rest, self.h)

    def columns(self, weights: int | Sequence[float], gap: int = 0) -> list[Rect]:
        """Side by side, from the left; a number means so many equal ones."""
        shares = [1.0] * weights if isinstance(weights, int) else list(weights)
        room = self.w - gap * (len(shares) - 1)
        cuts = _cuts(shares, room)
        return [
            Rect(self.x + start + gap * i, self.y, end - start, self.h)
            for i, (start, end) in enumerate(cuts)
        ]

    def rows(self, weights: int | Sequence[float], gap: int = 0) -> list[Rect]:
        """One above the other, from the top."""
        shares = [1.0] * weights if isinstance(weights, int) else list(weights)
        room = self.h - gap * (len(shares) - 1)
        cuts = _cuts(shares, room)
        return [
            Rect(self.x, self.top - end - gap * i, self.w, end - start)
            for i, (start, end) in enumerate(cuts)
        ]

    def grid(self, columns: int, rows: int, gap: int = 0) -> list[Rect]:
        """Cells line by line, from the top left."""
        return [cell for row in self.rows(rows, gap) for cell in row.columns(columns, gap)]

    def centred(self, width: int, height: int) -> Rect:
        return Rect(self.x + (self.w - width) // 2, self.y + (self.h - height) // 2, width, height)


def _cuts(shares: Sequence[float], room: int) -> list[tuple[int, int]]:
    """Whole-pixel borders, so that neighbours neither overlap nor leave a seam."""
    whole = sum(shares)
    edges, passed = [0], 0.0
    for share in shares:
        passed += share
        edges.append(round(room * passed / whole))
    return list(itertools.pairwise(edges))
