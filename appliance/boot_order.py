"""What a starting till waits for, once its own modules are loaded: files that its unit names.

systemd could hold the till back until first boot and udev are done. But loading modules is most of a
start and needs neither, so the till loads them beside those two and waits here.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)

SETTINGS = "KRAM_SETTINGS_AFTER"
"""The environment's name for a file that is there when first boot has written the settings."""
SCREEN = "KRAM_SCREEN_AFTER"
"""For a file that is there when udev has found the screen."""
SETTINGS_S = 245.0
"""First boot may grow a large card; its unit gives up after 240 s."""
SCREEN_S = 20.0
"""A board finds its screen within two seconds; then it is said that there is none."""
_LOOK_EVERY_S, _LOOK_FOR_SCREEN_EVERY_S = 0.05, 1.0


def wait_for(variable: str, timeout_s: float) -> bool:
    """Whether the file came; yes at once on a desk, where the environment names none."""
    named = os.environ.get(variable, "")
    end = time.monotonic() + timeout_s
    while named and not Path(named).exists():
        if time.monotonic() > end:
            log.warning("%s is not there after %.0f s: the till goes on", named, timeout_s)
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


def screen_comes(stopping: threading.Event) -> bool:
    """Waits for as long as there is no screen: the till sells by its socket meanwhile. False when it is
    to stop."""
    named = os.environ.get(SCREEN, "")
    end = time.monotonic() + SCREEN_S
    every = _LOOK_EVERY_S
    while named and not Path(named).exists():
        if stopping.wait(every):
            return False
        if every == _LOOK_EVERY_S and time.monotonic() > end:
            log.warning("%s is not there after %.0f s: no screen until it is", named, SCREEN_S)
            every = _LOOK_FOR_SCREEN_EVERY_S
    return True
