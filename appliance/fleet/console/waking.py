"""What wakes a live page: news of the store, or a moment gone by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import anyio


class News(Protocol):
    def wakes(self, topic: str, alive_s: float) -> AsyncIterator[None]:
        """Once at first, then when something of the topic may be new, at least so often."""
        ...


class EverySecond:
    """Without anybody who tells, pages ask."""

    def __init__(self, seconds: float = 0.7) -> None:
        self._seconds = seconds

    async def wakes(self, topic: str, alive_s: float) -> AsyncIterator[None]:  # noqa: ARG002
        while True:
            yield
            await anyio.sleep(self._seconds)
