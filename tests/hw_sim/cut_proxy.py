"""A cable between till and terminal, or broker, that can be cut, or go dead, after any byte in either
direction, or be slow."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Literal, Self

Way = Literal["to_terminal", "to_till"]


@dataclass
class CutProxy:
    """Listens on `url`, forwards to target_port. cut(way, n): after n more bytes that way, or None:
    after what passes next, both ends are hung up, once; dead=True: nothing passes any more and
    nobody is told. Afterwards a new connection works again, unless `torn`. hold(way, s): what passes
    next waits so long, and all behind it. bytes_s: as a bad mobile network, 0 for no limit."""

    target_port: int
    port: int = 0
    torn: bool = False
    bytes_s: int = 0
    passed: dict[Way, int] = field(default_factory=lambda: {"to_terminal": 0, "to_till": 0})
    done: threading.Event = field(default_factory=threading.Event)
    _plan: tuple[Way, int | None, bool] | None = None
    _holds: dict[Way, float] = field(default_factory=dict)
    _wires: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: socket.socket | None = None
    _down: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"socket://127.0.0.1:{self.port}"

    def cut(self, way: Way, after_bytes: int | None, *, dead: bool = False) -> None:
        with self._lock:
            at = None if after_bytes is None else self.passed[way] + after_bytes
            self._plan = (way, at, dead)
            self.done.clear()

    def hold(self, way: Way, seconds: float) -> None:
        with self._lock:
            self._holds[way] = seconds

    def hang_up(self) -> None:
        """Pulls the cable now, and puts it back."""
        for wire in self._wires:
            _end(wire)
        self._wires.clear()

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, name="cut-proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._down.set()
        assert self._server is not None
        _end(self._server)
        self.hang_up()

    def _accept(self) -> None:
        assert self._server is not None
        while not self._down.is_set():
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.torn:
                _end(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), 2)
                far.settimeout(None)  # a payment may be silent for as long as it likes
            except OSError:
                _end(near)
                continue
            for wire in (near, far):
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wires += [near, far]
            self._pump(near, far, "to_terminal")
            self._pump(far, near, "to_till")

    def _pump(self, source: socket.socket, target: socket.socket, way: Way) -> None:
        def run() -> None:
            with contextlib.suppress(OSError):
                while data := source.recv(4096):
                    if self.bytes_s:
                        time.sleep(len(data) / self.bytes_s)
                    self._down.wait(self._held_s(way))
                    whole = self._passing(way, len(data))
                    target.sendall(data[:whole])
                    if whole < len(data) or self._due(way):
                        if self._spent():
                            while source.recv(4096):  # dead: swallowed without a word
                                pass
                        break
            _end(source)
            _end(target)

        threading.Thread(target=run, name=f"cut-proxy-{way}", daemon=True).start()

    def _held_s(self, way: Way) -> float:
        with self._lock:
            return self._holds.pop(way, 0.0)

    def _passing(self, way: Way, count: int) -> int:
        with self._lock:
            plan = self._plan
            if plan is not None and plan[0] == way and plan[1] is not None:
                count = min(count, max(0, plan[1] - self.passed[way]))
            self.passed[way] += count
            return count

    def _due(self, way: Way) -> bool:
        with self._lock:
            plan = self._plan
            return plan is not None and plan[0] == way and self.passed[way] >= (plan[1] or 0)

    def _spent(self) -> bool:
        """The plan has happened; true when the line is dead rather than cut."""
        with self._lock:
            dead = self._plan is not None and self._plan[2]
            self._plan = None
            self.done.set()
            return dead


def _end(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
