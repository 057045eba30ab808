"""A serial cable from the till to a terminal, whose messages are counted: a pty under a stable name.

Unlike a connection it tells neither side that the other one is gone; only the till sees when its
adapter is pulled out.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .wiretap import CONNECT_S, READ_MAX, Counted

RETRY_S = 0.02


class Adapter:
    """The plug at the till: a fresh pty, with its name put into place at once."""

    def __init__(self, path: Path) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = path.with_name(f".{path.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(path)

    def fileno(self) -> int:
        return self._master

    def recv(self, size: int, /) -> bytes:
        return os.read(self._master, size)

    def sendall(self, data: bytes, /) -> None:
        while data:
            data = data[os.write(self._master, data) :]

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


@dataclass
class SerialCable(Counted):
    """To the terminal's target_port; it is found again after a restart, as a cable that stays in."""

    target_port: int = 0
    path: Path = Path()
    _adapter: Adapter | None = None
    _pulled: bool = False
    _down: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return str(self.path)

    def hang_up(self) -> None:
        """The adapter is pulled out of the till and put back. On the cable's own thread."""
        self._pulled = True

    def __enter__(self) -> Self:
        self._adapter = Adapter(self.path)
        self._thread = threading.Thread(target=self._run, name="serial-cable", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._down.set()
        assert self._thread is not None
        self._thread.join(CONNECT_S)

    def _run(self) -> None:
        while not self._down.is_set():
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), CONNECT_S)
            except OSError:
                self._down.wait(RETRY_S)
                continue
            with far, contextlib.suppress(OSError):
                far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pump(far)
        if self._adapter is not None:
            self._adapter.close()

    def _pump(self, far: socket.socket) -> None:
        begun = {"till": b"", "terminal": b""}
        while not self._down.is_set():
            adapter = self._adapter
            assert adapter is not None
            ready, _, _ = select.select([adapter, far], [], [], 0.1)
            if adapter in ready:
                begun["till"] = self._carry(begun["till"], adapter.recv(READ_MAX), far)
            if far in ready:
                data = far.recv(READ_MAX)
                if not data:
                    return
                begun["terminal"] = self._carry(begun["terminal"], data, adapter)
            if self._pulled:
                self._pulled = False
                self._adapter = Adapter(
                    self.path
                )  # before the old one goes: its number is free then
                adapter.close()
                begun["till"] = begun["terminal"] = b""
