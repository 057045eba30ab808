"""A cable between till and terminal that counts the protocol's messages and strikes at one of them."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from .messages import Split

Strike = Callable[[], None]

CONNECT_S = 2.0
READ_MAX = 65536


class End(Protocol):
    """One side of the cable, as a socket has it."""

    def fileno(self) -> int: ...

    def recv(self, size: int, /) -> bytes: ...

    def sendall(self, data: bytes, /) -> None: ...

    def close(self) -> None: ...


@dataclass
class Counted:
    """at(n, passes, strike): the n-th message from now, of either side, arrives (passes) or not, and
    then it strikes, on the cable's own thread. messages: since then, or since `quiet`."""

    split: Split
    messages: int = 0
    struck: threading.Event = field(default_factory=threading.Event)
    _plan: tuple[int, bool, Strike] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def at(self, message: int, passes: bool, strike: Strike) -> None:
        with self._lock:
            self.messages = 0
            self._plan = (message, passes, strike)
            self.struck.clear()

    def quiet(self) -> None:
        """No strike from here on; one that has begun is over."""
        with self._lock:
            self.messages = 0
            self._plan = None

    def _carry(self, begun: bytes, data: bytes, target: End) -> bytes:
        """Hands the whole messages on, one by one; the rest waits for its end."""
        whole, rest = self.split(begun + data)
        for message in whole:
            with self._lock:
                passes, strike = self._due()
                if passes:
                    target.sendall(message)
                if strike is not None:
                    strike()
                    self.struck.set()
        return rest

    def _due(self) -> tuple[bool, Strike | None]:
        self.messages += 1
        if self._plan is None or self._plan[0] != self.messages:
            return True, None
        _, passes, strike = self._plan
        self._plan = None
        return passes, strike


@dataclass
class Wiretap(Counted):
    """TCP to target_port. certificate: it sits inside of TLS, with the terminal's own key; whoever is
    sent through it is none the wiser."""

    target_port: int = 0
    certificate: Path | None = None
    port: int = 0
    _wires: list[socket.socket] = field(default_factory=list)
    _server: socket.socket | None = None
    _down: bool = False

    @property
    def address(self) -> str:
        return str(self.port)

    def hang_up(self) -> None:
        """The cable is pulled and put back."""
        wires, self._wires = self._wires, []
        for wire in wires:
            _end(wire)

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, name="wiretap", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._down = True
        assert self._server is not None
        _end(self._server)
        self.hang_up()

    def _accept(self) -> None:
        assert self._server is not None
        while not self._down:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._connected, args=(near,), daemon=True).start()

    def _connected(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.target_port), CONNECT_S)
        except OSError:
            _end(near)
            return
        with contextlib.suppress(OSError, ValueError):  # hung up, on this thread or another
            for wire in (near, far):
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                wire.settimeout(CONNECT_S)
            near, far = self._within_tls(near, far)
            self._wires += [near, far]
            self._pump(near, far)
        _end(near)
        _end(far)

    def _within_tls(
        self, near: socket.socket, far: socket.socket
    ) -> tuple[socket.socket, socket.socket]:
        if self.certificate is None:
            return near, far
        terminal = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        terminal.load_cert_chain(self.certificate)
        till = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        till.check_hostname, till.verify_mode = False, ssl.CERT_NONE
        return terminal.wrap_socket(near, server_side=True), till.wrap_socket(far)

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        """Both ways on one thread, so that messages have an order."""
        begun = {near: b"", far: b""}
        other = {near: far, far: near}
        while True:
            ready, _, _ = select.select([near, far], [], [])
            for source in ready:
                data = _all_of(source)
                if data is None:
                    continue
                if not data:
                    return
                begun[source] = self._carry(begun[source], data, other[source])


def _all_of(source: socket.socket) -> bytes | None:
    """What is there. TLS may hold more than its socket shows, or only word of its own: then None."""
    if not isinstance(source, ssl.SSLSocket):
        return source.recv(READ_MAX)
    source.settimeout(0)
    try:
        data = source.recv(READ_MAX)
        while source.pending():
            data += source.recv(READ_MAX)
    except ssl.SSLWantReadError:
        return None
    finally:
        source.settimeout(CONNECT_S)
    return data


def _end(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
