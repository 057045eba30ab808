"""Serves this till's ledger to the shop's other tills, on the address that the settings name."""

from __future__ import annotations

import logging
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from appliance.malformed import Malformed
from appliance.payments.stored_value import wire
from appliance.payments.stored_value.ledger import LedgerLost, OwnLedger

log = logging.getLogger(__name__)

ASKERS_MAX = 64
"""Questions at once; a shop has fewer tills."""
QUIET_S = 5.0
SWEEP_S = 3600.0


class LedgerServer:
    """From `start` to `close`; a thread for each connection, few and short."""

    def __init__(self, address: tuple[str, int], ledger: OwnLedger, key: bytes) -> None:
        self._ledger = ledger
        self._server = _Server(address, ledger, key)
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.serve_forever, name="ledger", daemon=True),
            threading.Thread(target=self._sweep, name="ledger-sweep", daemon=True),
        ]

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def _sweep(self) -> None:
        while True:
            try:
                self._ledger.sweep()
            except Exception:
                log.exception("what was set aside long ago is still so")
            if self._closing.wait(SWEEP_S):
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], ledger: OwnLedger, key: bytes) -> None:
        super().__init__(address, _Handler)
        self.ledger = ledger
        self.key = key
        self.places = threading.BoundedSemaphore(ASKERS_MAX)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        log.debug("%s left", client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = QUIET_S

    def do_POST(self) -> None:
        if not self.server.places.acquire(blocking=False):
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "", b"")
            return
        try:
            self._answer()
        finally:
            self.server.places.release()

    def _answer(self) -> None:
        size = self.headers.get("Content-Length", "")
        if not size.isascii() or not size.isdigit() or int(size) > wire.BODY_MAX:
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", b"")
            return
        body = self.rfile.read(int(size))
        nonce, told = self.headers.get(wire.NONCE, ""), self.headers.get(wire.SEAL, "")
        if not wire.is_sealed(self.server.key, "ask", self.path, nonce, body, told):
            log.warning("%s asked the ledger without the shop's key", self.client_address[0])
            self._say(HTTPStatus.FORBIDDEN, "", b"")
            return
        try:
            answer = self._done(self.path, wire.read(body))
        except Malformed as error:
            self._say(HTTPStatus.BAD_REQUEST, nonce, wire.body_of(why=str(error)[:200]))
        except LedgerLost as error:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, nonce, wire.body_of(why=str(error)[:200]))
        else:
            self._say(HTTPStatus.OK, nonce, answer)

    def _done(self, path: str, asked: dict[str, Any]) -> bytes:
        ledger = self.server.ledger
        match path:
            case "/v1/hold":
                account, key = wire.text(asked, "account"), wire.text(asked, "key")
                granted = ledger.hold(account, wire.whole(asked, "amount_minor"), key)
                return wire.body_of(amount_minor=granted.amount_minor, why=granted.why)
            case "/v1/release":
                ledger.release(wire.text(asked, "key"))
                return wire.body_of()
            case "/v1/push":
                ledger.push(wire.moves_of(asked))
                return wire.body_of()
            case "/v1/pull":
                moves, upto = ledger.pull(wire.whole(asked, "after"))
                return wire.body_of(moves=wire.moves_json(moves), upto=upto)
            case "/v1/heard":
                return wire.body_of(upto=ledger.heard(wire.text(asked, "till")))
            case _:
                raise Malformed(f"the ledger knows no {path[:40]}")

    def _say(self, status: HTTPStatus, nonce: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if nonce:
            seal = wire.seal(self.server.key, "answer", self.path, nonce, body)
            self.send_header(wire.SEAL, seal)
        if status is not HTTPStatus.OK:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        log.debug(format, *args)
