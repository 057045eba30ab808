"""The keyboard on the screen: Ukrainian and English letters, digits, and what a name needs."""

from __future__ import annotations

from collections.abc import Callable

from appliance.ui.kit import Kit
from appliance.ui.rect import Rect
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import Box
from appliance.ui.widgets.key import Face, Key, Kind

SIGNS = ("1234567890", "@#₴_&-+()/", "*\"':;!?~`|", "<>{}[]=%^\\$")
"""What a password may hold besides: every printable sign of ASCII."""

LAYOUTS = {
    "uk": ("1234567890", "йцукенгшщзхї", "фівапролджєґ", "ячсмитьбю’.-"),
    "en": ("1234567890", "qwertyuiop", "asdfghjkl'", "zxcvbnm,.-"),
}


class Keyboard(Box):
    """on_key gets a character, or "back", "enter", "hide". symbols: a third page of signs, and Latin
    letters first, as passwords have them."""

    def __init__(
        self, kit: Kit, on_key: Callable[[str], None], *, done: str, symbols: bool = False
    ) -> None:
        super().__init__(kit)
        self._symbols = symbols
        self._on_signs = False
        self._on_key = on_key
        self._done = done
        known = kit.language in LAYOUTS and not symbols
        self.layout = kit.language if known else "en"
        self.shift = False
        self._rows: list[list[tuple[Key, float]]] = []
        self._make()

    def _make(self) -> None:
        self.clear_widgets()
        self._rows = []
        rows = SIGNS if self._on_signs else LAYOUTS[self.layout]
        for index, row in enumerate(rows):
            keys: list[tuple[Key, float]] = []
            if index == len(rows) - 1:
                keys.append((self._key("", self._turn_shift, icon="shift"), 1.3))
            for char in row:
                shown = char.upper() if self.shift else char
                keys.append((self._key(shown, lambda c=shown: self._press(c)), 1))  # type: ignore[misc]
            if index == len(rows) - 1:
                keys.append((self._key("", lambda: self._on_key("back"), icon="backspace"), 1.3))
            self._rows.append(keys)
        other = "EN" if self.layout == "uk" else "УКР"
        signs = "АБВ" if self.layout == "uk" else "ABC"
        second = (
            self._key(signs if self._on_signs else "#+=", self._turn_signs)
            if self._symbols
            else self._key("", lambda: self._on_key("hide"), icon="hide_keyboard")
        )
        self._rows.append(
            [
                (self._key(other, self._turn_layout, kind=Kind.PLAIN), 1.4),
                (second, 1.4),
                (self._key(" ", lambda: self._press(" ")), 5),
                (self._key(self._done, lambda: self._on_key("enter"), kind=Kind.PRIMARY), 3),
            ]
        )

    def _key(
        self, title: str, action: Callable[[], None], *, icon: str = "", kind: Kind = Kind.PLAIN
    ) -> Key:
        face = Face(title, icon=icon, kind=kind, size=TYPE.title, bold=kind is Kind.PRIMARY)
        key = Key(self.kit, face, action)
        self.add_widget(key)
        return key

    def _press(self, char: str) -> None:
        self._on_key(char)
        if self.shift:
            self._turn_shift()

    def _turn_shift(self) -> None:
        self.shift = not self.shift
        self._make()
        self.place(self.rect)

    def _turn_signs(self) -> None:
        self._on_signs = not self._on_signs
        self._make()
        self.place(self.rect)

    def _turn_layout(self) -> None:
        self._on_signs = False
        self.layout = "en" if self.layout == "uk" else "uk"
        self._make()
        self.place(self.rect)

    def arrange(self, rect: Rect) -> None:
        gap = max(4, self.kit.measures.px(5))
        for places, keys in zip(rect.rows(len(self._rows), gap), self._rows, strict=True):
            cells = places.columns([weight for _, weight in keys], gap)
            for (key, _), cell in zip(keys, cells, strict=True):
                key.place(cell)

    @staticmethod
    def height(kit: Kit) -> int:
        """Five rows that a finger can hit."""
        sizes = kit.measures
        return 5 * max(42, sizes.px(50)) + 4 * max(4, sizes.px(5))
