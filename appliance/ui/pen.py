"""Drawing on a Kivy canvas with few instructions: rounded boxes, text and icons from caches.

A rounded box with its border is one nine-patch texture; a piece of text is one white texture
that the canvas colours, so that both palettes share it.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.graphics import BorderImage, Color, Rectangle
from kivy.graphics.texture import Texture

from appliance.qr.modules import QUIET, SIGN, SIGN_SHARE, Matrix, is_signed, modules
from appliance.ui.icons import ICONS
from appliance.ui.rect import Rect
from appliance.ui.theme import BOLD, FONTS, REGULAR, Colour

ICON_FONT = str(FONTS / "KramIcons.ttf")

CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
ROUND_ALL = (True, True, True, True)
ROUND_BOTTOM = (False, False, True, True)
ROUND_TOP = (True, True, False, False)
ROUND_LEFT = (True, False, False, True)

_STAND_INS = str.maketrans({"\u2212": "\u2013", "\u2192": "\u203a", "\u2011": "-"})
"""Characters that Noto Sans lacks, and its own that look alike: minus, arrow, firm hyphen."""

_TEXT_PIXELS_MAX = 3_000_000
"""Pixels of cached text, 12 MB: a few screens and some hundred basket lines."""


class _TextCache:
    """Textures of text, least recently used out first."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, int, str], Any] = OrderedDict()
        self._pixels = 0

    def get(self, text: str, size: int, font: str) -> Any:
        key = (text, size, font)
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            return held
        label = CoreLabel(
            text=text, font_size=size, font_name=font, color=(1, 1, 1, 1), font_hinting="normal"
        )
        label.refresh()
        texture = label.texture
        self._held[key] = texture
        self._pixels += texture.width * texture.height
        while self._pixels > _TEXT_PIXELS_MAX and len(self._held) > 1:
            _, old = self._held.popitem(last=False)
            self._pixels -= old.width * old.height
        return texture


_texts = _TextCache()


@lru_cache(maxsize=64)
def _ruler(size: int, font: str) -> Any:
    """Measures in one font. Hinting stays SDL's default: a font is measured as it was opened,
    whatever a label asks for when it draws."""
    return CoreLabel(text="", font_size=size, font_name=font, font_hinting="normal")


@lru_cache(maxsize=8192)
def text_width(text: str, size: int, bold: bool = False) -> int:
    ruler = _ruler(size, BOLD if bold else REGULAR)
    return int(ruler.get_extents(text.translate(_STAND_INS))[0])


@lru_cache(maxsize=64)
def line_height(size: int, bold: bool = False) -> int:
    return int(_ruler(size, BOLD if bold else REGULAR).get_extents("Їg")[1])


@lru_cache(maxsize=4096)
def wrap(text: str, size: int, bold: bool, width: int, lines: int) -> tuple[str, ...]:
    """The text in at most so many lines of that width, at words; what is too long ends in ….

    The text's own line ends stay.
    """
    done: list[str] = []
    for paragraph in text.translate(_STAND_INS).split("\n"):
        _wrap_paragraph(paragraph, size, bold, width, done)
    if len(done) > lines:
        done = [*done[: lines - 1], " ".join(done[lines - 1 :])]
    return tuple(_shortened(line, size, bold, width) for line in done)


def _wrap_paragraph(text: str, size: int, bold: bool, width: int, done: list[str]) -> None:
    current = ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if not current or text_width(longer, size, bold) <= width:
            current = longer
        else:
            done.append(current)
            current = word
    done.append(current)


def _shortened(line: str, size: int, bold: bool, width: int) -> str:
    if text_width(line, size, bold) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(line[:middle].rstrip() + "…", size, bold) <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…"


@lru_cache(maxsize=512)
def fitting_size(texts: tuple[str, ...], size: int, bold: bool, width: int, least: int) -> int:
    """The largest type size, from `size` down to `least`, at which every text fits the width."""
    while size > least and any(text_width(text, size, bold) > width for text in texts):
        size -= 1
    return size


@lru_cache(maxsize=256)
def _patch(
    radius: int, border: int, fill: Colour, line: Colour, corners: tuple[bool, bool, bool, bool]
) -> Any:
    """The nine-patch: corners of `radius`, one stretchable pixel row and column between them.

    Coverage by distance to the edge, so that curves are smooth without multisampling.
    """
    edge = max(radius, border, 1)
    side = 2 * edge + 2
    data = bytearray()
    for py in range(side):
        for px in range(side):
            depth = _depth(px + 0.5, py + 0.5, side, radius, corners)
            outer = min(1.0, max(0.0, depth + 0.5))
            inner = min(1.0, max(0.0, depth - border + 0.5)) if border else 1.0
            mixed = _over(fill, line, inner) if border else fill
            data += bytes(round(255 * c) for c in mixed[:3])
            data.append(round(255 * mixed[3] * outer))
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(data), colorfmt="rgba", bufferfmt="ubyte")
    return texture


@lru_cache(maxsize=4)
def _code(matrix: Matrix) -> Any:
    """One texture pixel a module, never smoothed; rows of a texture go upwards."""
    side = len(matrix)
    texture = Texture.create(size=(side, side), colorfmt="luminance")
    texture.mag_filter = texture.min_filter = "nearest"
    data = bytes(0 if dark else 255 for row in reversed(matrix) for dark in row)
    texture.blit_buffer(data, colorfmt="luminance", bufferfmt="ubyte")
    return texture


def _over(fill: Colour, line: Colour, inner: float) -> Colour:
    """Fill inside, line at the border; a clear fill takes the line's hue so that edges stay true."""
    if fill[3] == 0:
        return (line[0], line[1], line[2], line[3] * (1 - inner))
    mixed = [a + (b - a) * inner for a, b in zip(line, fill, strict=True)]
    return (mixed[0], mixed[1], mixed[2], mixed[3])


def _depth(
    x: float, y: float, side: int, radius: int, corners: tuple[bool, bool, bool, bool]
) -> float:
    """How far inside the shape a point is; negative outside. Rows of a texture go upwards."""
    top_left, top_right, bottom_right, bottom_left = corners
    left, bottom = x < side / 2, y < side / 2
    is_round = (
        (bottom_left if left else bottom_right) if bottom else (top_left if left else top_right)
    )
    to_x = x if left else side - x
    to_y = y if bottom else side - y
    if is_round and to_x < radius and to_y < radius:
        return radius - math.hypot(radius - to_x, radius - to_y)
    return min(to_x, to_y)


class Pen:
    """Draws into one canvas. Colours are set only when they change."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self._colour: Colour | None = None

    def colour(self, colour: Colour) -> None:
        if colour != self._colour:
            self.canvas.add(Color(*colour))
            self._colour = colour

    def fill(self, rect: Rect, colour: Colour) -> None:
        self.colour(colour)
        self.canvas.add(Rectangle(pos=(rect.x, rect.y), size=(rect.w, rect.h)))

    def box(
        self,
        rect: Rect,
        fill: Colour,
        *,
        radius: int,
        line: Colour | None = None,
        width: int = 0,
        corners: tuple[bool, bool, bool, bool] = ROUND_ALL,
    ) -> None:
        """A rounded rectangle, with a border inside its edge when `line` is given."""
        radius = max(0, min(radius, rect.w // 2 - 1, rect.h // 2 - 1))
        border = width if line is not None else 0
        texture = _patch(radius, border, fill, line or fill, corners)
        self.colour((1, 1, 1, 1))
        edge = texture.width // 2 - 1
        self.canvas.add(
            BorderImage(
                pos=(rect.x, rect.y),
                size=(rect.w, rect.h),
                texture=texture,
                border=(edge, edge, edge, edge),
            )
        )

    def image(self, texture: Any, rect: Rect) -> None:
        self.colour((1, 1, 1, 1))
        self.canvas.add(Rectangle(pos=(rect.x, rect.y), size=(rect.w, rect.h), texture=texture))

    def qr(self, data: str, rect: Rect) -> Rect:
        """A QR code, as large as whole dots allow, in the middle of the rectangle; always dark on
        light, whatever the palette. Returns the square it took, quiet zone included."""
        matrix = modules(data)
        count = len(matrix) + 2 * QUIET
        dots = max(1, min(rect.w, rect.h) // count)
        side = dots * count
        square = Rect(rect.x + (rect.w - side) // 2, rect.y + (rect.h - side) // 2, side, side)
        self.fill(square, WHITE)
        inner = square.inset(dots * QUIET)
        self.image(_code(matrix), inner)
        if is_signed(data):
            wide = round(inner.w * SIGN_SHARE)
            left, low = inner.x + (inner.w - wide) // 2, inner.y + (inner.h - wide) // 2
            circle = Rect(left, low, wide, wide)
            self.box(circle, WHITE, radius=wide // 2)
            self.text(SIGN, circle, round(wide * 0.72), BLACK, bold=True, align="center")
        return square

    def text(  # noqa: PLR0913 - a piece of text has that many sides
        self,
        text: str,
        rect: Rect,
        size: int,
        colour: Colour,
        *,
        bold: bool = False,
        align: str = "left",
        valign: str = "middle",
        lines: int = 1,
    ) -> int:
        """Writes into the rectangle, never beyond it; returns the height used."""
        if not text or rect.w <= 0:
            return 0
        parts = wrap(text, size, bold, rect.w, lines)
        return self.lines(parts, rect, size, colour, bold=bold, align=align, valign=valign)

    def lines(
        self,
        parts: Sequence[str],
        rect: Rect,
        size: int,
        colour: Colour,
        *,
        bold: bool = False,
        align: str = "left",
        valign: str = "middle",
    ) -> int:
        step = line_height(size, bold)
        step = round(step * 0.9) if len(parts) > 1 else step
        height = step * len(parts)
        top = {
            "top": rect.top,
            "bottom": rect.y + height,
            "middle": rect.y + (rect.h + height) // 2,
        }[valign]
        self.colour(colour)
        for index, part in enumerate(parts):
            if not part:
                continue
            texture = _texts.get(part, size, BOLD if bold else REGULAR)
            x = {
                "left": rect.x,
                "right": rect.right - texture.width,
                "center": rect.x + (rect.w - texture.width) // 2,
            }[align]
            y = top - step * (index + 1) + (step - texture.height) // 2
            self.canvas.add(Rectangle(pos=(x, y), size=texture.size, texture=texture))
        return height

    def icon(self, name: str, rect: Rect, size: int, colour: Colour) -> None:
        """An icon in the middle of the rectangle."""
        texture = _texts.get(ICONS[name], size, ICON_FONT)
        self.colour(colour)
        x = rect.x + (rect.w - texture.width) // 2
        y = rect.y + (rect.h - texture.height) // 2
        self.canvas.add(Rectangle(pos=(x, y), size=texture.size, texture=texture))
