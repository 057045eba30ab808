"""The till's local socket from outside: its views as they change, and requests to it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Look = dict[str, Any]

RETRY_S = 0.15
SILENCE_S = 5.0
"""The till says something every second; a longer silence is a till that hangs or is gone."""


class TillWatch:
    """on_look runs on the watcher's thread."""

    def __init__(self, path: Path, on_look: Callable[[Look], None]) -> None:
        self._path = path
        self._on_look = on_look
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._look: Look = {}
        self._connected = False
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="till-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def look(self) -> Look:
        """The newest view; empty before the first and after the till went away."""
        return self._look

    @property
    def connected(self) -> bool:
        return self._connected

    def wait(self, wanted: Callable[[Look], bool], timeout_s: float) -> Look | None:
        """The first view that is wanted, the present one included; None when none came."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._connected and wanted(self._look), timeout_s)
            return self._look if came else None

    def close(self) -> None:
        self._closing.set()
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(OSError, ValueError):
                self._follow()
            self._note(connected=False, look={})
            self._closing.wait(RETRY_S)

    def _follow(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as till:
            till.settimeout(SILENCE_S)
            till.connect(str(self._path))
            self._socket = till
            till.sendall(b'{"watch":true}\n')
            with till.makefile("rb") as lines:
                for line in lines:
                    look = json.loads(line).get("look")
                    if look is not None:
                        self._note(connected=True, look=look)
                        self._on_look(look)

    def _note(self, *, connected: bool, look: Look) -> None:
        with self._changed:
            self._connected, self._look = connected, look
            self._changed.notify_all()


def ask(path: Path, request: Mapping[str, Any], timeout_s: float = 10.0) -> dict[str, Any]:
    """One request and its answer. OSError when no till listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as till:
        till.settimeout(timeout_s)
        till.connect(str(path))
        till.sendall(json.dumps(request).encode() + b"\n")
        with till.makefile("rb") as answers:
            line = answers.readline()
    if not line:
        raise ConnectionResetError("the till hung up")
    answer: dict[str, Any] = json.loads(line)
    return answer
