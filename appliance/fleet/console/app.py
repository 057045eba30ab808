"""The console as an ASGI application: from its pages' table to routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Scope

from appliance.fleet.console.access import gate
from appliance.fleet.console.console import Console
from appliance.fleet.console.drawing import STATIC
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.table import PAGES
from appliance.fleet.console.security import SecurityHeaders
from appliance.fleet.console.visit import Visit

Endpoint = Callable[[Request], Awaitable[Response]]
_FIELDS_MAX = 2_000
_FONTS = STATIC.parents[2] / "fonts"


def make_app(console: Console, pages: tuple[Page, ...] = PAGES) -> Starlette:
    """To be served by uvicorn; `till fleet serve` does."""
    routes = [route for page in pages for route in _routes(console, page)]
    app = Starlette(
        routes=[*routes, Mount("/static/fonts", Files(directory=_FONTS)), _static()],
        middleware=[Middleware(SecurityHeaders, secure=console.settings.secure)],
        exception_handlers={HTTPException: _sorry(console), Exception: _sorry(console)},
    )
    app.state.pages = pages
    return app


def _routes(console: Console, page: Page) -> list[Route]:
    shown = Route(page.path, _shown(console, page), methods=["GET"])
    acts = (Route(act.path, _done(console, page, act), methods=["POST"]) for act in page.acts)
    return [shown, *acts]


def _shown(console: Console, page: Page) -> Endpoint:
    def work(request: Request) -> Response:
        visit = gate.visit_of(console, request)
        request.state.page = page
        return gate.refused(visit, page, None) or page.show(visit)

    async def endpoint(request: Request) -> Response:
        return await run_sync(work, request)

    return endpoint


def _done(console: Console, page: Page, act: Act) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        bounded = _bounded(request, act.body_max)
        bounded.state.page = page
        visit = await run_sync(gate.visit_of, console, bounded)
        try:
            async with bounded.form(max_fields=_FIELDS_MAX, max_part_size=act.body_max) as form:
                visit.form, visit.files = _fields(form), _files(form)
                return await run_sync(_act, visit, page, act)
        except ClientDisconnect:
            return Response(status_code=400)  # whoever hung up does not read it

    return endpoint


def _act(visit: Visit, page: Page, act: Act) -> Response:
    who = visit.session.id if visit.session else visit.address
    if not visit.console.pace.allows(who, visit.now_ms):
        raise HTTPException(429)
    if refusal := gate.refused(visit, page, act):
        return refusal
    if gate.forged(visit):
        raise HTTPException(403, "forged")
    return act.do(visit)


def _bounded(request: Request, body_max: int) -> Request:
    """The same request; refused before it is read when it says, or turns out, to be too large."""
    if int(request.headers.get("Content-Length", "0")) > body_max:
        raise HTTPException(413)
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > body_max:
            raise HTTPException(413)
        return message

    return Request(request.scope, receive)


def _fields(form: FormData) -> dict[str, str]:
    """Several boxes of one name are lines of one field."""
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


def _files(form: FormData) -> dict[str, UploadFile]:
    return {name: value for name, value in form.items() if isinstance(value, UploadFile)}


def _sorry(console: Console) -> Callable[[Request, Exception], Awaitable[Response]]:
    def work(request: Request, error: Exception) -> Response:
        visit = gate.visit_of(console, request)
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = visit.page("sorry.html", status, title=str(status), error=status)
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    async def answer(request: Request, error: Exception) -> Response:
        return await run_sync(work, request, error)

    return answer


class Files(StaticFiles):
    """Files that a browser may keep: an address with a hash for ever, another for a day."""

    def file_response(
        self, full_path: object, stat: object, scope: Scope, status: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat, scope, status)  # type: ignore[arg-type]
        for_ever = b"v=" in scope["query_string"]
        age = "31536000, immutable" if for_ever else "86400"
        answer.headers["Cache-Control"] = f"public, max-age={age}"
        return answer


def _static() -> Mount:
    return Mount("/static", Files(directory=STATIC))
