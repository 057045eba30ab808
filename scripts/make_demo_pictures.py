"""Draw the demo shop's pictures for quick keys: flat, 96 x 96, transparent, without outlines.

Every picture is a function on a sheet of 96 units; it is drawn five times as large and made small
again, which smooths its edges. `python scripts/make_demo_pictures.py SHEET.png` also writes all of
them on one sheet, to be looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parent.parent / "config" / "demo" / "pictures"
SIZE = 96
SCALE = 5

Point = tuple[float, float]

INK, WHITE, CREAM, SHADE = "#3B3A36", "#FFFFFF", "#FBEFD2", "#D5DCE1"
# What is white in life is a shade darker than the key that it stands on.
PALE = "#E3E9ED"
RED, ORANGE, YELLOW, GREEN, LEAF = "#D9534A", "#EF9A3D", "#F4CB4D", "#7DB65A", "#4E8F46"
BLUE, SKY, PURPLE, PINK, BROWN = "#4A8AC4", "#A9CFEA", "#8A5FA8", "#EE9DB4", "#8A5A3A"
CRUST, CRUMB, DARK_CRUST, GLASS = "#D79A50", "#F3D6A0", "#7E5236", "#7FA98B"


class Sheet:
    """Shapes in units of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def disc(self, x: float, y: float, rx: float, colour: str, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        edge = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        if len(colour) == len("#RRGGBB"):
            self._draw.ellipse(edge, fill=colour)
            return
        # ImageDraw would punch a hole with a see-through colour; a layer over it shines.
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        ImageDraw.Draw(layer).ellipse(edge, fill=colour)
        self.image.alpha_composite(layer)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: str, r: float = 0
    ) -> None:
        self._draw.rounded_rectangle(
            _scaled([(left, top), (right, bottom)]), radius=r * SCALE, fill=colour
        )

    def shape(self, points: Sequence[Point], colour: str) -> None:
        self._draw.polygon(_scaled(points), fill=colour)

    def blob(self, points: Sequence[Point], colour: str) -> None:
        """A closed smooth curve through the points."""
        self.shape(_smooth(points, closed=True), colour)

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A smooth line with round ends: a row of discs close enough to have no gaps."""
        path = _smooth(points, closed=False)
        for (x, y), (to_x, to_y) in pairwise(path):
            steps = max(1, round(max(abs(to_x - x), abs(to_y - y)) * 4))
            for i in range(steps + 1):
                t = i / steps
                self.disc(x + (to_x - x) * t, y + (to_y - y) * t, width / 2, colour)

    def turned(self, degrees: float) -> None:
        self.image = self.image.rotate(degrees, Image.Resampling.BICUBIC)
        self._draw = ImageDraw.Draw(self.image)

    def small(self) -> Image.Image:
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Catmull-Rom: through every point, with the slope of its neighbours."""
    count = len(points)
    if count < 3:
        return list(points)
    found: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + k - 1) % count] for k in range(4))
        else:
            a, b, c, d = (points[min(max(i + k - 1, 0), count - 1)] for k in range(4))
        for step in range(16):
            t = step / 16
            found.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    if not closed:
        found.append(points[-1])
    return found


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    slope, bend, turn = c - a, 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
    return 0.5 * (2 * b + slope * t + bend * t * t + turn * t**3)


# Shapes that several pictures share


def bottle(s: Sheet, body: str, cap: str, label: str, *, neck: float = 7, left: float = 31) -> None:
    right = SIZE - left
    s.box(48 - neck, 18, 48 + neck, 44, body, 3)
    s.blob(
        [(48 - neck, 28), (left + 1, 46), (left, 66), (left + 3, 86), (48, 88),
         (right - 3, 86), (right, 66), (right - 1, 46), (48 + neck, 28), (48, 27)],
        body,
    )  # fmt: skip
    s.box(left, 46, right, 88, body, 6)
    s.box(48 - neck - 1, 8, 48 + neck + 1, 19, cap, 2.5)
    s.box(left, 54, right, 76, label)


def carton(s: Sheet, body: str, band: str) -> None:
    s.shape([(28, 36), (36, 18), (62, 18), (70, 36)], SHADE)
    s.box(35, 10, 63, 19, band, 2)
    s.box(28, 35, 70, 90, body, 3)
    s.box(28, 52, 70, 78, band)


def pot(s: Sheet, lid: str, band: str) -> None:
    s.shape([(22, 34), (74, 34), (67, 86), (29, 86)], PALE)
    s.disc(48, 85, 19, PALE, 4)
    s.shape([(24, 48), (72, 48), (69, 72), (27, 72)], band)
    s.box(18, 25, 78, 36, lid, 4)


def pack(s: Sheet, body: str, band: str) -> None:
    s.box(25, 14, 71, 88, body, 5)
    s.box(25, 14, 71, 24, band, 3)
    s.box(25, 48, 71, 74, CREAM)


def cup(s: Sheet) -> None:
    s.shape([(26, 28), (70, 28), (63, 88), (33, 88)], PALE)
    s.shape([(28, 44), (68, 44), (64.5, 70), (31.5, 70)], BROWN)
    s.box(22, 20, 74, 30, INK, 4)
    s.box(28, 12, 68, 22, INK, 4)


def fruit(s: Sheet, colour: str, *, leaf: bool = True) -> None:
    s.disc(48, 54, 33, colour)
    s.disc(37, 43, 6, "#FFFFFF55", 9)
    if leaf:
        s.stroke([(48, 24), (49, 17), (52, 12)], BROWN, 4)
        s.blob([(52, 20), (62, 11), (74, 13), (65, 23)], LEAF)


def bread_of(s: Sheet, crust: str, crumb: str) -> None:
    s.blob([(14, 46), (18, 30), (48, 22), (78, 30), (82, 46), (76, 52), (20, 52)], crust)
    s.box(18, 40, 78, 80, crust, 7)
    s.blob([(22, 46), (27, 36), (48, 30), (69, 36), (74, 46), (70, 50), (26, 50)], crumb)
    s.box(25, 44, 71, 73, crumb, 5)


def loaf_of(s: Sheet, width: float, cuts: int) -> None:
    half = width / 2
    s.blob(
        [(6, 48), (14, 48 - half), (48, 46 - half), (82, 48 - half), (90, 48),
         (82, 48 + half), (48, 50 + half), (14, 48 + half)],
        CRUST,
    )  # fmt: skip
    for i in range(cuts):
        x = 48 + (i - (cuts - 1) / 2) * 60 / cuts
        s.stroke([(x - 5, 48 + half * 0.55), (x + 5, 48 - half * 0.55)], CRUMB, 5)
    s.turned(28)


# The pictures


def bag_small(s: Sheet) -> None:
    bag(s, SKY, 26)


def bag_large(s: Sheet) -> None:
    bag(s, BLUE, 17)


def bag(s: Sheet, colour: str, left: float) -> None:
    right = SIZE - left
    top = 40 if left > 20 else 30
    s.stroke(
        [(38, top + 8), (39, top - 14), (48, top - 20), (57, top - 14), (58, top + 8)], colour, 6
    )
    s.shape([(left + 3, top), (right - 3, top), (right, 88), (left, 88)], colour)
    s.box(left, 80, right, 90, colour, 4)
    s.disc(48, (top + 90) / 2, 11, "#FFFFFF88")


def bag_paper(s: Sheet) -> None:
    s.shape([(24, 24), (30, 18), (36, 24), (42, 18), (48, 24), (54, 18), (60, 24), (66, 18), (72, 24),
             (72, 88), (24, 88)], "#C79B68")  # fmt: skip
    s.shape([(60, 24), (66, 18), (72, 24), (72, 88), (60, 88)], "#B48754")
    s.disc(42, 58, 11, "#FFFFFF66")


def bread(s: Sheet) -> None:
    bread_of(s, CRUST, CRUMB)


def bread_dark(s: Sheet) -> None:
    bread_of(s, DARK_CRUST, "#A9754C")


def toast(s: Sheet) -> None:
    bread_of(s, "#E0AE67", "#FBE9C4")
    s.shape([(40, 50), (58, 46), (62, 60), (44, 64)], YELLOW)


def loaf(s: Sheet) -> None:
    loaf_of(s, 38, 3)


def baguette(s: Sheet) -> None:
    loaf_of(s, 22, 5)


def bun(s: Sheet) -> None:
    s.blob([(10, 62), (18, 38), (48, 26), (78, 38), (86, 62), (74, 76), (48, 79), (22, 76)], CRUST)
    for x, y in ((36, 42), (48, 36), (61, 42), (42, 52), (55, 51), (30, 54), (67, 54)):
        s.disc(x, y, 2.6, INK, 2)


def croissant(s: Sheet) -> None:
    s.blob([(8, 66), (14, 42), (34, 26), (62, 26), (82, 42), (88, 66), (80, 72), (70, 60), (58, 54),
            (38, 54), (26, 60), (16, 72)], CRUST)  # fmt: skip
    for x, y, to, down in ((30, 32, 35, 54), (48, 26, 48, 53), (66, 32, 61, 54)):
        s.stroke([(x, y), (to, down)], "#B97D38", 3)
    s.stroke([(17, 46), (24, 59)], "#B97D38", 3)
    s.stroke([(79, 46), (72, 59)], "#B97D38", 3)


def potato(s: Sheet) -> None:
    s.blob(
        [(12, 54), (22, 32), (46, 24), (72, 30), (86, 50), (78, 70), (54, 76), (26, 74)], "#CFA469"
    )
    for x, y in ((34, 44), (56, 38), (68, 54), (44, 60), (27, 58)):
        s.disc(x, y, 2.6, "#A97F4A", 2)


def onion(s: Sheet, colour: str = "#D98F45") -> None:
    s.blob([(48, 16), (54, 30), (78, 46), (80, 66), (62, 82), (48, 85), (34, 82), (16, 66), (18, 46),
            (42, 30)], colour)  # fmt: skip
    for dx in (-15, 0, 15):
        s.stroke([(48 + dx / 5, 32), (48 + dx * 1.25, 56), (48 + dx / 2, 80)], "#EDBE8A", 2.5)
    s.stroke([(48, 24), (47, 14), (50, 8)], "#A9743A", 4)


def garlic(s: Sheet) -> None:
    s.stroke([(48, 36), (49, 22), (54, 10)], SHADE, 8)
    s.blob(
        [(48, 30), (74, 50), (76, 70), (60, 82), (48, 80), (36, 82), (20, 70), (22, 50)], "#E8DFE6"
    )
    s.stroke([(46, 38), (36, 58), (40, 79)], "#BBA6C0", 2.5)
    s.stroke([(50, 38), (60, 58), (56, 79)], "#BBA6C0", 2.5)


def carrot(s: Sheet) -> None:
    for x in (36, 48, 60):
        s.stroke([(48, 34), (x, 10)], LEAF, 6)
    s.blob([(32, 32), (48, 28), (64, 32), (62, 48), (52, 86), (48, 91), (44, 86), (34, 48)], ORANGE)
    for y, a, b in ((44, 36, 46), (56, 50, 58), (66, 42, 49)):
        s.stroke([(a, y), (b, y)], "#C9741F", 2.5)
    s.turned(-24)


def beet(s: Sheet) -> None:
    for x in (34, 48, 62):
        s.stroke([(48, 36), (x, 10)], LEAF if x != 48 else "#A8456F", 6)
    s.stroke([(48, 76), (50, 90)], "#8E2F5B", 4)
    s.disc(48, 56, 27, "#8E2F5B")
    s.disc(39, 47, 4, "#FFFFFF44", 6)


def cabbage(s: Sheet) -> None:
    s.disc(48, 50, 36, "#8CC06A")
    s.disc(48, 52, 29, "#B4DA8C")
    s.stroke([(48, 84), (48, 54), (46, 28)], "#E7F3CF", 4)
    for dx in (-1, 1):
        s.stroke([(48, 68), (48 + 13 * dx, 54), (48 + 18 * dx, 42)], "#E7F3CF", 3)
        s.stroke([(48, 52), (48 + 8 * dx, 42), (48 + 10 * dx, 32)], "#E7F3CF", 3)


def cucumber(s: Sheet) -> None:
    s.stroke([(18, 66), (34, 46), (56, 38), (78, 30)], "#5C9A48", 23)
    s.stroke([(22, 62), (38, 45), (58, 37), (76, 30)], "#8CC06A", 3)
    s.disc(73, 68, 16, "#5C9A48")
    s.disc(73, 68, 12.5, "#D9EDBE")
    for x, y in ((73, 61), (79, 66), (77, 74), (69, 74), (67, 66)):
        s.disc(x, y, 1.8, "#9CC77C")


def tomato(s: Sheet) -> None:
    s.disc(48, 56, 35, RED, 31)
    s.disc(34, 46, 5, "#FFFFFF55", 8)
    for x, y in ((30, 28), (40, 38), (56, 38), (66, 28), (48, 16)):
        s.stroke([(48, 28), (x, y)], LEAF, 6)


def pepper(s: Sheet) -> None:
    s.blob([(48, 32), (60, 26), (78, 32), (80, 54), (70, 80), (60, 84), (48, 80), (36, 84), (26, 80),
            (16, 54), (18, 32), (36, 26)], RED)  # fmt: skip
    s.stroke([(48, 30), (48, 20), (54, 12)], LEAF, 7)
    s.stroke([(38, 36), (34, 54), (38, 74)], "#B73A33", 3)
    s.stroke([(58, 36), (62, 54), (58, 74)], "#B73A33", 3)


def mushroom(s: Sheet) -> None:
    s.box(37, 46, 59, 84, "#F1E7D6", 9)
    s.blob(
        [(10, 52), (16, 32), (48, 16), (80, 32), (86, 52), (76, 58), (48, 54), (20, 58)], "#C9A47C"
    )
    s.disc(36, 34, 5, "#E4CDB0", 4)
    s.disc(58, 38, 4, "#E4CDB0", 3)


def greens(s: Sheet) -> None:
    for x, top in ((22, 34), (36, 20), (50, 14), (64, 22), (76, 36)):
        s.stroke([(48, 88), (48 + (x - 48) * 0.5, 58), (x, top + 10)], LEAF, 4)
        for dx, dy in ((0, 0), (-8, 8), (8, 8), (0, 16)):
            s.disc(x + dx, top + dy, 8, GREEN)
    s.box(36, 66, 60, 74, RED, 3)


def banana(s: Sheet) -> None:
    s.blob([(74, 10), (80, 14), (84, 38), (74, 64), (48, 82), (20, 82), (10, 74), (14, 70), (40, 62),
            (60, 44), (70, 22)], YELLOW)  # fmt: skip
    s.stroke([(78, 34), (68, 56), (46, 72), (22, 77)], "#DDB02F", 3)
    s.stroke([(76, 14), (74, 7)], BROWN, 6)
    s.disc(12, 75, 4, BROWN)


def apple(s: Sheet) -> None:
    s.blob([(48, 32), (62, 25), (80, 34), (83, 56), (70, 82), (58, 87), (48, 84), (38, 87), (26, 82),
            (13, 56), (16, 34), (34, 25)], "#8FBF4D")  # fmt: skip
    s.disc(30, 44, 5, "#FFFFFF66", 9)
    s.stroke([(48, 32), (48, 22), (52, 12)], BROWN, 4)
    s.blob([(52, 22), (60, 10), (76, 10), (68, 22)], LEAF)


def pear(s: Sheet) -> None:
    s.blob([(48, 22), (58, 28), (61, 44), (76, 62), (70, 82), (48, 89), (26, 82), (20, 62), (35, 44),
            (38, 28)], "#C9CC52")  # fmt: skip
    s.disc(34, 64, 5, "#FFFFFF66", 9)
    s.stroke([(48, 26), (49, 16), (54, 8)], BROWN, 4)
    s.blob([(52, 18), (62, 12), (72, 16), (62, 22)], LEAF)


def orange(s: Sheet) -> None:
    fruit(s, ORANGE)
    for x, y in ((56, 66), (64, 56), (52, 76), (42, 68)):
        s.disc(x, y, 1.7, "#D97F1E")


def lemon(s: Sheet) -> None:
    s.blob([(8, 50), (18, 44), (30, 30), (52, 26), (72, 34), (80, 45), (88, 50), (80, 58), (70, 70),
            (50, 76), (28, 70), (16, 56)], YELLOW)  # fmt: skip
    s.disc(38, 42, 9, "#FFFFFF77", 5)
    s.turned(20)


def grapes(s: Sheet) -> None:
    for row, (count, y) in enumerate(((4, 34), (3, 47), (4, 47), (3, 60), (2, 72), (1, 84))):
        for i in range(count):
            x = 48 + (i - (count - 1) / 2) * 16
            s.disc(x, y - (2 if row == 2 else 0), 9.5, PURPLE)
            s.disc(x - 3, y - 4, 2.4, "#FFFFFF66")
    s.stroke([(48, 28), (48, 18), (52, 10)], BROWN, 4)
    s.blob([(50, 20), (62, 8), (78, 14), (66, 24)], LEAF)


def milk(s: Sheet) -> None:
    carton(s, PALE, BLUE)
    s.blob([(49, 56), (57, 67), (49, 75), (41, 67)], WHITE)


def juice(s: Sheet) -> None:
    carton(s, "#FDE9B8", ORANGE)
    s.disc(49, 65, 9, YELLOW)


def kefir(s: Sheet) -> None:
    bottle(s, PALE, GREEN, "#BFE0B0", neck=10, left=29)


def yogurt(s: Sheet) -> None:
    pot(s, PINK, "#F9D3DC")
    s.blob([(48, 71), (39, 62), (39, 54), (48, 52), (57, 54), (57, 62)], RED)
    s.stroke([(43, 53), (53, 53)], LEAF, 4)


def sour_cream(s: Sheet) -> None:
    pot(s, BLUE, "#CFE3F3")
    s.blob([(36, 64), (42, 56), (50, 60), (58, 55), (60, 64), (48, 67)], WHITE)


def curd(s: Sheet) -> None:
    pot(s, GREEN, "#DCEFD0")
    for x, y in ((38, 64), (46, 58), (50, 66), (58, 62)):
        s.disc(x, y, 5, WHITE)


def butter(s: Sheet) -> None:
    s.shape([(12, 46), (30, 32), (88, 32), (72, 46)], "#FBE08A")
    s.box(12, 46, 72, 72, YELLOW, 2)
    s.shape([(72, 46), (88, 32), (88, 57), (72, 72)], "#DDB02F")
    s.box(34, 46, 72, 72, SKY)
    s.shape([(34, 46), (51, 32), (88, 32), (72, 46)], "#C9E1F2")
    s.shape([(72, 46), (88, 32), (88, 57), (72, 72)], BLUE)


def cheese(s: Sheet) -> None:
    s.shape([(10, 54), (66, 24), (86, 44), (86, 54)], "#FBE08A")
    s.box(10, 53, 86, 78, YELLOW, 3)
    for x, y, r in ((28, 66, 6), (52, 62, 4), (66, 69, 6), (60, 42, 5)):
        s.disc(x, y, r, "#DDAE2C")


def eggs(s: Sheet) -> None:
    for x, colour in ((26, "#F3D9B6"), (48, "#F6E4C6"), (70, "#E8BF92")):
        s.blob([(x, 24), (x + 12, 44), (x + 9, 60), (x, 64), (x - 9, 60), (x - 12, 44)], colour)
    s.shape([(8, 54), (88, 54), (80, 80), (16, 80)], "#9AA3A5")
    for x in (37, 59):
        s.shape([(x - 6, 54), (x + 6, 54), (x, 64)], "#858E90")


def chicken(s: Sheet) -> None:
    s.stroke([(58, 58), (76, 76)], "#EBDCC0", 9)
    s.disc(80, 74, 6, "#EBDCC0")
    s.disc(74, 80, 6, "#EBDCC0")
    s.blob(
        [(20, 20), (42, 14), (62, 28), (70, 54), (62, 64), (50, 66), (26, 58), (14, 40)], "#C9803F"
    )
    s.disc(34, 30, 7, "#E5A565", 5)


def sausage(s: Sheet) -> None:
    s.stroke([(18, 32), (30, 62), (62, 72), (80, 56)], "#B5504A", 22)
    s.stroke([(17, 40), (31, 64), (60, 73)], "#D67C72", 3)
    s.stroke([(16, 24), (12, 14)], "#8C3A36", 4)
    s.stroke([(86, 50), (91, 42)], "#8C3A36", 4)


def fish(s: Sheet) -> None:
    s.shape([(66, 50), (90, 30), (84, 50), (90, 70)], "#5E8FA8")
    s.blob(
        [(6, 50), (22, 34), (46, 29), (66, 40), (74, 50), (66, 60), (46, 71), (22, 66)], "#7FB0C8"
    )
    s.stroke([(30, 36), (35, 50), (30, 64)], "#5E8FA8", 3)
    s.disc(19, 46, 3.5, INK)
    s.shape([(40, 30), (54, 20), (58, 34)], "#5E8FA8")


def grain(s: Sheet) -> None:
    pack(s, "#B98A56", "#8F653A")
    for x, y in ((40, 56), (50, 54), (58, 60), (44, 64), (53, 67), (36, 66), (60, 69)):
        s.disc(x, y, 3, BROWN, 2.2)


def flour(s: Sheet) -> None:
    pack(s, "#EFE7D8", "#C9B48B")
    s.stroke([(48, 72), (48, 52)], "#C79B4B", 3)
    for y in (54, 60, 66):
        s.stroke([(48, y + 3), (42, y - 2)], "#C79B4B", 4)
        s.stroke([(48, y + 3), (54, y - 2)], "#C79B4B", 4)


def sugar(s: Sheet) -> None:
    pack(s, "#8FC1E3", BLUE)
    for x, y in ((38, 57), (50, 57), (44, 62)):
        s.box(x, y - 5, x + 10, y + 5, WHITE, 1)


def pasta(s: Sheet) -> None:
    for i in range(7):
        s.stroke(
            [(33 + 5 * i, 8 + abs(i - 3) * 2), (33 + 5 * i, 90 - abs(i - 3) * 2)], "#F0C45C", 3.6
        )
    s.box(26, 38, 70, 62, RED, 4)
    s.disc(48, 50, 8, CREAM)


def oil(s: Sheet) -> None:
    bottle(s, "#F0C63C", GREEN, CREAM, neck=6, left=32)
    for x, y in ((48, 57), (55, 61), (55, 69), (48, 73), (41, 69), (41, 61)):
        s.disc(x, y, 4.4, ORANGE)
    s.disc(48, 65, 5, BROWN)


def sauce(s: Sheet) -> None:
    s.shape([(44, 8), (52, 8), (55, 24), (41, 24)], SHADE)
    bottle(s, RED, SHADE, CREAM, neck=8, left=30)
    s.disc(48, 65, 8, RED)


def can(s: Sheet) -> None:
    s.box(24, 22, 72, 82, "#B9C2C6", 4)
    s.disc(48, 82, 24, "#9AA5AA", 7)
    s.box(24, 34, 72, 74, GREEN)
    s.disc(48, 22, 24, "#D5DCDF", 7)
    s.disc(48, 22, 18, "#B9C2C6", 4.5)
    for x, y in ((40, 54), (51, 50), (57, 58), (46, 61)):
        s.disc(x, y, 5.5, "#BFE09A")


def coffee_pack(s: Sheet) -> None:
    s.shape([(28, 16), (68, 16), (74, 86), (22, 86)], "#5B3A29")
    s.box(28, 10, 68, 20, "#3F281C", 2)
    s.shape([(25, 46), (71, 46), (73, 72), (23, 72)], CREAM)
    bean(s, 48, 59, 10)


def bean(s: Sheet, x: float, y: float, r: float) -> None:
    s.disc(x, y, r * 0.75, BROWN, r)
    s.stroke([(x + 1, y - r + 1), (x - 2, y), (x + 1, y + r - 1)], CREAM, 2)


def coffee(s: Sheet) -> None:
    cup(s)
    s.disc(48, 57, 8, CREAM)
    bean(s, 48, 57, 5)


def tea(s: Sheet) -> None:
    s.stroke([(66, 46), (82, 46), (82, 66), (64, 68)], "#B9CFCC", 6)
    s.shape([(18, 36), (72, 36), (66, 78), (24, 78)], "#D3E2E0")
    s.disc(45, 78, 21, "#D3E2E0", 6)
    s.disc(45, 36, 27, "#C98A3B", 6)
    s.stroke([(34, 38), (34, 54)], INK, 1.6)
    s.box(28, 53, 41, 67, GREEN, 2)
    for x in (38, 50):
        s.stroke([(x, 26), (x + 3, 20), (x - 1, 14), (x + 2, 8)], "#B9C2C6", 3)


def chocolate(s: Sheet) -> None:
    s.box(24, 10, 72, 66, "#5B3A29", 4)
    for row in range(3):
        for column in range(3):
            x, y = 27 + column * 15, 13 + row * 14
            s.box(x, y, x + 12, y + 11, "#7A5038", 2)
    s.shape([(22, 50), (30, 45), (38, 51), (48, 45), (58, 51), (66, 45), (74, 50), (74, 88), (22, 88)],
            RED)  # fmt: skip
    s.box(22, 64, 74, 76, "#F3D6A0")
    s.turned(-10)


def candy(s: Sheet) -> None:
    s.shape([(32, 48), (8, 30), (12, 48), (8, 66)], PINK)
    s.shape([(64, 48), (88, 30), (84, 48), (88, 66)], PINK)
    s.disc(48, 48, 22, RED)
    for dx in (-9, 3):
        s.stroke([(46 + dx, 31), (54 + dx, 48), (46 + dx, 65)], WHITE, 4)
    s.turned(18)


def cookie(s: Sheet) -> None:
    s.disc(48, 50, 35, CRUST)
    s.disc(48, 50, 30, "#E6B473")
    for x, y in ((36, 38), (56, 34), (64, 52), (46, 54), (32, 60), (54, 70)):
        s.disc(x, y, 4.5, "#5B3A29")


def cake(s: Sheet) -> None:
    s.shape([(12, 46), (70, 26), (86, 46)], "#FBE3E9")
    s.box(12, 46, 86, 82, CRUMB, 3)
    s.box(12, 58, 86, 66, PINK)
    s.box(12, 44, 86, 51, "#F9C4D2", 3)
    for x in (20, 34, 48, 62, 76):
        s.disc(x, 51, 5, "#F9C4D2", 6)
    s.disc(58, 27, 9, RED)
    s.stroke([(58, 20), (63, 11)], LEAF, 3)


def ice_cream(s: Sheet) -> None:
    s.shape([(28, 46), (68, 46), (48, 92)], CRUST)
    for a, b in (
        ((36, 48), (54, 76)),
        ((48, 48), (58, 68)),
        ((60, 48), (42, 76)),
        ((48, 48), (38, 68)),
    ):
        s.stroke([a, b], "#B97D38", 2)
    s.disc(48, 32, 24, "#F8E3BB")
    for x in (30, 42, 54, 66):
        s.disc(x, 46, 7, "#F8E3BB")
    s.blob(
        [(26, 28), (32, 14), (48, 8), (64, 14), (70, 28), (62, 34), (54, 28), (44, 36), (36, 28)],
        BROWN,
    )


def chips(s: Sheet) -> None:
    s.blob([(22, 10), (48, 13), (74, 10), (71, 48), (75, 88), (48, 85), (21, 88), (25, 48)], YELLOW)
    s.box(22, 10, 74, 18, RED, 2)
    s.box(22, 80, 74, 88, RED, 2)
    s.disc(48, 48, 19, CREAM, 16)
    s.blob([(36, 50), (44, 40), (60, 44), (58, 54), (46, 56)], "#E8B23A")


def water(s: Sheet) -> None:
    bottle(s, SKY, BLUE, WHITE, neck=6, left=33)
    s.blob([(48, 56), (54, 66), (48, 73), (42, 66)], BLUE)


def soda(s: Sheet) -> None:
    bottle(s, "#4A2E25", RED, RED, neck=6, left=33)
    s.stroke([(35, 68), (44, 61), (52, 68), (61, 61)], WHITE, 3)


def beer(s: Sheet) -> None:
    s.stroke([(66, 44), (84, 46), (84, 70), (66, 74)], "#E8D9B0", 7)
    s.box(22, 28, 68, 88, "#EBA93A", 6)
    for x in (34, 45, 56):
        s.stroke([(x, 44), (x, 78)], "#F7CB72", 5)
    for x, y, r in ((26, 28, 10), (40, 22, 13), (56, 24, 12), (66, 30, 8)):
        s.disc(x, y, r, "#F6EBD3")
    s.box(22, 26, 68, 38, "#F6EBD3", 5)


def wine(s: Sheet) -> None:
    bottle(s, "#5A2437", "#B08D3E", CREAM, neck=5, left=34)
    s.stroke([(40, 62), (56, 62)], "#5A2437", 2.5)
    s.stroke([(43, 69), (53, 69)], "#B08D3E", 2.5)


def spirits(s: Sheet) -> None:
    s.box(41, 14, 55, 36, "#CFE3EA", 2)
    s.box(39, 8, 57, 20, BLUE, 2)
    s.box(30, 32, 66, 90, "#CFE3EA", 6)
    s.box(30, 48, 66, 78, WHITE)
    s.disc(48, 63, 9, BLUE)


def paper_roll(s: Sheet) -> None:
    s.shape([(48, 24), (86, 24), (86, 82), (76, 88), (66, 82), (58, 88), (48, 82)], "#D3DBE0")
    s.box(12, 24, 68, 70, PALE)
    s.disc(40, 70, 28, PALE, 10)
    s.disc(40, 24, 28, "#F3F6F8", 10)
    s.disc(40, 24, 9, "#B99A78", 3.5)


def cleaner(s: Sheet) -> None:
    s.box(40, 20, 54, 40, "#3E7FB5", 2)
    s.shape([(24, 10), (60, 8), (64, 22), (38, 24), (36, 18), (24, 18)], RED)
    s.stroke([(40, 24), (33, 32)], RED, 4)
    bottle(s, "#6FB7DE", "#3E7FB5", WHITE, neck=7, left=29)
    s.box(40, 7, 56, 20, RED, 2)
    s.disc(48, 65, 7, "#6FB7DE")


def soap(s: Sheet) -> None:
    s.box(12, 46, 84, 80, PINK, 16)
    s.box(24, 54, 72, 71, "#F6C0CF", 9)
    for x, y, r in ((32, 34, 9), (50, 26, 6), (62, 36, 8), (45, 40, 4)):
        s.disc(x, y, r, "#BFE0F2")
        s.disc(x - r * 0.3, y - r * 0.3, r * 0.25, WHITE)


PICTURES: tuple[Callable[[Sheet], None], ...] = (
    bag_small, bag_large, bag_paper, bread, bread_dark, toast, loaf, baguette, bun, croissant,
    potato, onion, garlic, carrot, beet, cabbage, cucumber, tomato, pepper, mushroom, greens,
    banana, apple, pear, orange, lemon, grapes, milk, kefir, yogurt, sour_cream, curd, butter,
    cheese, eggs, chicken, sausage, fish, grain, flour, sugar, pasta, oil, sauce, can, coffee_pack,
    coffee, tea, chocolate, candy, cookie, cake, ice_cream, chips, water, soda, juice, beer, wine,
    spirits, paper_roll, cleaner, soap,
)  # fmt: skip


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    columns = 9
    rows = -(-len(PICTURES) // columns)
    overview = Image.new("RGB", (columns * 112, rows * 112), "#FBFAF7")
    for place, draw in enumerate(PICTURES):
        sheet = Sheet()
        draw(sheet)
        picture = sheet.small()
        name = draw.__name__.replace("_", "-")
        picture.save(OUT / f"{name}.png", optimize=True)
        at = (place % columns * 112 + 8, place // columns * 112 + 8)
        overview.paste(picture, at, picture)
    if len(sys.argv) > 1:
        overview.save(sys.argv[1])
    print(f"{len(PICTURES)} pictures, {OUT}")


if __name__ == "__main__":
    main()
