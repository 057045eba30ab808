"""The views of a running till, from another process: its local socket, watched again and again."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.core import codec
from appliance.core.view import Look

log = logging.getLogger(__name__)

QUIET_S = 5.0
"""The till says something every second; after so long without a word it is gone."""
PAUSE_S = 1.0
LOOK_BYTES_MAX = 16_000_000
"""The view of a basket of 9,999 lines is 3 MB."""

OnLook = Callable[[Look | None], None]
"""Gets each new view, and None when the till went away; called on the stream's thread."""


class LookStream:
    """Watches from `start` to `close`, through every restart of the till."""

    def __init__(self, path: Path, *, pause_s: float = PAUSE_S) -> None:
        self._path = path
        self._pause_s = pause_s
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self, on_look: OnLook) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(on_look,), name="look-stream", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join()

    def _run(self, on_look: OnLook) -> None:
        away = False
        while not self._closed.is_set():
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                    self._socket = client
                    client.settimeout(QUIET_S)
                    client.connect(str(self._path))
                    away = False
                    self._watch(client, on_look)
            except OSError as error:
                log.debug("no till at %s: %s", self._path, error)
            except ValueError:
                # CodecError among them: the till is of another version than this program.
                log.exception("the till sends views that are not understood here")
            self._socket = None
            if not away and not self._closed.is_set():
                away = True
                on_look(None)
            self._closed.wait(self._pause_s)

    def _watch(self, client: socket.socket, on_look: OnLook) -> None:
        client.sendall(b'{"watch":true}\n')
        with client.makefile("rb") as lines:
            while line := lines.readline(LOOK_BYTES_MAX):
                if self._closed.is_set():
                    return
                value = json.loads(line)
                if "look" in value:
                    on_look(codec.from_json(Look, value["look"]))
