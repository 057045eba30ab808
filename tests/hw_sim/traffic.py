"""What passed over a wire, both ways, with the time: for tests, and for the counter's log."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

TRAFFIC_KEPT_MAX = 10_000


class Direction(Enum):
    TO_TILL = "to_till"
    FROM_TILL = "from_till"


@dataclass(frozen=True, slots=True)
class Traffic:
    """wire: which cable. at_ns: monotonic clock. data: the bytes, or a word for a pin's edge."""

    wire: str
    direction: Direction
    data: bytes
    at_ns: int


OnTraffic = Callable[[Traffic], None]


class Tap:
    """Keeps the last traffic of one wire and tells whoever listens."""

    def __init__(self, wire: str) -> None:
        self.wire = wire
        self._kept: deque[Traffic] = deque(maxlen=TRAFFIC_KEPT_MAX)
        self._listeners: list[OnTraffic] = []
        self._grew = threading.Condition()

    def on_traffic(self, callback: OnTraffic) -> None:
        """callback runs on the wire's thread: it must be quick."""
        self._listeners.append(callback)

    def note(self, direction: Direction, data: bytes) -> None:
        traffic = Traffic(self.wire, direction, data, time.monotonic_ns())
        with self._grew:
            self._kept.append(traffic)
            self._grew.notify_all()
        for listener in self._listeners:
            listener(traffic)

    def kept(self) -> list[Traffic]:
        with self._grew:
            return list(self._kept)

    def bytes_from_till(self) -> bytes:
        return b"".join(t.data for t in self.kept() if t.direction is Direction.FROM_TILL)

    def wait_for(self, wanted: Callable[[bytes], bool], timeout_s: float = 5.0) -> bytes:
        """The bytes from the till once `wanted` says yes to them; AssertionError if never."""
        with self._grew:
            if not self._grew.wait_for(lambda: wanted(self.bytes_from_till()), timeout_s):
                raise AssertionError(f"{self.wire}: only {self.bytes_from_till()!r} came")
        return self.bytes_from_till()
