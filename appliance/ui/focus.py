"""The focus ring of a till without touch: arrows carry it to the nearest key, Enter presses that."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.ui.widgets.key import Key


def next_in_direction(keys: list[Key], old: Key | None, step: tuple[int, int]) -> Key:
    """The nearest key that way; the first one when there is no start, the same at the end."""
    dx, dy = step
    if old is None:
        return keys[0]
    if dx and dy:
        return keys[(keys.index(old) + dx) % len(keys)]
    at = (old.rect.x + old.rect.w / 2, old.rect.y + old.rect.h / 2)

    def far(key: Key) -> float:
        to = (key.rect.x + key.rect.w / 2 - at[0], key.rect.y + key.rect.h / 2 - at[1])
        along = to[0] * dx + to[1] * dy
        across = abs(to[0] * dy) + abs(to[1] * dx)
        return along + 3 * across if along > 1 else float("inf")

    best = min(keys, key=far)
    return best if far(best) < float("inf") else old


STEPS = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, 1),
    "down": (0, -1),
    "tab": (1, 1),
    "backtab": (-1, -1),
}


class FocusRing:
    """On one key of the screen that is up, or on none."""

    def __init__(self) -> None:
        self._on: Key | None = None

    def press(self) -> bool:
        if self._on is None or self._on.parent is None:
            return False
        self._on.press()
        return True

    def step(self, name: str, keys: Iterable[Key]) -> bool:
        """One key on, if that is an arrow's name."""
        if name not in STEPS:
            return False
        able = [key for key in keys if key.face.enabled and key.rect.w]
        if able:
            self._go(next_in_direction(able, self._on if self._on in able else None, STEPS[name]))
        return True

    def drop(self) -> None:
        """A finger takes over."""
        self._go(None)

    def forget(self) -> None:
        """The screen is another one."""
        self._on = None

    def _go(self, new: Key | None) -> None:
        for key in {self._on, new} - {None}:
            assert key is not None
            key.focused = key is new
            key.redraw()
        self._on = new
