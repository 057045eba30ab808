"""The widget under all others: has a rectangle, paints itself, arranges its children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kivy.uix.widget import Widget

from appliance.ui.kit import Kit
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect

NOWHERE = Rect(0, 0, 0, 0)


class Box(Widget):
    """`place` gives it a rectangle; `arrange` places children; `paint` draws under them."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(size_hint=(None, None))
        self.kit = kit
        self.rect = NOWHERE

    def place(self, rect: Rect) -> None:
        self.rect = rect
        self.pos = (rect.x, rect.y)
        self.size = (rect.w, rect.h)
        self.arrange(rect)
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        """Places the children."""

    def paint(self, pen: Pen) -> None:
        """Draws the widget itself, under its children."""

    def redraw(self) -> None:
        """Paints again. Children have canvases of their own and stay as they are."""
        if self.rect is NOWHERE:
            return
        canvas = self.canvas.before
        canvas.clear()
        self.paint(Pen(canvas))

    def show(self, child: Box, rect: Rect) -> None:
        """Puts a child at its place, adding it when it is not there yet."""
        if child.parent is None:
            self.add_widget(child)
        child.place(rect)

    def hide(self, child: Box) -> None:
        if child.parent is not None:
            self.remove_widget(child)

    def every(self, kind: type[Any]) -> Iterator[Any]:
        """All widgets of a kind below this one, first drawn first."""
        for child in reversed(self.children):
            if isinstance(child, kind):
                yield child
            if isinstance(child, Box):
                yield from child.every(kind)


class Painting(Box):
    """A box that only draws what a function says: panels, headings, figures."""

    def __init__(self, kit: Kit, paint: Callable[[Pen, Rect], None]) -> None:
        super().__init__(kit)
        self._paint = paint

    def paint(self, pen: Pen) -> None:
        self._paint(pen, self.rect)
