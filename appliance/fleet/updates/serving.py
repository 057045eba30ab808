"""Bundles over HTTPS: in pieces, to tills that show their ticket, to so many at a time.

GET /releases/{sha256}.raucb?till=..    Range, If-Range and ETag as RFC 9110 has them
Authorization: Bearer TICKET            in no address, since addresses stand in logs
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from appliance.fleet.updates.releases import Releases

AT_ONCE_MAX = 32
"""Downloads: as many as a line of 1 Gbit/s gives three megabytes a second each."""
OF_ONE_MAX = 4
"""Of one till: RAUC reads in pieces over one or two connections."""
LATER_S = 120


@dataclass(slots=True)
class Doors:
    """Who is being served; used on the event loop alone."""

    at_once: int = AT_ONCE_MAX
    inside: Counter[str] = field(default_factory=Counter)

    def enter(self, till: str) -> bool:
        if self.inside.total() >= self.at_once or self.inside[till] >= OF_ONE_MAX:
            return False
        self.inside[till] += 1
        return True

    def leave(self, till: str) -> None:
        self.inside[till] -= 1
        if not self.inside[till]:
            del self.inside[till]


class _Bundle(FileResponse):
    """Its place is free again when the last byte is sent, or the till hung up."""

    def __init__(self, *args: object, done: Callable[[], None], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


def route(releases: Callable[[], Releases], doors: Doors | None = None) -> Route:
    """releases: asked anew each time, like all that a key belongs to."""
    doors = doors or Doors()

    async def bundle(request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        till = request.query_params.get("till", "")
        ticket = request.headers.get("Authorization", "").removeprefix("Bearer ")
        path = await run_in_threadpool(releases().serves, sha256, till, ticket)
        if path is None:
            return Response(status_code=404)
        if not doors.enter(till):
            return Response(status_code=503, headers={"Retry-After": str(LATER_S)})
        return _Bundle(
            path,
            media_type="application/vnd.rauc",
            headers={"ETag": f'"{sha256}"', "Cache-Control": "private, no-transform"},
            done=lambda: doors.leave(till),
        )

    return Route("/releases/{sha256:str}.raucb", bundle, methods=["GET"])
