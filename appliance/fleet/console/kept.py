"""Answers kept for a moment: a hundred screens that show the same sum ask the store once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

Answer = TypeVar("Answer")

KEPT_MAX = 500
"""One for each sum and scope; the least used go first."""


class Kept:
    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._answers: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, ms: int, ask: Callable[[], Answer]) -> Answer:
        """The answer, at most so old. One asks, the others wait for what it finds."""
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                found = self._answers.get(key)
            if found is not None and self._now_ms() - found[0] < ms:
                return found[1]  # type: ignore[return-value]
            asked_ms = self._now_ms()
            answer = ask()
            with self._lock:
                self._answers[key] = (asked_ms, answer)
                self._answers.move_to_end(key)
                while len(self._answers) > KEPT_MAX:
                    oldest, _ = self._answers.popitem(last=False)
                    self._locks.pop(oldest, None)
            return answer
