"""Takes the steps of rollouts, on a thread of its own; one server of a fleet does it for all."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable

from appliance.fleet import clock, lease
from appliance.fleet.updates.plan import Wait
from appliance.fleet.updates.rollouts import Rollouts
from appliance.fleet.updates.trust import UpdateMistake

log = logging.getLogger(__name__)

LEASE = "rollouts"
EVERY_S = 20.0


class Watch:
    """From `start` to `stop`. told: called when something changed."""

    def __init__(
        self,
        rollouts: Rollouts,
        told: Callable[[], None] = lambda: None,
        every_s: float = EVERY_S,
    ) -> None:
        self._rollouts = rollouts
        self._told = told
        self._every_s = every_s
        self._holder = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rollouts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        store = self._rollouts.store
        try:
            with store.transaction() as tx:
                lease.give_back(tx, LEASE, self._holder)
        except store.Unavailable:
            log.warning("the database is away; another server waits until it may take over")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
            except Exception:
                # Nothing goes further meanwhile, which is the safe side.
                log.exception("rollouts stumbled")
            self._stopping.wait(self._every_s)

    def round(self) -> None:
        """One look at all that run."""
        with self._rollouts.store.transaction() as tx:
            if not lease.holds(tx, LEASE, self._holder, clock.now_ms()):
                return
        for id_ in self._rollouts.working():
            try:
                step = self._rollouts.advance(id_)
            except UpdateMistake as error:
                log.info("rollout %s: %s", id_, error)
                continue
            if not isinstance(step, Wait):
                log.warning("rollout %s: %s", id_, step)
                self._told()
