"""Ends Kivy's sleep between two frames as soon as there is something new to draw.

Kivy turns its loop at a fixed pace and sleeps in between, so news would wait for up to a frame.
Its own `interrupt` clock does not sleep at all while an animation runs, so it is not used.
"""

from __future__ import annotations

import threading
from typing import Any


class Waker:
    """clock: Kivy's; from now on it waits here. Its pace stays the same while nothing is new."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._news = threading.Event()
        clock.idle = self._idle

    def wake(self) -> None:
        """Called on any thread, after the drawing was scheduled with the clock."""
        self._news.set()

    def _idle(self) -> float:
        """Waits for the next frame or for news; the time, as Kivy's own `idle` gives it."""
        clock = self._clock
        pace = clock._max_fps
        rest_s = 1 / pace - (clock.time() - clock._last_tick) if pace else 0.0
        if rest_s > 0:
            self._news.wait(rest_s)
        # What was scheduled before `wake` runs in this very turn, so its news may be forgotten.
        self._news.clear()
        now: float = clock.time()
        clock._dt = now - clock._last_tick
        clock._last_tick = now
        return now
