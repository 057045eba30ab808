"""How often one address may ask: a bucket each that fills again by itself."""

from __future__ import annotations

import threading
from collections import OrderedDict

ADDRESSES_MAX = 10_000
"""The one that asked longest ago is forgotten first: who is forgotten has a full bucket anyway."""


class Guard:
    """burst: so many at once. refill_s: one more after so long."""

    def __init__(self, burst: int, refill_s: float) -> None:
        self._burst = burst
        self._refill_s = refill_s
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str, now_s: float) -> bool:
        with self._lock:
            left, since = self._buckets.pop(address, (float(self._burst), now_s))
            left = min(self._burst, left + max(0.0, now_s - since) / self._refill_s)
            allowed = left >= 1
            self._buckets[address] = (left - 1 if allowed else left, now_s)
            while len(self._buckets) > ADDRESSES_MAX:
                self._buckets.popitem(last=False)
            return allowed
