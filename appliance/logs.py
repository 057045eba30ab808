"""Logs for journald and for people: one line per event, with its level and thread, no secrets.

No card number gets through: a line that holds one is starred, and whoever asked is told, since a
driver should have dropped it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Callable

from appliance.core.card_numbers import has_card_number, masked

# syslog priorities (sd-daemon(3)), which journald reads from the line's head
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


ALARMED: list[Callable[[str], None]] = []
"""Told the logger's name, on the thread that logged: must not wait, nor log what would be starred."""


class _Line(logging.Formatter):
    def __init__(self, *, for_journald: bool) -> None:
        time = "" if for_journald else "%(asctime)s "
        super().__init__(f"{time}%(levelname)s %(name)s [%(threadName)s] %(message)s")
        self._for_journald = for_journald

    def format(self, record: logging.LogRecord) -> str:
        # A message of several lines (a traceback) stays one event.
        text = super().format(record).replace("\n", "\n  ")
        if has_card_number(text):
            text = f"{masked(text)} (a card number was hidden here)"
            for tell in ALARMED:
                tell(record.name)
        if not self._for_journald:
            return text
        level = next((p for least, p in _PRIORITIES if record.levelno >= least), 7)
        return f"<{level}>{text}".replace("\n", f"\n<{level}>")


class _Recent(logging.Handler):
    """The newest lines, for whoever helps from afar."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=RECENT_MAX)
        self.setFormatter(_Line(for_journald=False))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record)[:RECENT_CHARS])


RECENT_MAX, RECENT_CHARS = 300, 500
_recent = _Recent()


def recent(count: int) -> list[str]:
    """The newest lines of this process, oldest first, starred like all others."""
    return list(_recent.lines)[-count:]


def configure(level: str = "INFO") -> None:
    """Root logger to standard error; with journald behind it, priorities instead of times."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(for_journald="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=level, handlers=[handler, _recent], force=True)
