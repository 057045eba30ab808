"""Design tokens: every colour, size and distance that a screen may use.

Lengths are given at 1024x600 and scale with the window; type never goes below 13 px. Colours come
in a light and a dark palette; `tests/ui/test_theme.py` holds each pair of ink and ground to a
contrast of 4.5:1 (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent.parent / "fonts"
REGULAR = str(FONTS / "NotoSans-Regular.ttf")
BOLD = str(FONTS / "NotoSans-Bold.ttf")

Colour = tuple[float, float, float, float]

TYPE_MIN = 13
CONTRAST_MIN = 4.5


def rgb(code: str) -> Colour:
    """A colour from "RRGGBB"."""
    return (int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255, 1.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """go: the way on and good news. warn: come and see. bad: refused. accent: links and focus.
    *_ground: what its ink stands on. toast: a short message over everything."""

    name: str
    background: Colour
    panel: Colour
    key: Colour
    pressed: Colour
    ink: Colour
    quiet: Colour
    line: Colour
    go: Colour
    go_ground: Colour
    go_pressed: Colour
    on_go: Colour
    warn: Colour
    warn_ground: Colour
    bad: Colour
    bad_ground: Colour
    accent: Colour
    toast: Colour
    on_toast: Colour
    toast_go: Colour
    toast_bad: Colour


LIGHT = Palette(
    name="light",
    background=rgb("F3F1EC"),
    panel=rgb("FFFFFF"),
    key=rgb("FBFAF7"),
    pressed=rgb("E6E2D8"),
    ink=rgb("1B1A17"),
    quiet=rgb("68645B"),
    line=rgb("DEDACF"),
    go=rgb("0E7A4E"),
    go_ground=rgb("E3F2EA"),
    go_pressed=rgb("0A5F3C"),
    on_go=rgb("FFFFFF"),
    warn=rgb("8F4B04"),
    warn_ground=rgb("FCEFD9"),
    bad=rgb("B3261E"),
    bad_ground=rgb("FBE6E4"),
    accent=rgb("20508C"),
    toast=rgb("1B1A17"),
    on_toast=rgb("F2EFE8"),
    toast_go=rgb("7FDDB0"),
    toast_bad=rgb("FFB4AB"),
)

DARK = Palette(
    name="dark",
    background=rgb("171614"),
    panel=rgb("22211E"),
    key=rgb("2A2925"),
    pressed=rgb("403E37"),
    ink=rgb("F2EFE8"),
    quiet=rgb("A8A296"),
    line=rgb("3A3832"),
    go=rgb("3FBF86"),
    go_ground=rgb("1D3A2D"),
    go_pressed=rgb("2FA06E"),
    on_go=rgb("0C1F16"),
    warn=rgb("E5A04A"),
    warn_ground=rgb("3A2C17"),
    bad=rgb("F2837B"),
    bad_ground=rgb("3E2220"),
    accent=rgb("8FB4E8"),
    toast=rgb("F2EFE8"),
    on_toast=rgb("1B1A17"),
    toast_go=rgb("0B6B43"),
    toast_bad=rgb("A01C15"),
)


def training(palette: Palette) -> Palette:
    """The same, on a ground that nobody takes for the real till."""
    violet = rgb("5B2FA8")
    return replace(palette, background=mix(palette.background, violet, 0.16))


STRIPES = (rgb("5B2FA8"), rgb("FFD54A"), rgb("1B1A17"))
"""The band over a training: its two stripes and the ink on the bright one."""

PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    mixed = [a + (b - a) * share for a, b in zip(one, other, strict=True)]
    return (mixed[0], mixed[1], mixed[2], mixed[3])


@lru_cache(maxsize=256)
def readable(colour: Colour, ground: Colour, ink: Colour) -> Colour:
    """The colour, moved towards the ink just far enough to be read on the ground."""
    for step in range(11):
        moved = mix(colour, ink, step / 10)
        if contrast(moved, ground) >= CONTRAST_MIN:
            return moved
    return ink


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths for one window, in pixels; see `measures`."""

    width: int
    height: int
    scale: float

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    @property
    def narrow(self) -> bool:
        """Too few pixels for four quick keys beside the basket."""
        return self.scale < 0.9 and not self.portrait

    def px(self, length: float) -> int:
        """A length of the 1024x600 sketch in this window."""
        return max(1, round(length * self.scale))

    def type(self, size: float) -> int:
        """A type size. Small type shrinks less than the screen, and never below what is read."""
        scale = self.scale
        if scale < 1 and size < 24:
            scale = (1 + 2 * scale) / 3 if size < 18 else (1 + scale) / 2
        return max(TYPE_MIN, round(size * scale))

    def touch(self, length: float) -> int:
        """The side of something to touch: never below 44 px, 8.5 mm on a 7 inch 800x480 panel."""
        return max(44, self.px(length))

    @property
    def margin(self) -> int:
        return self.px(12)

    @property
    def gap(self) -> int:
        return max(6, self.px(9))

    @property
    def pad(self) -> int:
        return self.px(16)

    @property
    def radius(self) -> int:
        return self.px(12)

    @property
    def radius_panel(self) -> int:
        return self.px(14)

    @property
    def hair(self) -> int:
        return max(1, int(self.scale))

    @property
    def edge(self) -> int:
        """The border of a key that leads on."""
        return max(2, round(2 * self.scale))

    @property
    def status_height(self) -> int:
        return max(36, self.px(44))

    @property
    def row_height(self) -> int:
        return max(50, self.px(58))

    @property
    def pay_height(self) -> int:
        return max(68, self.px(84))

    @property
    def function_height(self) -> int:
        return max(48, self.px(56))

    @property
    def field_height(self) -> int:
        return self.touch(52)

    @property
    def swipe(self) -> int:
        """A finger that went this far sideways over a line means it."""
        return self.px(90)

    @property
    def slop(self) -> int:
        """A finger may tremble this far and still be a tap."""
        return self.px(10)


def measures(width: int, height: int) -> Measures:
    scale = min(width / 600, height / 1024) if height > width else min(width / 1024, height / 600)
    return Measures(width, height, max(0.7, min(3.0, scale)))


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Type sizes at 1024x600; `Measures.type` brings them to the window."""

    note: float = 13
    small: float = 14
    body: float = 16
    key: float = 15
    title: float = 18
    main_key: float = 21
    digit: float = 26
    amount: float = 34
    total: float = 46
    change: float = 56
    change_done: float = 104


TYPE = TypeScale()
