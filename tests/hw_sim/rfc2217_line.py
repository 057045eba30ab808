"""A serial line behind a network box (RFC 2217), which unlike a pty knows its line settings."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import serial.rfc2217

from hw_sim.traffic import Direction, Tap

MODEM_LINES = {"cts": True, "dsr": True, "ri": False, "cd": True}


class Rfc2217Line:
    """settings: what the till set: baudrate, bytesize, parity, stopbits. required: the device's
    own; with others its bytes arrive as noise."""

    def __init__(
        self,
        on_bytes: Callable[[bytes], None],
        required: tuple[int, int, str] | None = None,
    ) -> None:
        self.tap = Tap("rfc2217")
        # All that the manager asks of a serial port and its connection.
        self.settings: Any = SimpleNamespace(
            baudrate=0, bytesize=8, parity="N", stopbits=1, rtscts=False, xonxoff=False,
            dtr=True, rts=True, break_condition=False, **MODEM_LINES,
            reset_input_buffer=lambda: None, reset_output_buffer=lambda: None,
        )  # fmt: skip
        self._on_bytes = on_bytes
        self._required = required
        self._lock = threading.RLock()
        self._client: socket.socket | None = None
        self._manager: serial.rfc2217.PortManager | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port_number = self._server.getsockname()[1]
        self._thread: threading.Thread | None = None
        self._server.close()
        self.plug()

    @property
    def port(self) -> str:
        return f"rfc2217://127.0.0.1:{self.port_number}"

    @property
    def line(self) -> tuple[int, int, str]:
        return (self.settings.baudrate, self.settings.bytesize, self.settings.parity)

    def plug(self) -> None:
        if self._thread is not None:
            return
        self._server = socket.create_server(("127.0.0.1", self.port_number))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """The network box loses its power."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        for end in (self._server, self._client):
            with contextlib.suppress(OSError):
                if end is not None:
                    end.shutdown(socket.SHUT_RDWR)
        self._server.close()
        thread.join()

    close = pull

    def send(self, data: bytes) -> None:
        with self._lock:
            if self._client is None or self._manager is None:
                return
            self.tap.note(Direction.TO_TILL, data)
            if self._required and self.line != self._required:
                data = bytes(byte ^ 0xA5 for byte in data)
            with contextlib.suppress(OSError):
                self._client.sendall(b"".join(self._manager.escape(data)))

    def write(self, data: bytes) -> None:
        """The manager's negotiations go to the client."""
        with self._lock, contextlib.suppress(OSError):
            if self._client is not None:
                self._client.sendall(data)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            quiet = logging.getLogger("hw_sim.rfc2217")
            self._client = client
            us: Any = self
            self._manager = serial.rfc2217.PortManager(self.settings, us, logger=quiet)
            with client, contextlib.suppress(OSError):
                while data := client.recv(1024):
                    plain = b"".join(self._manager.filter(data))
                    if plain:
                        self.tap.note(Direction.FROM_TILL, plain)
                        self._on_bytes(plain)
            self._client = self._manager = None
