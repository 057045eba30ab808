"""Where the focus ring goes next: the nearest key in the direction of an arrow."""

from __future__ import annotations

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
