"""Wrong codes in a row: whoever tries out numbers waits longer and longer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

FREE = 5
"""Wrong codes that a pair of clumsy hands may type before anybody waits."""

WAIT_S = 30
WAIT_MAX_S = 3_600


class Guesses:
    """Of one till, used by one thread. A right code ends the row."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong = 0
        self._until = 0.0

    def wait_s(self) -> int:
        """How long the next try has to wait; 0: not at all."""
        return max(0, math.ceil(self._until - self._clock()))

    def wrong(self) -> None:
        self._wrong += 1
        over = self._wrong - FREE
        if over >= 0:
            self._until = self._clock() + min(WAIT_S * 2 ** min(over, 10), WAIT_MAX_S)

    def right(self) -> None:
        self._wrong = 0
