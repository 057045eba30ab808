"""One HTTPS request to a terminal, waited for in slices, so that its user can do more meanwhile."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any

from appliance.malformed import Malformed
from appliance.payments.line import CONNECT_S, READ_MAX, SLICE_S, LineLost
from appliance.payments.tls import Trust

PATH = "/nexo"
ANSWER_MAX = 256 * 1024


class Https:
    """host, port: of the terminal. Every method raises LineLost."""

    def __init__(self, host: str, port: int, trust: Trust) -> None:
        self._address = (host, port)
        self._trust = trust

    def open(self) -> Call:
        try:
            plain = socket.create_connection(self._address, CONNECT_S)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            host, port = self._address
            raise LineLost(f"{host}:{port}: {error.strerror or error}") from error
        try:
            wire = self._trust.secured(plain, self._address[0])
        except (OSError, LineLost) as error:
            plain.close()
            if isinstance(error, LineLost):
                raise
            raise LineLost(f"TLS: {error}") from error
        return Call(wire, self._address[0])


class Call:
    """A connection for one request and its answer."""

    def __init__(self, wire: ssl.SSLSocket, host: str) -> None:
        self._wire = wire
        self._host = host

    def send(self, body: bytes) -> None:
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            self._wire.sendall(head.encode("ascii") + body)
        except OSError as error:
            raise LineLost(error.strerror or str(error)) from error

    def receive(self, answer_s: float, between: Callable[[], bool] = lambda: True) -> bytes | None:
        """The answer's body; None when the time is over, or `between` says to stop. That is asked
        at least every SLICE_S."""
        until, got, ended = time.monotonic() + answer_s, b"", False
        while time.monotonic() < until and between():
            self._wire.settimeout(SLICE_S)
            try:
                data = self._wire.recv(READ_MAX)
            except TimeoutError:
                continue
            except OSError as error:
                raise LineLost(error.strerror or str(error)) from error
            got, ended = got + data, not data
            if len(got) > ANSWER_MAX:
                raise Malformed("an answer without an end")
            if _is_whole(got, ended=ended):
                return _body(got)
            if ended:
                raise LineLost("the terminal hung up")
        return None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._wire.close()


def _is_whole(got: bytes, *, ended: bool) -> bool:
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return False
    try:
        headers = parse_headers(io.BytesIO(head.partition(b"\r\n")[2] + b"\r\n\r\n"))
        length = headers.get("Content-Length", "")
        if length.isdecimal():
            return len(body) >= int(length)
    except (HTTPException, ValueError) as error:
        raise Malformed(f"no HTTP: {error}") from error
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return body.endswith(b"0\r\n\r\n")
    return ended


def _body(got: bytes) -> bytes:
    response = HTTPResponse(_Read(got))  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read()
    except (HTTPException, ValueError) as error:
        raise Malformed(f"no HTTP: {error}") from error
    if response.status != 200:
        raise Malformed(f"HTTP {response.status} {response.reason}"[:80])
    return body


class _Read:
    """What HTTPResponse asks of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._data)
