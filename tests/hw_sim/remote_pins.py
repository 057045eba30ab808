"""gpiozero pins whose wires end at the counter: the till's end of `hw_sim.pins`.

The product stays as it is: GPIOZERO_PIN_FACTORY=hw_sim picks this class through the entry point
in tests/hw_sim-1.dist-info (tests/ must be on PYTHONPATH), HW_SIM_PINS names the socket.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time

from gpiozero.pins.mock import MockFactory, MockPin


class RemotePin(MockPin):
    """A mock pin that tells its edges, and whose input follows what the counter drives."""

    def _set_function(self, value: str) -> None:
        if value == "input" and self._function == "output":
            self.factory.tell(self.info.name, level=False)
        super()._set_function(value)
        self.follow()

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        self.follow()

    def _change_state(self, value: bool) -> bool:
        changed = super()._change_state(value)
        if changed and self._function == "output":
            self.factory.tell(self.info.name, level=bool(value))
        return changed

    def follow(self) -> None:
        """A driven level is stronger than the pull resistor."""
        level = self.factory.driven.get(self.info.name)
        if self._function != "input" or level is None:
            return
        if level:
            self.drive_high()
        else:
            self.drive_low()


class RemoteFactory(MockFactory):
    def __init__(self, path: str | None = None) -> None:
        super().__init__(pin_class=RemotePin)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path or os.environ["HW_SIM_PINS"])
        self._lines = self._socket.makefile()
        first = json.loads(self._lines.readline())
        self.driven = {f"GPIO{pin}": level for pin, level in first["driven"].items()}
        threading.Thread(target=self._follow, daemon=True).start()

    def close(self) -> None:
        super().close()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def tell(self, name: str, level: bool) -> None:
        """An output changed. A counter that is gone is a header with nothing on it."""
        edge = {"pin": _number(name), "level": level, "at_ns": time.monotonic_ns()}
        with contextlib.suppress(OSError):
            self._socket.sendall(json.dumps(edge).encode() + b"\n")

    def _follow(self) -> None:
        with self._socket, self._lines as lines, contextlib.suppress(OSError):
            for line in lines:
                edge = json.loads(line)
                self.driven[f"GPIO{edge['pin']}"] = edge["level"]
                for info, pin in list(self.pins.items()):
                    if info.name == f"GPIO{edge['pin']}":
                        pin.follow()


def _number(name: str) -> int:
    return int(name.removeprefix("GPIO"))
