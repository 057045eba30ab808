"""What a fleet's server does by itself some times a day: months made ahead, old ones let go."""

from __future__ import annotations

import logging
import threading

from appliance.fleet import clock
from appliance.fleet.store import Store
from appliance.fleet.store.retention import Policy, tidy

log = logging.getLogger(__name__)

EVERY_S = 6 * 3600.0
AGAIN_S = 60.0
"""After the database was away."""


class Housekeeping:
    """From `start` to `stop`, on a thread of its own; several servers do no harm."""

    def __init__(self, store: Store, policy: Policy | None = None) -> None:
        self._store = store
        self._policy = policy or Policy()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = 0.0
        while not self._stopping.wait(wait_s):
            try:
                done = tidy(self._store, self._policy, clock.now_ms())
                wait_s = EVERY_S
                if done.moved or done.dropped:
                    log.info("tidied: %d rows moved, gone: %s", done.moved, ", ".join(done.dropped))
            except Exception:
                # Nothing is lost by tidying later.
                log.exception("could not tidy up")
                wait_s = AGAIN_S
