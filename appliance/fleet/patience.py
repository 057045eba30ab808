"""How long the web server waits for a request: whoever drips it byte by byte holds nothing up.

`Patience` is around every application: a body is whole in time, or is answered 408. `Impatient` is a
connection: a request line and its headers are whole in time, or it is hung up.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S = 20.0
BODY_S = 60.0
"""A price list of the largest size, over a line of a quarter of a megabit."""


class Patience:
    def __init__(self, app: ASGIApp, body_s: float) -> None:
        self._app = app
        self._body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _timely(receive, self._body_s)
        await self._app(scope, receive, send)


def _timely(receive: Receive, body_s: float) -> Receive:
    due_s = asyncio.get_running_loop().time() + body_s
    whole = False

    async def timely() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(due_s):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        whole = not message.get("more_body", False)
        return message

    return timely


class Impatient(H11Protocol):
    """head_s: from the connection, or the first byte after an answer, to the end of the headers."""

    head_s = HEAD_S
    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before: RequestResponseCycle | None = self.cycle
        if self._head is None and (before is None or before.response_complete):
            self._expect()
        super().data_received(data)
        if self.cycle is not before:
            self._came()

    def _expect(self) -> None:
        self._head = self.loop.call_later(self.head_s, self.transport.close)

    def _came(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
