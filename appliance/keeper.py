"""Automatic backups: after every closed shift and once a day, so that damage never starts at zero."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from appliance.companions import save
from appliance.core.view import Look
from appliance.journal import JournalError
from appliance.journal.backup import backup

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
KEPT = 7
"""A week of days, or of shifts."""


class Keeper:
    """One quiet thread; the Till only tells it that a shift was closed."""

    def __init__(self, journal: Path, folder: Path) -> None:
        self._journal = journal
        self._folder = folder
        self._due = threading.Event()
        self._closing = False
        self._last_z: int | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self, subscribe: Callable[[Callable[[Look], None]], object]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        subscribe(self._seen)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._due.set()
        self._thread.join()

    def _seen(self, look: Look) -> None:
        if self._last_z is not None and look.last_z != self._last_z:
            self._due.set()
        self._last_z = look.last_z

    def _keep(self) -> None:
        while True:
            self._due.wait(DAY_S)
            if self._closing:
                return
            self._due.clear()
            try:
                made = backup(
                    self._journal, self._folder, at=datetime.now().astimezone(), keep=KEPT
                )
                save(self._journal.parent, made.path)
                log.info("backup of %d facts: %s", made.records, made.path.name)
            except (JournalError, OSError, sqlite3.Error) as error:
                log.warning("no backup: %s", error)
