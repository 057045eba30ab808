"""How long to wait on a machine that others use, too."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

LOOK_S = 0.5


def slowness() -> float:
    """How many times slower than alone this machine is just now, as its queue of work tells."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait(changed: threading.Condition, done: Callable[[], bool], seconds: float) -> bool:
    """As Condition.wait_for, for so many seconds of an idle machine. The condition is held."""
    left, last = seconds, time.monotonic()
    while not done():
        if left <= 0:
            return False
        changed.wait(LOOK_S)
        now = time.monotonic()
        left -= (now - last) / slowness()
        last = now
    return True
