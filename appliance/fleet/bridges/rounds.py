"""A bridge's rounds: every few seconds, on a thread; of servers that share a database one makes them."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress

from appliance.fleet import clock, lease
from appliance.fleet.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0
LEAST_S = 0.2
"""Between two rounds, however often somebody wishes for one."""


class Rounds:
    """turn: told whether this server is the one. It may raise what the store raises."""

    def __init__(
        self, name: str, store: Store, turn: Callable[[bool], None], every_s: float = EVERY_S
    ) -> None:
        self._name, self._lease = name, f"bridge.{name}"
        self._store = store
        self._turn = turn
        self._every_s = every_s
        self._holder = secrets.token_hex(8)
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bridge-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Another server need not wait for its turn."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        with suppress(*self._store.Unavailable), self._store.transaction() as tx:
            lease.give_back(tx, self._lease, self._holder)

    def wake(self) -> None:
        """The next one now. From any thread."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                with self._store.transaction() as tx:
                    mine = lease.holds(tx, self._lease, self._holder, clock.now_ms())
                self._turn(mine)
            except self._store.Unavailable as error:
                log.warning("the bridge %s waits for the database: %s", self._name, error)
            except Exception:
                # A row that nobody expected must not end the bridge for good.
                log.exception("the bridge %s stumbled", self._name)
            self._stopping.wait(LEAST_S)
            self._wake.wait(self._every_s)
