"""What a drawer's switch means: debounced moves, and how long it has been open. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MS_NS = 1_000_000
S_NS = 1_000_000_000


@dataclass(slots=True)
class DrawerSensor:
    """A switch bounces when the drawer springs open and, worse, when it is slammed shut.

    settle_ms: a level counts once it has not changed for so long. left_open_s: patience with an
    open drawer. All times are the monotonic clock's, in nanoseconds.
    """

    settle_ms: int
    left_open_s: float
    is_open: bool = False
    _raw: bool = False
    _edge_ns: int | None = None
    _opened_ns: int = 0

    def start(self, raw: bool, now_ns: int) -> None:
        """The level found when the wire was opened needs no settling."""
        self.is_open = self._raw = raw
        self._edge_ns = None
        self._opened_ns = now_ns

    def sample(self, raw: bool, now_ns: int, edge_ns: int = 0) -> bool | None:
        """Look at the level now. edge_ns: the last edge, which may have come and gone between two
        looks. Gives the new position if it settled just now, else None."""
        if raw != self._raw:
            self._raw = raw
            self._edge_ns = now_ns
        if self._edge_ns is not None and edge_ns > self._edge_ns:
            self._edge_ns = edge_ns
        if self._edge_ns is None or now_ns - self._edge_ns < self.settle_ms * MS_NS:
            return None
        self._edge_ns = None
        if raw == self.is_open:
            return None
        self.is_open = raw
        self._opened_ns = now_ns
        return raw

    def left_open(self, now_ns: int) -> bool:
        return self.is_open and now_ns - self._opened_ns >= self.left_open_s * S_NS

    def next_look_s(self, now_ns: int) -> float | None:
        """When something may change without an edge; None: never."""
        if self._edge_ns is not None:
            return max(0.0, (self._edge_ns + self.settle_ms * MS_NS - now_ns) / S_NS)
        if self.is_open and not self.left_open(now_ns):
            return max(0.0, self._opened_ns / S_NS + self.left_open_s - now_ns / S_NS)
        return None
