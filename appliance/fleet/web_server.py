"""The HTTPS server of a fleet, on a thread of its own: what tills enrol with, and the console."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from appliance.fleet.authority.services import Identity
from appliance.fleet.patience import BODY_S, Impatient, Patience

log = logging.getLogger(__name__)

_START_S = 15.0
_END_S = 10
_BACKLOG = 512
_CONNECTIONS_MAX = 2000
_DAY_S = 86_400


class WebServer:
    """Serves an ASGI application until it is stopped. identity: asked each day, since certificates
    run out while the server runs."""

    def __init__(self, app: Any, address: str, port: int, identity: Callable[[], Identity]) -> None:
        self._identity = identity
        now = identity()
        self._socket = _bound(address, port)
        self.port: int = self._socket.getsockname()[1]
        self._config = config = uvicorn.Config(
            Patience(app, BODY_S),
            http=Impatient,
            ssl_certfile=str(now.chain),
            ssl_keyfile=str(now.key),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS_MAX,
            timeout_graceful_shutdown=_END_S,
            callback_notify=self._refresh,
            timeout_notify=_DAY_S,
        )
        self._server = _Told(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._server.up.wait(_START_S) or not self._server.started:
            raise OSError("the web server does not start: its last lines say why")

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_END_S + 2)
        self._socket.close()

    async def _refresh(self) -> None:
        """For connections from now on."""
        try:
            now = self._identity()
            if self._config.ssl is not None:
                self._config.ssl.load_cert_chain(now.chain, now.key)
        except Exception:
            log.exception("the web server keeps its old certificate")

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._server.up.set()


class _Told(uvicorn.Server):
    """Says when it has started, instead of being asked."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def _bound(address: str, port: int) -> socket.socket:
    """Both kinds of address where no one is named; bound before the server runs, so that a port
    that is taken is said at once."""
    if address:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return socket.create_server((address, port), family=family, backlog=_BACKLOG)
    if socket.has_dualstack_ipv6():
        return socket.create_server(
            ("", port), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=True
        )
    return socket.create_server(("", port), backlog=_BACKLOG)
