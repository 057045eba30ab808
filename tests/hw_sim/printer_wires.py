"""How the simulated printer hangs on the till: a network socket, or a serial line."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hw_sim.wire import Cable

if TYPE_CHECKING:
    from hw_sim.printer import Printer

DEAF_POLL_S = 0.05


class TcpWire:
    """Port 9100 of a network printer, on loopback; the number stays over unplug and replug."""

    def __init__(self, number: int = 0) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._peer: socket.socket | None = None
        self._unplugged = threading.Event()

    @property
    def port(self) -> str:
        return f"tcp://127.0.0.1:{self._number}"

    def plug(self, printer: Printer) -> None:
        with self._lock:
            if self._listener is not None:
                return
            self._listener = socket.create_server(("127.0.0.1", self._number))
            self._number = self._listener.getsockname()[1]
            self._unplugged = threading.Event()
            threading.Thread(
                target=self._accept, args=(self._listener, self._unplugged, printer), daemon=True
            ).start()

    def pull(self) -> None:
        with self._lock:
            listener, peer = self._listener, self._peer
            self._listener = self._peer = None
            self._unplugged.set()
        if listener is not None:
            # close alone would not wake the thread that accepts.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        if peer is not None:
            _reset(peer)

    def send(self, data: bytes) -> None:
        peer = self._peer
        if peer is not None:
            with contextlib.suppress(OSError):
                peer.sendall(data)

    def _accept(
        self, listener: socket.socket, unplugged: threading.Event, printer: Printer
    ) -> None:
        """One till at a time, as most printers have it."""
        while not unplugged.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                if unplugged.is_set():
                    _reset(peer)
                    return
                self._peer = peer
            self._listen(peer, unplugged, printer)
            with self._lock:
                if self._peer is peer:
                    self._peer = None
            peer.close()

    def _listen(self, peer: socket.socket, unplugged: threading.Event, printer: Printer) -> None:
        while not unplugged.is_set():
            if not printer.may_read():
                unplugged.wait(DEAF_POLL_S)
                continue
            try:
                data = peer.recv(4096)
            except OSError:
                return
            if not data:
                return
            printer.receive(data)


class PtyWire:
    """A serial line; the path stays over unplug and replug."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._printer: Printer | None = None
        self._cable: Cable | None = None

    @property
    def port(self) -> str:
        return str(self._path)

    def plug(self, printer: Printer) -> None:
        if self._cable is None:
            self._cable = Cable(self._path, printer.receive)
        else:
            self._cable.plug()

    def pull(self) -> None:
        if self._cable is not None:
            self._cable.pull()

    def send(self, data: bytes) -> None:
        if self._cable is not None:
            self._cable.send(data)


def _reset(peer: socket.socket) -> None:
    """RST, not FIN: what a device that lost its power looks like from the other side."""
    with contextlib.suppress(OSError):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.shutdown(socket.SHUT_RD)
    peer.close()
