"""A key: a rounded box with a title, perhaps a second line, an icon, a colour or a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any

from appliance.ui import pen as pens
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE, Colour, mix, readable, rgb
from appliance.ui.widgets.box import Box


class Kind(Enum):
    """plain: one of many. primary: the one way on. way: another way on. quiet: a word that can be
    touched. chosen: the one of several that is on. danger: takes away."""

    PLAIN = "plain"
    PRIMARY = "primary"
    WAY = "way"
    QUIET = "quiet"
    CHOSEN = "chosen"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Face:
    """What a key shows. size: of the title at 1024x600. hint: the keyboard's key for it.
    note: RRGGBB of a banknote, for border and title. strip: RRGGBB above the title."""

    title: str = ""
    subtitle: str = ""
    kind: Kind = Kind.PLAIN
    size: float = TYPE.key
    icon: str = ""
    hint: str = ""
    strip: str = ""
    picture: str = ""
    note: str = ""
    badge: str = ""
    align: str = "center"
    bold: bool = True
    enabled: bool = True


@lru_cache(maxsize=128)
def picture_texture(path: str) -> Any:
    """A quick key's picture, or None when the file cannot be read."""
    from kivy.core.image import Image as CoreImage

    try:
        return CoreImage(path, mipmap=True).texture
    except Exception:  # noqa: BLE001 - any broken picture is only a missing picture
        return None


class Key(Box):
    """Acts when the finger leaves it, so that a slip can still be moved away."""

    def __init__(self, kit: Kit, face: Face, action: Callable[[], None]) -> None:
        super().__init__(kit)
        self.face = face
        self.action = action
        self.hotkey = ""
        self.pressed = False
        self.focused = False
        self.hints_shown = False

    def change(self, **changes: Any) -> None:
        """Another face; redraws only when it differs."""
        face = replace(self.face, **changes)
        if face != self.face:
            self.face = face
            self.redraw()

    def press(self) -> None:
        if self.face.enabled:
            self.action()

    def on_touch_down(self, touch: Any) -> bool:
        if not self.face.enabled or not self.rect.holds(touch.x, touch.y):
            return False
        if getattr(touch, "is_mouse_scrolling", False):
            return False
        touch.grab(self)
        self.pressed = True
        self.redraw()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        inside = self.rect.holds(touch.x, touch.y)
        if inside != self.pressed:
            self.pressed = inside
            self.redraw()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        was_pressed, self.pressed = self.pressed, False
        self.redraw()
        if was_pressed and self.parent is not None:
            self.press()
        return True

    def paint(self, pen: Pen) -> None:
        face, kit = self.face, self.kit
        palette, sizes = kit.palette, kit.measures
        fill, line, ink, width = self._colours()
        if fill[3] > 0 or line is not None:
            pen.box(self.rect, fill, radius=sizes.radius, line=line, width=width)
        if self.focused:
            ring = self.rect.inset(3)
            pen.box(
                ring, pens.CLEAR, radius=sizes.radius - 2, line=palette.accent, width=sizes.edge
            )
        inner = self.rect.inset(sizes.px(10) if face.align == "left" else sizes.px(6), sizes.px(6))
        if face.strip or face.picture:
            self._paint_goods(pen, inner, ink)
        elif face.icon and face.title:
            self._paint_icon_above(pen, inner, ink)
        elif face.icon:
            pen.icon(face.icon, self.rect, sizes.type(face.size + 4), ink)
        else:
            self._paint_words(pen, inner, ink)
        if face.badge:
            self._paint_badge(pen)
        if self.hints_shown and face.hint:
            place = self.rect.inset(sizes.px(6), sizes.px(3))
            tone = mix(ink, fill, 0.25) if face.kind is Kind.PRIMARY else palette.quiet
            side = "left" if face.badge else "right"
            pen.text(face.hint, place, sizes.type(TYPE.note), tone, align=side, valign="top")

    def _colours(self) -> tuple[Colour, Colour | None, Colour, int]:
        palette, sizes, face = self.kit.palette, self.kit.measures, self.face
        if not face.enabled:
            faint = mix(palette.quiet, palette.key, 0.45)
            if face.kind is Kind.QUIET:
                return pens.CLEAR, None, faint, 0
            return palette.key, palette.line, faint, sizes.hair
        if face.note:
            note = rgb(face.note)
            ground = palette.pressed if self.pressed else palette.panel
            ink = readable(note, palette.panel, palette.ink)
            return ground, ink, ink, sizes.edge
        match face.kind:
            case Kind.PRIMARY:
                fill = palette.go_pressed if self.pressed else palette.go
                return fill, None, palette.on_go, 0
            case Kind.WAY:
                fill = palette.go_ground if self.pressed else palette.panel
                return fill, palette.go, palette.go, sizes.edge
            case Kind.QUIET:
                fill = palette.pressed if self.pressed else pens.CLEAR
                return fill, None, palette.quiet, 0
            case Kind.CHOSEN:
                return palette.panel, palette.line, palette.ink, sizes.hair
            case Kind.DANGER:
                fill = palette.bad_ground if self.pressed else palette.key
                return fill, palette.line, palette.bad, sizes.hair
        return (
            palette.pressed if self.pressed else palette.key,
            palette.line,
            palette.ink,
            sizes.hair,
        )

    def _paint_words(self, pen: Pen, inner: Rect, ink: Colour) -> None:
        face, sizes = self.face, self.kit.measures
        size = sizes.type(face.size)
        note = sizes.type(TYPE.note)
        sub_height = pens.line_height(note) if face.subtitle else 0
        lines = 2 if inner.h - sub_height >= 2 * pens.line_height(size, face.bold) * 0.9 else 1
        size = self._fitting(face.title, size, inner.w, lines)
        parts = pens.wrap(face.title, size, face.bold, inner.w, lines)
        step = pens.line_height(size, face.bold)
        height = round(step * 0.9) * len(parts) if len(parts) > 1 else step
        top = inner.y + (inner.h + height + sub_height) // 2
        area = Rect(inner.x, top - height, inner.w, height)
        pen.lines(parts, area, size, ink, bold=face.bold, align=face.align)
        if face.subtitle:
            below = Rect(inner.x, top - height - sub_height, inner.w, sub_height)
            tone = ink if face.kind in (Kind.PRIMARY, Kind.WAY) or face.note else None
            tone = tone or self.kit.palette.quiet
            pen.text(face.subtitle, below, note, tone, align=face.align)

    def _fitting(self, title: str, size: int, width: int, lines: int) -> int:
        """Smaller type before a word is cut; longest words decide when lines may break."""
        pieces = tuple(title.split()) if lines > 1 else (title,)
        least = min(size, max(13, round(size * 0.68)))
        size = pens.fitting_size(pieces, size, self.face.bold, width, least)
        while size > least:
            whole = pens.wrap(title, size, self.face.bold, width, lines)
            if not whole[-1].endswith("…"):
                break
            size -= 1
        return size

    def _paint_icon_above(self, pen: Pen, inner: Rect, ink: Colour) -> None:
        face, sizes = self.face, self.kit.measures
        size = sizes.type(face.size)
        icon = sizes.px(30)
        step = pens.line_height(size, face.bold)
        lines = 2 if inner.h >= icon + 2 * step else 1
        size = self._fitting(face.title, size, inner.w, lines)
        parts = pens.wrap(face.title, size, face.bold, inner.w, lines)
        note = sizes.type(TYPE.note)
        sub = pens.line_height(note) if face.subtitle else 0
        height = icon + sizes.px(4) + round(step * (0.9 if len(parts) > 1 else 1)) * len(parts)
        top = inner.y + (inner.h + height + sub) // 2
        tone = ink if face.kind is not Kind.PLAIN else self.kit.palette.go
        tone = tone if face.enabled else ink
        pen.icon(face.icon, Rect(inner.x, top - icon, inner.w, icon), icon, tone)
        words = Rect(inner.x, top - height, inner.w, height - icon - sizes.px(4))
        pen.lines(parts, words, size, ink, bold=face.bold, align="center")
        if sub:
            below = Rect(inner.x, top - height - sub, inner.w, sub)
            pen.text(face.subtitle, below, note, self.kit.palette.quiet, align="center")

    def _paint_goods(self, pen: Pen, inner: Rect, ink: Colour) -> None:
        """A quick key: strip or picture, name, price; left-aligned so that prices line up."""
        face, sizes = self.face, self.kit.measures
        palette = self.kit.palette
        area = inner.inset(sizes.px(6), sizes.px(2))
        note = sizes.type(TYPE.small)
        price, above = area.cut_bottom(pens.line_height(note))
        pen.text(face.subtitle, price, note, palette.quiet)
        texture = picture_texture(face.picture) if face.picture else None
        if texture is not None:
            side = min(sizes.px(34), price.h + sizes.px(14))
            place = Rect(
                self.rect.right - side - sizes.px(8), self.rect.y + sizes.px(7), side, side
            )
            pen.image(texture, place)
        if face.strip:
            strip, above = above.cut_top(sizes.px(4), sizes.px(2))
            bar = Rect(strip.x, strip.y, min(sizes.px(34), strip.w), strip.h)
            colour = rgb(face.strip)
            if palette.name == "dark":
                colour = mix(colour, palette.ink, 0.1)
            pen.box(bar, colour, radius=max(1, bar.h // 2))
        if face.badge:
            above = Rect(above.x, above.y, above.w - self._badge_width() + sizes.px(8), above.h)
        size = sizes.type(face.size)
        lines = 2 if above.h >= 2 * pens.line_height(size, True) * 0.88 else 1
        size = self._fitting(face.title, size, above.w, lines)
        pen.text(face.title, above, size, ink, bold=True, lines=lines)

    def _badge_width(self) -> int:
        sizes = self.kit.measures
        width = pens.text_width(self.face.badge, sizes.type(TYPE.note), True)
        return max(sizes.px(22), width + sizes.px(12))

    def _paint_badge(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        size, width = sizes.type(TYPE.note), self._badge_width()
        height = sizes.px(22)
        place = Rect(
            self.rect.right - width - sizes.px(4),
            self.rect.top - height - sizes.px(4),
            width,
            height,
        )
        pen.box(place, palette.warn_ground, radius=height // 2)
        pen.text(self.face.badge, place, size, palette.warn, bold=True, align="center")
