"""A terminal's wire, TCP or serial, behind one blocking interface."""

from __future__ import annotations

import contextlib
import socket
import termios
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import serial

CONNECT_S = 5.0
SLICE_S = 0.1
"""The longest that a read waits at once, so that a cancel or the end of the process is noticed."""

READ_MAX = 4096


class LineLost(Exception):
    """The wire broke, was closed by the other side, or cannot be opened."""


class Line(Protocol):
    def open(self) -> None: ...

    def send(self, data: bytes) -> None: ...

    def receive(self, timeout_s: float) -> bytes:
        """What has arrived, soon after the first byte; nothing when the time is over."""

    def close(self) -> None: ...


class Secured(Protocol):
    """Makes a TCP connection one that nobody reads or changes; see `tls.Trust`."""

    def secured(self, plain: socket.socket, host: str) -> socket.socket:
        """Raises OSError and LineLost."""


def line_to(url: str, **serial_settings: Any) -> Line:
    """The line that a URL names: "socket://host:port" is TCP, everything else pySerial's."""
    if url.startswith("socket://"):
        parts = urlsplit(url)
        return TcpLine(parts.hostname or "", parts.port or 0)
    return SerialLine(url, serial_settings)


class TcpLine:
    """host: a name or an address; tls: whom to believe there. Every method raises LineLost."""

    def __init__(
        self, host: str, port: int, *, tls: Secured | None = None, connect_s: float = CONNECT_S
    ) -> None:
        self._address = (host, port)
        self._tls = tls
        self._connect_s = connect_s
        self._socket: socket.socket | None = None

    def open(self) -> None:
        self.close()
        try:
            self._socket = socket.create_connection(self._address, self._connect_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if self._tls is not None:
                self._socket = self._tls.secured(self._socket, self._address[0])
        except LineLost:
            self.close()
            raise
        except OSError as error:
            self.close()
            host, port = self._address
            raise LineLost(f"{host}:{port}: {error.strerror or error}") from error

    def send(self, data: bytes) -> None:
        try:
            self._opened().sendall(data)
        except OSError as error:
            raise LineLost(error.strerror or str(error)) from error

    def receive(self, timeout_s: float) -> bytes:
        opened = self._opened()
        try:
            opened.settimeout(max(timeout_s, 0.001))
            data = opened.recv(READ_MAX)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LineLost(error.strerror or str(error)) from error
        finally:
            with contextlib.suppress(OSError):
                opened.settimeout(self._connect_s)
        if not data:
            raise LineLost("the terminal hung up")
        return data

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise LineLost("not connected")
        return self._socket


class SerialLine:
    """url: a device node or a URL of pySerial; settings: baudrate, bytesize, parity, stopbits."""

    def __init__(self, url: str, settings: Mapping[str, Any]) -> None:
        self._url = url
        self._settings = dict(settings)
        self._port: serial.Serial | None = None

    def open(self) -> None:
        self.close()
        try:
            self._port = serial.serial_for_url(
                self._url, timeout=SLICE_S, write_timeout=CONNECT_S, **self._settings
            )
        except (OSError, serial.SerialException, termios.error, ValueError) as error:
            raise LineLost(f"{self._url}: {error}") from error

    def send(self, data: bytes) -> None:
        port = self._opened()
        try:
            port.write(data)
        except (OSError, serial.SerialException, termios.error) as error:
            raise LineLost(str(error)) from error

    def receive(self, timeout_s: float) -> bytes:
        port = self._opened()
        until = time.monotonic() + timeout_s
        try:
            while True:
                data = bytes(port.read(max(1, min(port.in_waiting, READ_MAX))))
                if data or time.monotonic() >= until:
                    return data
        except (OSError, serial.SerialException, termios.error) as error:
            raise LineLost(str(error)) from error

    def close(self) -> None:
        if self._port is not None:
            with contextlib.suppress(OSError, serial.SerialException, termios.error):
                self._port.close()
            self._port = None

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise LineLost("not connected")
        return self._port
