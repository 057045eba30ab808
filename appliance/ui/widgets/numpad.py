"""The number pad: the same twelve keys wherever a number is typed."""

from __future__ import annotations

from collections.abc import Callable

from appliance.ui.kit import Kit
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import Box
from appliance.ui.widgets.key import Face, Key


class NumPad(Box):
    """corner: what stands at the lower left, "00" or the decimal mark, or nothing."""

    def __init__(self, kit: Kit, on_key: Callable[[str], None], corner: str = "00") -> None:
        super().__init__(kit)
        self._on_key = on_key
        self._keys: list[Key] = []
        self.set_corner(corner)

    def set_corner(self, corner: str) -> None:
        self.clear_widgets()
        self._keys = []
        for name in (*"789456123", corner, "0", "back"):
            icon = "backspace" if name == "back" else ""
            title = "" if icon else (self.kit.point if name == "." else name)
            face = Face(title, size=TYPE.digit, icon=icon, enabled=bool(name))
            key = Key(self.kit, face, lambda name=name: self._on_key(name))  # type: ignore[misc]
            self._keys.append(key)
            self.add_widget(key)
        if self.rect.w:
            self.place(self.rect)

    def arrange(self, rect: Rect) -> None:
        cells = rect.grid(3, 4, self.kit.measures.gap)
        for key, cell in zip(self._keys, cells, strict=True):
            key.place(cell)
