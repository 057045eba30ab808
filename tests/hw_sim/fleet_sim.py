"""Thousands of simulated tills in one process, each with a connection of its own to a real broker."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Self

from hw_sim.fleet_line import Line
from hw_sim.fleet_till import SimTill

REDIAL_S = (0.5, 3.0)
DIALS_AT_ONCE = 50
"""Connections that are being made at one time: a broker has a queue, and TLS costs it a signature."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(eq=False, slots=True)
class Wired:
    """A till with its wire. gently: the next one dials once the fleet has answered this one. away: it
    is switched off or its cable is pulled, until told otherwise."""

    till: SimTill
    host: str
    port: int
    dialling: asyncio.Semaphore
    gently: bool = False
    away: bool = False
    greeted: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    dropped: int = 0
    _line: Line | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """For ever: dials, and dials again."""
        while True:
            if not self.away:
                await self._once()
            await asyncio.sleep(random.uniform(*REDIAL_S))

    async def _once(self) -> None:
        at_ms = now_ms()
        self._ended.clear()
        line = Line(
            self.till.place.till,
            self.till.will(at_ms),
            self.till.hears,
            self._is_up,
            self._came,
            self._is_down,
        )
        async with self.dialling:
            try:
                await line.dial(self.host, self.port, self.till.papers.tls)
            except OSError:
                return
            self._line = line
            there = self.greeted if self.gently else self.up
            waits = [asyncio.create_task(it.wait()) for it in (there, self._ended)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=20)
            for it in waits:
                it.cancel()
        if not self.up.is_set():
            line.hang_up()
        await self._ended.wait()

    def cut(self) -> None:
        if self._line is not None:
            self._line.hang_up()

    def pump(self) -> None:
        """Publishes what is due, and looks again when something will be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._line is None or not self.up.is_set():
            return
        now_s = time.monotonic()
        for post in self.till.due(now_s, now_ms()):
            self._line.publish(post)
        wait_s = max(0.01, self.till.delivery.wake_s(now_s) - now_s)
        self._timer = asyncio.get_running_loop().call_later(wait_s, self.pump)

    def happened(self) -> None:
        """The till's book has grown."""
        self.till.noticed(time.monotonic())
        self.pump()

    def _is_up(self) -> None:
        self.up.set()
        self.till.connected(token_hex(8), time.monotonic(), now_ms())
        self.pump()

    def _came(self, topic: str, payload: bytes) -> None:
        self.till.came(topic, payload, time.monotonic())
        if self.till.delivery.greeted:
            self.greeted.set()
        self.pump()

    def _is_down(self, _why: str) -> None:
        self.dropped += self.up.is_set()
        self.up.clear()
        self.greeted.clear()
        self.till.lost()
        self._ended.set()


class FleetSim:
    """`async with` connects them all, at a bounded rate, and hangs up at the end."""

    def __init__(
        self, tills: Sequence[SimTill], host: str, port: int, *, gently: bool = False
    ) -> None:
        dialling = asyncio.Semaphore(DIALS_AT_ONCE)
        self.wired = [Wired(it, host, port, dialling, gently) for it in tills]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(it.run()) for it in self.wired]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for it in self.wired:
            it.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def connected(self, within_s: float) -> None:
        """Waits for all that are not away. Raises TimeoutError."""
        wanted = [it.up.wait() for it in self.wired if not it.away]
        await asyncio.wait_for(asyncio.gather(*wanted), within_s)

    async def settled(self, within_s: float) -> None:
        """Waits until the fleet has acknowledged everything of all that are not away."""
        until = time.monotonic() + within_s
        while owing := [it for it in self.wired if not it.away and not it.till.settled]:
            if time.monotonic() > until:
                first = owing[0]
                how = f"{first.till.delivery.acked} of {first.till.book.seq}, connected: {first.up.is_set()}"
                raise TimeoutError(f"{len(owing)} tills still owe facts, the first had {how}")
            await asyncio.sleep(0.05)


async def trade(
    wired: Sequence[Wired],
    an_hour: float,
    seconds: float,
    chance: random.Random,
    sold: Callable[[Wired], None] = lambda _it: None,
) -> None:
    """Sales at random times, so many an hour at each till: of all together one after the other."""
    end = time.monotonic() + seconds
    next_s = time.monotonic()
    while (next_s := next_s + chance.expovariate(len(wired) * an_hour / 3600)) < end:
        await asyncio.sleep(max(0.0, next_s - time.monotonic()))
        it = chance.choice(wired)
        it.till.book.sell(now_ms() + it.till.skew_ms)
        sold(it)
        it.happened()


async def update(wired: Sequence[Wired], every_s: float = 0.1) -> None:
    """For ever: each till's updater takes its steps; what it fetches keeps nobody waiting."""
    while True:
        for it in wired:
            if it.up.is_set() and await asyncio.to_thread(it.till.updates, now_ms()):
                it.pump()
        await asyncio.sleep(every_s)
