"""Whoever drips a request byte by byte is sent away, and holds nobody up meanwhile; on a real socket."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from appliance.fleet import clock, patience
from appliance.fleet.authority import ca, services
from appliance.fleet.web_server import WebServer

SHORT_S = 0.4
DRIP_S = 0.05
WAIT_S = 20.0


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The real web server with a short patience."""
    monkeypatch.setattr(patience.Impatient, "head_s", SHORT_S)
    monkeypatch.setattr("appliance.fleet.web_server.BODY_S", SHORT_S)
    done = []

    async def post(request: Request) -> PlainTextResponse:
        form = await request.form()
        done.append(dict(form))
        return PlainTextResponse("taken")

    app = Starlette(routes=[Route("/form", post, methods=["POST"])])
    app.state.done = done
    authority = ca.load_or_make(tmp_path / "authority", "kram", clock.now())
    own = services.identity(tmp_path / "web", authority, "web", ("localhost",), clock.now())
    made = WebServer(app, "127.0.0.1", 0, lambda: own)
    made.start()
    yield made, done
    made.stop()


def connected(server: WebServer) -> ssl.SSLSocket:
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    wire = socket.create_connection(("127.0.0.1", server.port), WAIT_S)
    return anyone.wrap_socket(wire, server_hostname="localhost")


def head(length: int) -> bytes:
    return (
        "POST /form HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def dripped(wire: ssl.SSLSocket, data: bytes) -> bytes:
    """Says it byte by byte until the other side hangs up; what it answered."""
    gone = threading.Event()

    def drip() -> None:
        for byte in data:
            try:
                wire.send(bytes([byte]))
            except OSError:
                return
            if gone.wait(DRIP_S):
                return

    thread = threading.Thread(target=drip)
    thread.start()
    answer = b""
    try:
        while more := wire.recv(4096):
            answer += more
    except OSError:
        pass
    gone.set()
    thread.join()
    return answer


def until(wire: ssl.SSLSocket, wanted: bytes) -> None:
    heard = b""
    while wanted not in heard:
        more = wire.recv(4096)
        assert more, heard
        heard += more


def test_a_form_that_drips_is_answered_and_hung_up(server):
    web, done = server
    with connected(web) as wire:
        began = time.monotonic()
        wire.sendall(head(1000))
        answer = dripped(wire, b"a=" + b"x" * 998)
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < WAIT_S / 2
    assert not done


def test_headers_that_drip_and_silence_are_hung_up_without_a_word(server):
    web, _ = server
    with connected(web) as wire:
        assert dripped(wire, head(3) * 10) == b""
    with connected(web) as wire:
        assert wire.recv(10) == b""


def test_a_second_request_on_a_connection_has_its_own_time(server):
    web, done = server
    with connected(web) as wire:
        for _ in range(2):
            wire.sendall(head(3) + b"a=1")
            until(wire, b"taken")
        assert dripped(wire, head(3) * 10) == b""
    assert done == [{"a": "1"}] * 2


def test_many_that_drip_hold_up_nobody(server):
    web, done = server
    wires = []
    for _ in range(20):
        wires.append(connected(web))
        wires[-1].sendall(head(1000) + b"a=")
    with connected(web) as wire:
        wire.sendall(head(3) + b"a=1")
        until(wire, b"taken")
    assert done == [{"a": "1"}]
    for it in wires:
        assert it.recv(4096).startswith(b"HTTP/1.1 408")
        it.close()
