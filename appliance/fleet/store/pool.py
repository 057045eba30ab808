"""Connections that threads take turns with: at most so many, the one used last first."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

CONNECTIONS_MAX = 8
"""Of one process. A console's page holds one for some milliseconds; a collector needs two."""

WAIT_MAX_S = 10.0


class Closing(Protocol):
    def close(self) -> None: ...


Connection = TypeVar("Connection", bound=Closing)


class StoreBusy(Exception):
    """All connections are in use for longer than anybody should wait."""


class Pool(Generic[Connection]):
    """open: makes a connection. whole: tells whether one that comes back may be used again."""

    def __init__(
        self, open_one: Callable[[], Connection], whole: Callable[[Connection], bool]
    ) -> None:
        self._open = open_one
        self._whole = whole
        self._idle: queue.LifoQueue[Connection | None] = queue.LifoQueue()
        for _ in range(CONNECTIONS_MAX):
            self._idle.put(None)
        self._closed = threading.Event()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        try:
            held = self._idle.get(timeout=WAIT_MAX_S)
        except queue.Empty:
            raise StoreBusy(f"no connection was free for {WAIT_MAX_S:.0f} s") from None
        try:
            if held is None:
                held = self._open()
            yield held
        finally:
            if held is not None and not self._whole(held):
                held.close()
                held = None
                # Whatever ended it has likely ended the others too.
                self._drop_idle()
            elif held is not None and self._closed.is_set():
                held.close()
                held = None
            self._idle.put(held)

    def close(self) -> None:
        """Idle ones now, those in use when they come back."""
        self._closed.set()
        self._drop_idle()

    def _drop_idle(self) -> None:
        idle: list[Connection | None] = []
        with suppress(queue.Empty):
            idle.extend(self._idle.get_nowait() for _ in range(CONNECTIONS_MAX))
        for held in idle:
            if held is not None:
                held.close()
            self._idle.put(None)
