"""QEMU's machine protocol: its events, and the orders that a person at the machine would give.

Source: QEMU's documentation, "QEMU Machine Protocol Specification" and its QMP reference.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

ANSWER_S = 60.0

Event = dict[str, Any]


class QmpFault(Exception):
    """QEMU is gone, or said no."""


class Qmp:
    """One connection, to one run of QEMU. on_event is called on the reading thread."""

    def __init__(self, wire: socket.socket, on_event: Callable[[Event], None]) -> None:
        self._wire = wire
        self._on_event = on_event
        self._turn = threading.Lock()
        self._answered = threading.Condition()
        self._answer: dict[str, Any] = {}
        self._open = True
        self._greeted = threading.Event()
        threading.Thread(target=self._read, name="qmp", daemon=True).start()
        if not self._greeted.wait(ANSWER_S):
            raise QmpFault("no greeting")
        self.do("qmp_capabilities")

    def do(self, order: str, **arguments: Any) -> Any:
        """Raises QmpFault."""
        with self._turn, self._answered:
            self._answer = {}
            line = json.dumps({"execute": order, "arguments": arguments})
            try:
                self._wire.sendall(line.encode() + b"\n")
            except OSError as why:
                raise QmpFault(f"{order}: {why}") from why
            self._answered.wait_for(lambda: bool(self._answer) or not self._open, ANSWER_S)
            if not self._answer or "error" in self._answer:
                raise QmpFault(f"{order}: {self._answer}")
            return self._answer["return"]

    def _read(self) -> None:
        try:
            with self._wire.makefile("rb") as lines:
                for line in lines:
                    self._heard(json.loads(line))
        except (OSError, ValueError):
            pass
        with self._answered:
            self._open = False
            self._answered.notify_all()

    def _heard(self, said: dict[str, Any]) -> None:
        if "event" in said:
            self._on_event(said)
        elif "QMP" in said:
            self._greeted.set()
        else:
            with self._answered:
                self._answer = said
                self._answered.notify_all()
