"""A wire between tills and their broker that is cut, half dead, slow, or said twice."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Self

REMEMBERED = 64 << 10
SLOW_S = 0.15


@dataclass(eq=False, slots=True)
class _Link:
    """One connection. silent: what comes is swallowed, and nobody is told. said: a till's first
    bytes."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    silent: bool = False
    slow: bool = False
    said: bytearray = field(default_factory=bytearray)

    def cut(self) -> None:
        for it in (self.near, self.far):
            it.transport.abort()


class Proxy:
    """`async with` it; all of its verbs act on some of the connections that there are."""

    def __init__(self, target: int, chance: random.Random) -> None:
        self.port = 0
        self._target = target
        self._chance = chance
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pumping: set[asyncio.Task[object]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.heal()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._pumping, return_exceptions=True)

    def cut(self) -> int:
        some = self._some()
        for it in some:
            it.cut()
        return len(some)

    def half_open(self) -> int:
        """Both ends believe that the other is there."""
        some = self._some()
        for it in some:
            it.silent = True
        return len(some)

    def slow(self) -> int:
        some = self._some()
        for it in some:
            it.slow = True
        return len(some)

    def again(self) -> int:
        """What a till said at first is said once more, on a connection of its own."""
        some = self._some()
        for it in some:
            task = asyncio.get_running_loop().create_task(self._repeat(bytes(it.said)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(some)

    def heal(self) -> None:
        """Connections that were hurt end; new ones are whole."""
        for it in list(self._links):
            it.cut()

    def _some(self) -> list[_Link]:
        links = list(self._links)
        return (
            self._chance.sample(links, self._chance.randint(1, max(1, len(links) // 3)))
            if links
            else []
        )

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            near.transport.abort()
            return
        link = _Link(near, far)
        self._links.add(link)
        pumping = asyncio.current_task()
        assert pumping is not None
        self._pumping.add(pumping)
        try:
            await asyncio.gather(
                self._pump(link, reader, far, link.said), self._pump(link, far_reader, near)
            )
        finally:
            link.cut()
            self._links.discard(link)
            self._pumping.discard(pumping)

    async def _pump(
        self,
        link: _Link,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        said: bytearray | None = None,
    ) -> None:
        try:
            while data := await source.read(16 << 10):
                if said is not None and len(said) < REMEMBERED:
                    said += data
                if link.silent:
                    continue
                if link.slow:
                    await asyncio.sleep(self._chance.uniform(0, SLOW_S))
                target.write(data)
                await target.drain()
        except OSError:
            pass
        link.cut()

    async def _repeat(self, said: bytes) -> None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._target)
            writer.write(said)
            await asyncio.sleep(1)
            writer.close()
        except OSError:
            pass
