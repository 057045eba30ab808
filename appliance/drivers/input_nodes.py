"""The kernel's input devices that may be read: keyboards, scanners, buttons.

evdev's own list leaves out what may not be written to, and the till's unit lets it read alone.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path("/dev/input")


def readable() -> list[str]:
    return [str(it) for it in sorted(FOLDER.glob("event*")) if os.access(it, os.R_OK)]
