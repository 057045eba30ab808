"""Fields: where typed text stands, and where a number stands beside what it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance import i18n
from appliance.ui import pen as pens
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import Box


class Field(Box):
    """A line of text with an icon; a tap asks for a keyboard. warning: text that was put aside."""

    def __init__(
        self, kit: Kit, placeholder: str, *, icon: str = "search", on_tap: Callable[[], None]
    ) -> None:
        super().__init__(kit)
        self.placeholder = placeholder
        self.text = ""
        self.warning = ""
        self.active = False
        self._icon = icon
        self._on_tap = on_tap

    def set(self, text: str, *, active: bool | None = None, warning: str = "") -> None:
        self.text = text
        self.warning = warning
        if active is not None:
            self.active = active
        self.redraw()

    def on_touch_down(self, touch: Any) -> bool:
        if not self.rect.holds(touch.x, touch.y) or getattr(touch, "is_mouse_scrolling", False):
            return False
        touch.grab(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.rect.holds(touch.x, touch.y):
            self._on_tap()
        return True

    def paint(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        line = palette.warn if self.warning else palette.accent if self.active else palette.line
        width = sizes.edge if self.active or self.warning else sizes.hair
        ground = palette.warn_ground if self.warning else palette.panel
        pen.box(self.rect, ground, radius=sizes.radius, line=line, width=width)
        icon, rest = self.rect.inset(sizes.px(12), 0).cut_left(sizes.px(30), sizes.px(9))
        pen.icon(self._icon, icon, sizes.px(24), palette.quiet)
        size = sizes.type(TYPE.body)
        if self.warning:
            pen.text(self.warning, rest, size, palette.warn)
            return
        if not self.text:
            pen.text(self.placeholder, rest, size, palette.quiet)
            if self.active:
                self._cursor(pen, rest.x, rest)
            return
        # The end of a long text is what is being typed.
        shown = self.text
        while shown and pens.text_width(shown, size) > rest.w - sizes.px(8):
            shown = shown[1:]
        pen.text(shown, rest, size, palette.ink)
        if self.active:
            self._cursor(pen, rest.x + pens.text_width(shown, size) + 1, rest)

    def _cursor(self, pen: Pen, x: int, area: Rect) -> None:
        height = self.kit.measures.px(24)
        y = area.y + (area.h - height) // 2
        pen.fill(Rect(x, y, self.kit.measures.edge, height), self.kit.palette.accent)


class NumberField(Box):
    """A number being typed, always beside the name of what it will change.

    label: what it is. before: what stands there now. text: what was typed, or nothing yet.
    currency: of an amount, instead of a unit.
    """

    def __init__(self, kit: Kit, label: str, *, size: float = TYPE.amount) -> None:
        super().__init__(kit)
        self.label = label
        self.before = ""
        self.text = ""
        self.placeholder = ""
        self.unit = ""
        self.currency = ""
        self.wrong = ""
        self._size = size

    def set(
        self,
        text: str,
        *,
        before: str = "",
        placeholder: str = "",
        unit: str = "",
        currency: str = "",
        wrong: str = "",
        label: str | None = None,
    ) -> None:
        self.text, self.before, self.placeholder = text, before, placeholder
        self.unit, self.currency, self.wrong = unit, currency, wrong
        self.label = self.label if label is None else label
        self.redraw()

    def paint(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        line = palette.bad if self.wrong else palette.line
        pen.box(self.rect, palette.panel, radius=sizes.radius, line=line, width=sizes.hair)
        inner = self.rect.inset(sizes.pad, 0)
        size = sizes.type(self._size)
        small = sizes.type(TYPE.body)
        value = self.text or self.placeholder
        ink = palette.ink if self.text else palette.quiet
        if value and self.currency:
            value = i18n.with_sign(value, self.currency, self.kit.language)
        elif value:
            value = f"{value} {self.unit}".strip()
        width = pens.text_width(value, size, True)
        pen.text(value, inner, size, ink, bold=True, align="right")
        left = Rect(inner.x, inner.y, max(0, inner.w - width - sizes.px(14)), inner.h)
        if self.before and self.text:
            before = f"{self.before} →"
            taken = pens.text_width(before, small) + sizes.px(4)
            if left.w - taken > sizes.px(60):
                pen.text(before, left, small, palette.quiet, align="right")
                left = Rect(left.x, left.y, left.w - taken - sizes.px(8), left.h)
        note = self.wrong or self.label
        tone = palette.bad if self.wrong else palette.quiet
        pen.text(note, left, small, tone, lines=2)
