"""The wires a receipt printer hangs on: network, USB (the kernel's usblp), serial, or a file."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import serial

from appliance.core.devices import Problem
from appliance.drivers.serial_wire import BROKEN, SerialSettings, open_port
from appliance.drivers.supervised import WireFault

CONNECT_TIMEOUT_S = 2.0
SERIAL_CHUNK = 256
USB_CLASS = Path("/sys/class/usbmisc")

_WHY = {
    errno.EACCES: Problem.NO_PERMISSION,
    errno.EPERM: Problem.NO_PERMISSION,
    errno.EBUSY: Problem.PORT_BUSY,
}


class Wire(Protocol):
    """Bytes both ways, in bounded time. Every method raises WireFault when the wire is gone."""

    def write(self, data: memoryview, timeout_s: float) -> int:
        """Write what the wire takes now; 0 when it takes nothing within the time."""

    def read(self, timeout_s: float) -> bytes:
        """What has come, waiting so long for the first byte; b"" when nothing came."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Port:
    """Where the printer is: "tcp://192.168.1.50:9100", "usb", "usb://04b8:0202", "/dev/usb/lp0",
    "file:///tmp/receipts.bin"; anything else is a serial port or a pyserial URL."""

    url: str
    serial: SerialSettings

    @property
    def is_file(self) -> bool:
        return self.url.startswith("file:")

    @property
    def keeps_place(self) -> bool:
        """Whether the printer may still wait for the rest of a command after the wire broke."""
        return not self.is_file

    def open(self) -> Wire:
        try:
            if self.url.startswith("tcp:"):
                return _TcpWire(self.url)
            if self.is_file:
                path = Path(urlsplit(self.url).path)
                return _FdWire(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, reads=False)
            if self.url.startswith(("usb", "/dev/usb/lp")):
                return _FdWire(usb_node(self.url), os.O_RDWR | os.O_NONBLOCK, reads=True)
        except OSError as error:
            problem = _WHY.get(error.errno or 0, Problem.UNPLUGGED)
            raise WireFault(problem, f"{self.url}: {error.strerror or error}") from error
        return _SerialWire(open_port(self.serial))


def usb_node(url: str, sysfs: Path = USB_CLASS) -> Path:
    """The usblp node of a printer by its USB id, or of the only one; raises FileNotFoundError.

    The number in /dev/usb/lp0 changes with every replug, the id does not.
    """
    if url.startswith("/"):
        return Path(url)
    wanted = url.partition("://")[2].lower()
    for entry in sorted(sysfs.glob("lp*")):
        usb = (entry / "device").resolve().parent
        with contextlib.suppress(OSError):
            vendor = (usb / "idVendor").read_text().strip()
            product = (usb / "idProduct").read_text().strip()
            if wanted in ("", f"{vendor}:{product}"):
                return Path("/dev/usb") / entry.name
    raise FileNotFoundError(errno.ENOENT, "no such USB printer", url)


class _TcpWire:
    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        where = (address.hostname or "", address.port or 9100)
        self._socket = socket.create_connection(where, CONNECT_TIMEOUT_S)
        self._socket.settimeout(0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A printer that was switched off sends no goodbye; the kernel finds out within 20 s.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)

    def write(self, data: memoryview, timeout_s: float) -> int:
        _, ready, _ = select.select([], [self._socket], [], timeout_s)
        if not ready:
            return 0
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error

    def read(self, timeout_s: float) -> bytes:
        ready, _, _ = select.select([self._socket], [], [], timeout_s)
        if not ready:
            return b""
        try:
            data = self._socket.recv(256)
        except OSError as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error
        if not data:
            raise WireFault(Problem.UNPLUGGED, "the printer closed the connection")
        return data

    def close(self) -> None:
        self._socket.close()


class _FdWire:
    """A character device or a file."""

    def __init__(self, path: Path, flags: int, *, reads: bool) -> None:
        self._fd = os.open(path, flags | os.O_CLOEXEC, 0o640)
        self._reads = reads

    def write(self, data: memoryview, timeout_s: float) -> int:
        try:
            _, ready, _ = select.select([], [self._fd], [], timeout_s)
            return os.write(self._fd, data) if ready else 0
        except BlockingIOError:
            return 0
        except OSError as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error

    def read(self, timeout_s: float) -> bytes:
        if not self._reads:
            return b""
        try:
            ready, _, _ = select.select([self._fd], [], [], timeout_s)
            return os.read(self._fd, 256) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._fd)


class _SerialWire:
    """A tty is written through its descriptor, because pyserial does not say how much of a write
    went out before its time was up; a URL port (rfc2217) has none and goes by small pieces."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._fd: int | None = None
        with contextlib.suppress(*BROKEN, AttributeError):
            self._fd = port.fileno()

    def write(self, data: memoryview, timeout_s: float) -> int:
        try:
            if self._fd is None:
                return self._port.write(bytes(data[:SERIAL_CHUNK])) or 0
            _, ready, _ = select.select([], [self._fd], [], timeout_s)
            return os.write(self._fd, data) if ready else 0
        except (BlockingIOError, serial.SerialTimeoutException):
            return 0
        except BROKEN as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error

    def read(self, timeout_s: float) -> bytes:
        try:
            self._port.timeout = timeout_s
            first: bytes = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (*BROKEN, TypeError) as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(*BROKEN):
            # What nobody took must not keep the close waiting.
            self._port.reset_output_buffer()
        with contextlib.suppress(*BROKEN):
            self._port.close()
