"""A list of many rows that scrolls under the finger: only visible rows have instructions.

Each row is one group of a few canvas instructions, painted once and then only moved by the list's
one translation, so that 300 lines scroll like three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.graphics import (
    InstructionGroup,
    PopMatrix,
    PushMatrix,
    ScissorPop,
    ScissorPush,
    Translate,
)

from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.widgets.box import Box

PaintRow = Callable[[Pen, int, Rect, bool], None]
"""(pen, index, rectangle, pressed): draws one row."""

_FRICTION_PER_S = 4.0
_SLOWEST = 12.0


class Rows(Box):
    """on_tap and on_swipe get the row's index. follow: keep the end in view as rows are added."""

    def __init__(
        self,
        kit: Kit,
        paint_row: PaintRow,
        *,
        row_height: int,
        on_tap: Callable[[int], None] | None = None,
        on_swipe: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(kit)
        self.row_height = row_height
        self.count = 0
        self.offset = 0.0
        self._paint_row = paint_row
        self._on_tap = on_tap
        self._on_swipe = on_swipe
        self._groups: dict[int, InstructionGroup] = {}
        self._pressed = -1
        self._swiped = 0
        self._speed = 0.0
        self._fling: Any = None
        with self.canvas:
            self._scissor = ScissorPush(x=0, y=0, width=1, height=1)
            PushMatrix()
            self._move = Translate(0, 0, 0)
            self._content = InstructionGroup()
            PopMatrix()
            ScissorPop()
            self._thumb = InstructionGroup()

    @property
    def offset_max(self) -> float:
        return max(0.0, self.count * self.row_height - self.rect.h)

    def set_rows(self, count: int, changed: set[int] | None = None) -> None:
        """So many rows now; `changed`: those to paint again, None for all."""
        self.count = count
        for index in list(self._groups):
            if changed is None or index in changed or index >= count:
                self._content.remove(self._groups.pop(index))
        self.scroll_to(self.offset)

    def repaint(self, *indexes: int) -> None:
        self.set_rows(self.count, set(indexes))

    def show_row(self, index: int) -> None:
        """Scrolls just far enough to see the whole row."""
        top, bottom = index * self.row_height, (index + 1) * self.row_height
        if top < self.offset:
            self.scroll_to(top)
        elif bottom > self.offset + self.rect.h:
            self.scroll_to(bottom - self.rect.h)

    def scroll_to(self, offset: float) -> None:
        """offset: pixels of content above the window."""
        self.offset = min(max(0.0, offset), self.offset_max)
        self._move.y = round(self.offset)
        first = int(self.offset // self.row_height)
        last = int((self.offset + self.rect.h - 1) // self.row_height)
        wanted = range(first, min(self.count, last + 1)) if self.rect.h else range(0)
        for index in [i for i in self._groups if i not in wanted]:
            self._content.remove(self._groups.pop(index))
        for index in wanted:
            if index not in self._groups:
                group = InstructionGroup()
                self._paint_row(Pen(group), index, self._row(index), index == self._pressed)
                self._content.add(group)
                self._groups[index] = group
        self._draw_thumb()

    def place(self, rect: Rect) -> None:
        self._scissor.x, self._scissor.y = rect.x, rect.y
        self._scissor.width, self._scissor.height = max(1, rect.w), max(1, rect.h)
        super().place(rect)
        self.set_rows(self.count)

    def _row(self, index: int) -> Rect:
        """Where a row stands before the list is moved."""
        top = self.rect.top - index * self.row_height
        moved = self._swiped if index == self._pressed else 0
        return Rect(self.rect.x + moved, top - self.row_height, self.rect.w, self.row_height)

    def index_at(self, y: float) -> int:
        index = int((self.rect.top - y + self.offset) // self.row_height)
        return index if 0 <= index < self.count else -1

    def _draw_thumb(self) -> None:
        self._thumb.clear()
        whole = self.count * self.row_height
        if not self.rect.h or whole <= self.rect.h:
            return
        sizes = self.kit.measures
        height = max(sizes.px(24), round(self.rect.h * self.rect.h / whole))
        room = self.rect.h - height
        top = self.rect.top - round(room * self.offset / max(1.0, self.offset_max))
        width = sizes.px(4)
        bar = Rect(self.rect.right - width - 2, top - height, width, height)
        Pen(self._thumb).fill(bar, (*self.kit.palette.quiet[:3], 0.45))

    def on_touch_down(self, touch: Any) -> bool:
        if not self.rect.holds(touch.x, touch.y):
            return False
        if getattr(touch, "is_mouse_scrolling", False):
            step = self.row_height if touch.button == "scrollup" else -self.row_height
            self.scroll_to(self.offset + step)
            return True
        self._stop_fling()
        touch.grab(self)
        touch.ud["rows"] = {"way": "", "offset": self.offset, "at": touch.time_start}
        self._press(self.index_at(touch.y))
        return True

    def on_touch_move(self, touch: Any) -> bool:
        held = touch.ud.get("rows")
        if touch.grab_current is not self or held is None:
            return False
        dx, dy = touch.x - touch.ox, touch.y - touch.oy
        slop = self.kit.measures.slop
        if not held["way"] and max(abs(dx), abs(dy)) > slop:
            sideways = self._on_swipe is not None and abs(dx) > 1.5 * abs(dy)
            held["way"] = "swipe" if sideways else "scroll"
            if not sideways:
                self._press(-1)
        if held["way"] == "scroll":
            now = touch.time_update
            passed = max(0.001, now - held["at"])
            self._speed = 0.6 * (touch.dy / passed) + 0.4 * self._speed
            held["at"] = now
            self.scroll_to(held["offset"] + dy)
        elif held["way"] == "swipe":
            self._swiped = min(0, round(dx))
            self.repaint(self._pressed)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        held = touch.ud.get("rows")
        if touch.grab_current is not self or held is None:
            return False
        touch.ungrab(self)
        index, swiped = self._pressed, self._swiped
        self._swiped = 0
        self._press(-1)
        if held["way"] == "scroll":
            if abs(self._speed) > _SLOWEST:
                self._fling = Clock.schedule_interval(self._glide, 0)
        elif held["way"] == "swipe":
            if self._on_swipe and index >= 0 and -swiped > self.kit.measures.swipe:
                self._on_swipe(index)
        elif self._on_tap and index >= 0:
            self._on_tap(index)
        return True

    def _press(self, index: int) -> None:
        before, self._pressed = self._pressed, index
        if before != index:
            self.repaint(before, index)

    def _glide(self, dt: float) -> bool | None:
        self.scroll_to(self.offset + self._speed * dt)
        self._speed -= self._speed * min(1.0, _FRICTION_PER_S * dt)
        if abs(self._speed) < _SLOWEST or self.offset in (0.0, self.offset_max):
            self._stop_fling()
            return False
        return None

    def _stop_fling(self) -> None:
        self._speed = 0.0
        if self._fling is not None:
            self._fling.cancel()
            self._fling = None
