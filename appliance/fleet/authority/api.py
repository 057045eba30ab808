"""What tills ask over HTTPS: to join, whether they may, and for their next certificate.

GET  /enrol/root    the root's certificate, PEM; a till compares it with its token's pin
POST /enrol         with a token: granted or refused; with a code: 202 and a ticket
POST /enrol/wait    with the ticket: 202 until somebody typed the code
POST /enrol/renew   signed by the till's key
"""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from appliance.fleet.authority import enrolment, renewal
from appliance.fleet.authority.guard import Guard
from appliance.fleet.authority.joining import Desk
from appliance.malformed import Malformed
from appliance.wire import enrolment as wire
from appliance.wire.enrolment import Answer, Refused, Waiting

ASKS, ASKS_REFILL_S = 60, 6.0
"""A technician may enrol sixty tills of a shop behind one address at once, then ten a minute."""
WAITS, WAITS_REFILL_S = 300, 0.2
"""Sixty tills that ask every three seconds take twenty of it a second only for a quarter minute."""
_JSON = "application/json"
_STATUS = {"no_token": 403, "token_used": 403, "token_old": 403, "denied": 403, "cloned": 403}


def routes(desk: Desk) -> list[BaseRoute]:
    asks, waits = Guard(ASKS, ASKS_REFILL_S), Guard(WAITS, WAITS_REFILL_S)

    async def root(_request: Request) -> Response:
        return Response(desk.authority.root, media_type="application/x-pem-file")

    async def ask(request: Request) -> Response:
        return await _answered(
            request,
            asks,
            lambda body, address: enrolment.ask(desk, wire.decode_request(body), address),
        )

    async def wait(request: Request) -> Response:
        return await _answered(
            request, waits, lambda body, _: enrolment.fetch(desk, wire.decode_ticket(body))
        )

    async def renew(request: Request) -> Response:
        return await _answered(
            request,
            asks,
            lambda body, address: renewal.renew(desk, wire.decode_renewal(body), address),
        )

    return [
        Route("/enrol/root", root),
        Route("/enrol", ask, methods=["POST"]),
        Route("/enrol/wait", wait, methods=["POST"]),
        Route("/enrol/renew", renew, methods=["POST"]),
    ]


async def _answered(
    request: Request, guard: Guard, answer: Callable[[bytes, str], Answer]
) -> Response:
    address = request.client.host if request.client else ""
    if not guard.allows(address, time.monotonic()):
        return _response(Refused("slower", "Too many questions at once. Try again soon."), 429)
    body = await _body(request)
    if body is None:
        return _response(Refused("too_long", "This is too long."), 413)
    try:
        found = await run_in_threadpool(answer, body, address)
    except Malformed as error:
        return _response(Refused("malformed", str(error)), 400)
    match found:
        case Waiting():
            return _response(found, 202)
        case Refused(reason):
            return _response(found, _STATUS.get(reason, 409))
        case _:
            return _response(found, 200)


async def _body(request: Request) -> bytes | None:
    """None for what is longer than any question."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > wire.REQUEST_MAX:
            return None
    return bytes(body)


def _response(answer: Answer, status: int) -> Response:
    return Response(wire.encode_answer(answer), status, media_type=_JSON)
