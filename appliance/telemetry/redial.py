"""Which broker next, and when: all in turn, and ten thousand tills not in the same second."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

FIRST_S = 3.0
"""A till that lost its wire is soon back; a broker that lost its tills gets them over as long."""
DELAY_MAX_S = 300.0
SETTLED_S = 60.0
"""A connection that held so long was a good one: the next one begins anew."""


class Redial:
    """Pure: chance and time come from outside."""

    def __init__(self, brokers: Sequence[str], chance: Random, first_s: float = FIRST_S) -> None:
        self.brokers = tuple(brokers)
        self._chance = chance
        self._first_s = first_s
        self._tries = 0
        self._held_since_s: float | None = None

    def next(self) -> tuple[str, float]:
        """The broker, and after how many seconds. Each round of all of them is twice as patient."""
        broker = self.brokers[self._tries % len(self.brokers)]
        rounds = self._tries // len(self.brokers)
        self._tries += 1
        longest = min(self._first_s * 2 ** min(rounds, 16), DELAY_MAX_S)
        return broker, self._chance.uniform(0, longest)

    def connected(self, now_s: float) -> None:
        self._held_since_s = now_s

    def lost(self, now_s: float) -> None:
        """A good broker is tried first again; one that hangs up at once is not."""
        held, self._held_since_s = self._held_since_s, None
        if held is not None and now_s >= held + SETTLED_S:
            self._tries = (self._tries - 1) % len(self.brokers)
