"""The counter's end of the GPIO header: levels that the till drives, levels that devices drive.

The till's end is `remote_pins`, in another process or in this one; JSON lines over a UNIX socket:
{"pin": 17, "level": true, "at_ns": 123} from the till, {"pin": 27, "level": false} to it, and
first of all {"driven": {"27": false}}, so that a till that starts finds the levels as they are.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from hw_sim.traffic import Direction, Tap

OnOutput = Callable[[int, bool, int], None]
"""pin, level, monotonic nanoseconds of the edge."""


class PinBoard:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.tap = Tap("gpio")
        self._lock = threading.RLock()
        self._driven: dict[int, bool] = {}
        self._outputs: dict[int, bool] = {}
        self._listeners: list[OnOutput] = []
        self._tills: list[socket.socket] = []
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path.unlink(missing_ok=True)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def drive(self, pin: int, level: bool) -> None:
        """A device pulls one of the till's inputs high or low."""
        with self._lock:
            self._driven[pin] = level
            self.tap.note(Direction.TO_TILL, f"GPIO{pin}={level:d}".encode())
            for till in list(self._tills):
                self._send(till, {"pin": pin, "level": level})

    def output(self, pin: int) -> bool:
        """What the till drives now; low when no till runs."""
        with self._lock:
            return self._outputs.get(pin, False)

    def on_output(self, callback: OnOutput) -> None:
        self._listeners.append(callback)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for till in self._tills:
                with contextlib.suppress(OSError):
                    till.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                till, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self._tills.append(till)
                self._send(till, {"driven": self._driven})
            threading.Thread(target=self._listen, args=(till,), daemon=True).start()

    def _listen(self, till: socket.socket) -> None:
        with till, till.makefile() as lines, contextlib.suppress(OSError):
            for line in lines:
                edge = json.loads(line)
                self._changed(edge["pin"], edge["level"], edge["at_ns"])
        with self._lock:
            self._tills.remove(till)
        # A till that is gone leaves its pins as inputs: nothing is driven any more.
        for pin in [pin for pin, level in self._outputs.items() if level]:
            self._changed(pin, level=False, at_ns=time.monotonic_ns())

    def _changed(self, pin: int, level: bool, at_ns: int) -> None:
        with self._lock:
            if self._outputs.get(pin, False) == level:
                return
            self._outputs[pin] = level
        self.tap.note(Direction.FROM_TILL, f"GPIO{pin}={level:d}".encode())
        for listener in self._listeners:
            listener(pin, level, at_ns)

    def _send(self, till: socket.socket, message: dict[str, object]) -> None:
        with contextlib.suppress(OSError):
            till.sendall(json.dumps(message).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
