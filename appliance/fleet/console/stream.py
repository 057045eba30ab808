"""Server-sent events: what is new, pushed into an open page.

A stream waits for news of its topic and then asks the store; without news it asks now and then
anyway, and says that it is alive. It ends with the session it was opened in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from starlette.responses import Response, StreamingResponse

from appliance.fleet.console.visit import Visit

_ALIVE_S = 15.0
_RETRY_MS, _FULL_MS = 3_000, 20_000
_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stream:
    """topic: of the news that wake it. ask: what is new since it was asked last. drawn: that as
    HTML, an event of its own."""

    topic: str
    ask: Callable[[], Rows]
    drawn: Callable[[Rows], str]


def stream(visit: Visit, of: Stream) -> Response:
    return StreamingResponse(_events(visit, of), media_type="text/event-stream", headers=_HEADERS)


async def _events(visit: Visit, of: Stream) -> AsyncIterator[str]:
    console, login = visit.console, visit.login
    if not console.streams.enter(login):
        # A browser shows no page of an answer to a stream, so it is told as an event.
        full = visit.saying.t(
            "Too many live pages are open. Close some: this one goes on by itself."
        )
        yield f"retry: {_FULL_MS}\nevent: full\ndata: {full}\n\n"
        return
    try:
        yield f"retry: {_RETRY_MS}\n\n"
        async for _ in console.news.wakes(of.topic, _ALIVE_S):
            if console.closing or not await run_sync(_still_in, visit):
                return
            rows = await run_sync(of.ask)
            yield event(of.drawn(rows)) if rows else ": alive\n\n"
    finally:
        console.streams.leave(login)


def event(html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"{lines}\n"


def _still_in(visit: Visit) -> bool:
    session = visit.session
    now_ms = visit.console.now_ms()
    return session is not None and (
        visit.console.sessions.find(session.token, now_ms, clicked=False) is not None
    )
