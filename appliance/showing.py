"""The view and who watches it: made anew when state or moment changed, at a screen's pace."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date

from appliance.core.look import Names, look
from appliance.core.policy import Policy
from appliance.core.state import State
from appliance.core.view import Look
from appliance.moment import Moment

log = logging.getLogger(__name__)

INTERVAL_S = 0.01
"""While requests wait, the view is shown no more often than a screen could draw it."""

Watcher = Callable[[Look], None]


class Showing:
    """`show` is called on the Till's thread only; `look` and `watch` from any."""

    def __init__(
        self,
        policy: Policy,
        names: Names,
        state: State,
        now: Moment,
        today: Callable[[], date],
    ) -> None:
        self._policy = policy
        self._names = names
        self._today = today
        self._watchers: tuple[Watcher, ...] = ()
        self._coming_and_going = threading.Lock()
        self._revision = 0
        self._shown_at = 0.0
        self._scan_ns = 0
        self._shown = (state, now, today())
        self.look = self._make(state, now)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Calls `watcher` with the view of now and with every new one; the result ends it."""
        with self._coming_and_going:
            self._watchers = (*self._watchers, watcher)
        watcher(self.look)

        def end() -> None:
            with self._coming_and_going:
                self._watchers = tuple(w for w in self._watchers if w is not watcher)

        return end

    def rules(self, policy: Policy) -> None:
        """The next view follows these."""
        self._policy = policy

    def scanned(self, at_ns: int) -> None:
        """The next view is the answer to a scan that arrived then."""
        self._scan_ns = at_ns

    def show(self, state: State, now: Moment, *, more_waits: bool) -> None:
        """A new view, unless nothing changed, the day neither, or more waits and the last one is fresh."""
        before, then, day = self._shown
        if state is before and now is then and self._today() == day:
            return
        if more_waits and time.monotonic() - self._shown_at < INTERVAL_S:
            return
        self.look = self._make(state, now)
        self._shown = (state, now, self._today())
        self._shown_at = time.monotonic()
        for watcher in self._watchers:
            try:
                watcher(self.look)
            except Exception:
                log.exception("a watcher of the view failed")

    def _make(self, state: State, now: Moment) -> Look:
        self._revision += 1
        shown = look(state, self._policy, self._names, self._today())
        scan_ns, self._scan_ns = self._scan_ns, 0
        return now.over(shown, self._revision, time.monotonic_ns(), scan_ns)
