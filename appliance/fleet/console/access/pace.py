"""How fast anybody may post, whatever it is: a person with a script is slowed down, a person is not."""

from __future__ import annotations

import threading
from collections import OrderedDict

POSTS = 60
WINDOW_MS = 60_000
KNOWN_MAX = 10_000
"""Addresses and sessions remembered; the longest quiet are forgotten first."""


class Pace:
    """In this process alone: a restart forgives, which locks (throttle.py) do not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, who: str, now_ms: int) -> bool:
        """Counts a post; False when there were too many within the minute."""
        with self._lock:
            since, count = self._seen.pop(who, (now_ms, 0))
            if now_ms - since >= WINDOW_MS:
                since, count = now_ms, 0
            self._seen[who] = (since, count + 1)
            while len(self._seen) > KNOWN_MAX:
                self._seen.popitem(last=False)
            return count < POSTS
