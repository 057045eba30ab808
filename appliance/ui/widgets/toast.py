"""A short message over the screen, with the way back beside it; it goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from appliance.core.view import Tone
from appliance.ui import pen as pens
from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE, Box

SHOWN_S = 5.0
SHOWN_BAD_S = 8.0
"""A refusal has more to read."""


class Toast(Box):
    """One at a time: a newer one takes the place. A tap on it sends it away."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self.text = ""
        self.tone = Tone.PLAIN
        self._undo: Callable[[], None] | None = None
        self._parts: tuple[str, ...] = ()
        self._undo_rect = NOWHERE
        self._timer: Any = None
        self.timed = True

    def tell(self, text: str, tone: Tone, undo: Callable[[], None] | None, area: Rect) -> None:
        """Shows the text at the bottom of the area."""
        sizes = self.kit.measures
        self.text, self.tone, self._undo = text, tone, undo
        size = sizes.type(TYPE.key)
        word = self.kit.t("Undo") if undo else ""
        word_width = pens.text_width(word, size, True) + 2 * sizes.pad if word else 0
        icon = sizes.px(34) if tone is Tone.BAD else 0
        room = area.w - 2 * sizes.pad - word_width - icon
        self._parts = pens.wrap(text, size, False, room, 3)
        width = max(pens.text_width(part, size) for part in self._parts)
        width = min(area.w, width + 2 * sizes.pad + word_width + icon + sizes.px(2))
        lines = len(self._parts)
        height = max(sizes.touch(44), sizes.px(18) + lines * pens.line_height(size))
        self._undo_rect = NOWHERE
        if word:
            right = area.x + width
            self._undo_rect = Rect(right - word_width, area.y, word_width, height)
        self.place(Rect(area.x, area.y, width, height))
        self._stop()
        if self.timed:
            shown_s = SHOWN_BAD_S if tone is Tone.BAD else SHOWN_S
            self._timer = Clock.schedule_once(lambda _dt: self.dismiss(), shown_s)

    def dismiss(self) -> None:
        self._stop()
        if self.parent is not None:
            self.parent.remove_widget(self)

    def undo(self) -> bool:
        """Takes back what the toast tells of, if it can."""
        if self._undo is None or self.parent is None:
            return False
        undo, self._undo = self._undo, None
        self.dismiss()
        undo()
        return True

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def on_touch_down(self, touch: Any) -> bool:
        if self.parent is None or not self.rect.holds(touch.x, touch.y):
            return False
        if self._undo_rect.holds(touch.x, touch.y):
            self.undo()
        else:
            self.dismiss()
        return True

    def paint(self, pen: Pen) -> None:
        palette, sizes = self.kit.palette, self.kit.measures
        pen.box(self.rect, palette.toast, radius=sizes.radius)
        inner = self.rect.inset(sizes.pad, 0)
        size = sizes.type(TYPE.key)
        if self.tone is Tone.BAD:
            icon, inner = inner.cut_left(sizes.px(24), sizes.px(10))
            pen.icon("alert", icon, sizes.px(24), palette.toast_bad)
        pen.lines(self._parts, inner, size, palette.on_toast)
        if self._undo_rect is not NOWHERE:
            word = self._undo_rect.inset(sizes.pad, 0)
            pen.text(self.kit.t("Undo"), word, size, palette.toast_go, bold=True, align="right")
