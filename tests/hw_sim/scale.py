"""A shop scale at its wire: goods on the plate, and what it says in either dialogue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol, Self

from hw_sim.traffic import Tap

CAPACITY_KG = Decimal(15)
UNDER_KG = Decimal("-0.010")
"""Further below zero the scale calls it underload."""


class Wire(Protocol):
    tap: Tap

    def send(self, data: bytes) -> None: ...
    def pull(self) -> None: ...
    def plug(self) -> None: ...


class Scale:
    """dialogue: "toledo8217" or "cas". Give `wire` a Cable or an Rfc2217Line made with
    `on_bytes=scale.receive`; or use `on`, which does that."""

    def __init__(self, dialogue: str = "toledo8217") -> None:
        self.in_motion = False
        self.mute = False
        self.noisy = False
        self.wire: Wire
        self._answer = {"toledo8217": self._toledo, "cas": self._cas}[dialogue]
        self._load = self._zero = self._tare = Decimal(0)
        self._asked = threading.Condition()
        self._questions = 0

    def on(self, make_wire: Callable[[Callable[[bytes], None]], Wire]) -> Self:
        self.wire = make_wire(self.receive)
        return self

    def load(self, kg: Decimal | str) -> None:
        """What lies on the plate, all together."""
        self._load = Decimal(kg)

    def unplug(self) -> None:
        self.wire.pull()

    def replug(self) -> None:
        self.wire.plug()

    def close(self) -> None:
        self.wire.pull()

    @property
    def shown_kg(self) -> Decimal:
        """What the scale's own display shows."""
        return self._load - self._zero - self._tare

    def wait_questions(self, count: int, timeout_s: float = 5.0) -> None:
        with self._asked:
            assert self._asked.wait_for(lambda: self._questions >= count, timeout_s)

    def receive(self, data: bytes) -> None:
        for at in range(len(data)):
            answer = b"" if self.mute else self._answer(data[at : at + 1])
            if answer:
                self.wire.send(b"\xf3\x13\x7f\r" if self.noisy else answer)
            with self._asked:
                self._questions += 1
                self._asked.notify_all()

    def _command(self, command: bytes) -> None:
        if command == b"Z":
            self._zero, self._tare = self._load, Decimal(0)
        elif command == b"T":
            self._tare = self._load - self._zero
        elif command == b"C":
            self._tare = Decimal(0)

    def _toledo(self, command: bytes) -> bytes:
        if command != b"W":
            self._command(command)
            return b""
        status = (
            self.in_motion * 1
            | (self._load > CAPACITY_KG) * 2
            | (self.shown_kg < UNDER_KG) * 4
            | bool(self._tare) * 32
        )
        if status & 7:
            return b"\x02?" + bytes([status]) + b"\r"
        net = b"N" if self._tare else b""
        return b"\x02" + f"{max(self.shown_kg, Decimal(0)):06.3f}".encode() + net + b"\r"

    def _cas(self, command: bytes) -> bytes:
        if command == b"\x05":
            return b"\x06"
        if command != b"\x11":
            self._command(command)
            return b""
        stable = "U" if self.in_motion else "S"
        sign = "-" if self.shown_kg < 0 else " "
        weight = f"{abs(self.shown_kg):06.3f}" if self._load <= CAPACITY_KG else "  OVER"
        body = f"{stable}{sign}{weight}kg".encode()
        checksum = 0
        for byte in body:
            checksum ^= byte
        return b"\x01\x02" + body + bytes([checksum]) + b"\x03\x04"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
