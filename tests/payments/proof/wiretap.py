"""A cable between till and terminal that counts the messages and strikes at one of them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

Strike = Callable[[], None]


@dataclass
class Wiretap:
    """Forwards to target_port. at(n, passes, strike): the n-th message from now, of either side,
    arrives (passes) or not, and then it strikes, on the cable's own thread. messages: since then."""

    target_port: int
    port: int = 0
    messages: int = 0
    struck: threading.Event = field(default_factory=threading.Event)
    _plan: tuple[int, bool, Strike] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wires: list[socket.socket] = field(default_factory=list)
    _server: socket.socket | None = None
    _down: bool = False

    def at(self, message: int, passes: bool, strike: Strike) -> None:
        with self._lock:
            self.messages = 0
            self._plan = (message, passes, strike)
            self.struck.clear()

    def quiet(self) -> None:
        """No strike from here on."""
        with self._lock:
            self.messages = 0
            self._plan = None

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
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), 2)
            except OSError:
                _end(near)
                continue
            self._wires += [near, far]
            for source, target in ((near, far), (far, near)):
                with contextlib.suppress(OSError):  # hung up meanwhile: the pump sees it
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                with self._lock:  # whoever is `quiet` knows that nothing strikes any more
                    passes, strike = self._due()
                    if passes:
                        target.sendall(data)
                    if strike is not None:
                        strike()
                        self.struck.set()
        _end(source)
        _end(target)

    def _due(self) -> tuple[bool, Strike | None]:
        self.messages += 1
        if self._plan is None or self._plan[0] != self.messages:
            return True, None
        _, passes, strike = self._plan
        self._plan = None
        return passes, strike


def _end(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
