"""What all screens share: they arrange themselves, draw the view, and hear the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from appliance.core.view import Look
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import Box
from appliance.ui.widgets.key import Face, Key, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from appliance.ui.desk import Desk


def just_sold(look: Look, before: Look) -> bool:
    """A sale was completed between these two views, each of which is made anew as a whole."""
    return look.done is not None and (before.done is None or look.done.sale != before.done.sale)


class Screen(Box):
    """One page of the till. Built once per language and palette, shown many times."""

    has_status: ClassVar[bool] = True
    """Whether the status bar stands above it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.kit)
        self.desk = desk
        self.build()

    @property
    def look(self) -> Look:
        return self.desk.look

    def build(self) -> None:
        """Makes the widgets, once."""

    def enter(self, **how: Any) -> None:
        """About to be shown; `how` is what the caller passed to `Desk.go`."""

    def leave(self) -> None:
        """Another screen takes over."""

    def update(self, look: Look, before: Look) -> None:
        """The till has a new view."""

    def minute(self) -> None:
        """A minute began: what the clock changes is drawn anew."""

    def scanned(self) -> None:
        """A scan arrived: whatever was half typed here is void."""

    def hears(self, code: str) -> bool:
        """A keyboard scanner typed a code into the window. True: it is this page's, not the till's."""
        return False

    def typed(self, text: str) -> bool:
        """Letters or digits from a keyboard. True: used."""
        return False

    def command(self, name: str) -> bool:
        """A named key: "enter", "escape", "back", "up", "down", .. True: used."""
        return False

    def key(
        self,
        title: str,
        action: Callable[[], None],
        kind: Kind = Kind.PLAIN,
        *,
        hotkey: str = "",
        **face: Any,
    ) -> Key:
        """A key of this screen. hotkey: "f2"; its hint shows once a keyboard is used."""
        face.setdefault("size", TYPE.main_key if kind is Kind.PRIMARY else TYPE.key)
        hint = _HINTS.get(hotkey, hotkey.upper())
        made = Key(self.kit, Face(title, kind=kind, hint=hint, **face), action)
        made.hotkey = hotkey
        self.add_widget(made)
        return made

    def panel(self, pen: Pen, rect: Rect, **how: Any) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        how.setdefault("line", palette.line)
        pen.box(rect, palette.panel, radius=sizes.radius_panel, width=sizes.hair, **how)

    def halves(self, area: Rect, left: float = 456, narrow: float = 349) -> tuple[Rect, Rect]:
        """The left and right part; in portrait the upper and the lower."""
        sizes = self.kit.measures
        if sizes.portrait:
            return area.cut_top(round(area.h * 0.42), sizes.margin)
        width = left * area.w / 1000
        if sizes.narrow:
            width = narrow * area.w / 784
        return area.cut_left(round(width), sizes.margin)

    def row_text(
        self, pen: Pen, rect: Rect, label: str, value: str, *, strong: bool = False, ink: Any = None
    ) -> None:
        """A label at the left and its value at the right."""
        sizes, palette = self.kit.measures, self.kit.palette
        size = sizes.type(TYPE.body)
        tone = ink or (palette.ink if strong else palette.quiet)
        from appliance.ui.pen import text_width

        pen.text(value, rect, size, ink or palette.ink, bold=True, align="right")
        room = rect.w - text_width(value, size, True) - sizes.px(10)
        pen.text(label, Rect(rect.x, rect.y, max(0, room), rect.h), size, tone)


class NumPadScreen(Screen):
    """A number pad stands on it, and a keyboard's keys are as good as the pad's."""

    def _press(self, key: str) -> None:
        """key: a digit, "00", a decimal mark or "back"."""
        raise NotImplementedError

    def typed(self, text: str) -> bool:
        self._press(text)
        return True

    def command(self, name: str) -> bool:
        if name == "back":
            self._press("back")
        return name == "back"


_HINTS = {"enter": "Enter", "escape": "Esc", "delete": "Del", "insert": "Ins"}
