"""What changed, for live pages: in one process, or through PostgreSQL to all that share a database.

A topic is the name of what changed ("sales", "stock", "shifts", "tills", "health", "orders"). News says
that something of it may be new, never what: whoever wakes asks the store. So news may be told twice,
together or, when a connection breaks, once too often, but what is committed is seen.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

from appliance.fleet.store import Store
from appliance.fleet.store.postgres import Connection, PostgresStore

log = logging.getLogger(__name__)

TOGETHER_S = 0.1
"""Changes of so long are told at once: ten notices a second from a process, however much it takes in.
A notice at each commit would make PostgreSQL's commits wait for each other."""
CHANNEL = "kram_fleet"
RECONNECT_S = (0.2, 5.0)
_LOOK_S = 0.5
_Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class News:
    """In this process. Any thread tells; pages of any event loop are woken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[_Waiter]] = {}

    def tell(self, topics: Iterable[str]) -> None:
        """Something of these may be new. Comes back at once."""
        self.wake(topics)

    def wake(self, topics: Iterable[str]) -> None:
        with self._lock:
            woken = [it for topic in topics for it in self._waiting.get(topic, ())]
        for loop, event in woken:
            # The loop of a page that is just being closed.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    async def wakes(self, topic: str, alive_s: float) -> AsyncIterator[None]:
        """Once at first, then when something of the topic may be new, at least so often."""
        event = asyncio.Event()
        waiter = (asyncio.get_running_loop(), event)
        with self._lock:
            self._waiting.setdefault(topic, set()).add(waiter)
        try:
            while True:
                event.clear()
                yield
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), alive_s)
        finally:
            with self._lock:
                self._waiting[topic].discard(waiter)

    def start(self) -> None:
        """Nothing to do, in one process."""

    def stop(self) -> None:
        """Nothing to do, in one process."""


class SharedNews(News):
    """Through PostgreSQL's LISTEN and NOTIFY: a collector tells, consoles on other machines hear."""

    def __init__(self, store: PostgresStore) -> None:
        super().__init__()
        self._store = store
        self._told: set[str] = set()
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._tell_all, name="news-out", daemon=True),
            threading.Thread(target=self._hear_all, name="news-in", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()
        for thread in self._threads:
            thread.join()

    def tell(self, topics: Iterable[str]) -> None:
        with self._lock:
            self._told.update(topics)
        self._wanted.set()

    def _tell_all(self) -> None:
        while not self._stopping.is_set():
            self._wanted.wait()
            self._wanted.clear()
            with self._lock:
                told, self._told = self._told, set()
            if told:
                try:
                    self._store.rows(_NOTIFY, channel=CHANNEL, topics=" ".join(sorted(told)))
                except self._store.Unavailable:
                    # Pages ask by themselves now and then; what was told is in the database.
                    log.warning("news were not told: the database is away")
            self._stopping.wait(TOGETHER_S)

    def _hear_all(self) -> None:
        while not self._stopping.is_set():
            try:
                con = self._store.connect()
            except self._store.Unavailable:
                self._stopping.wait(random.uniform(*RECONNECT_S))  # noqa: S311 - a pause
                continue
            try:
                self._hear(con)
            except self._store.Unavailable:
                log.warning("the database hung up on whoever listens for news")
            finally:
                con.close()

    def _hear(self, con: Connection) -> None:
        con.execute(f"LISTEN {CHANNEL}")
        with self._lock:
            missed = set(self._waiting)
        self.wake(missed)
        checked = time.monotonic()
        while not self._stopping.is_set():
            for notice in con.notifies(timeout=_LOOK_S):
                self.wake(notice.payload.split())
                if self._stopping.is_set():
                    return
            if time.monotonic() > checked + _PROBE_S:
                # A line that is cut says nothing by itself.
                con.execute("SELECT 1")
                checked = time.monotonic()


_NOTIFY = "SELECT pg_notify(:channel, :topics)"
_PROBE_S = 15.0


def open_news(store: Store) -> News:
    """`start` and `stop` are the caller's."""
    return SharedNews(store) if isinstance(store, PostgresStore) else News()
