"""A cash drawer: a solenoid that a pulse releases, a spring, and a switch that bounces."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hw_sim.pins import PinBoard

PULSE_MS_MIN = 20
"""A shorter pulse does not move a real solenoid."""


class Drawer:
    """locked: turned by its key; a pulse does nothing then."""

    def __init__(
        self,
        board: PinBoard,
        pin: int = 17,
        sensor_pin: int = 27,
        *,
        active_high: bool = True,
        open_high: bool = True,
    ) -> None:
        self.locked = False
        self.is_open = False
        self.pulses_ms: list[float] = []
        self._board = board
        self._pin = pin
        self._sensor_pin = sensor_pin
        self._active_high = active_high
        self._open_high = open_high
        self._began_ns: int | None = None
        self._listeners: list[Callable[[bool], None]] = []
        self._moved = threading.Condition()
        self._switch(is_open=False)
        board.on_output(self._solenoid)

    def on_move(self, callback: Callable[[bool], None]) -> None:
        self._listeners.append(callback)

    def open(self, *, bounces: int = 0) -> None:
        """By its spring, or by somebody with the key."""
        self._move(is_open=True, bounces=bounces)

    def close(self, *, bounces: int = 0) -> None:
        """Pushed shut."""
        self._move(is_open=False, bounces=bounces)

    def bounce(self, times: int) -> None:
        """The switch chatters and ends where it was."""
        for _ in range(times):
            self._switch(is_open=not self.is_open)
            self._switch(is_open=self.is_open)

    def wait_pulses(self, count: int, timeout_s: float = 5.0) -> list[float]:
        with self._moved:
            assert self._moved.wait_for(lambda: len(self.pulses_ms) >= count, timeout_s)
        return self.pulses_ms

    def _move(self, is_open: bool, bounces: int) -> None:
        self.is_open = is_open
        self._switch(is_open=is_open)
        self.bounce(bounces)
        for listener in self._listeners:
            listener(is_open)

    def _switch(self, is_open: bool) -> None:
        self._board.drive(self._sensor_pin, is_open == self._open_high)

    def _solenoid(self, pin: int, level: bool, at_ns: int) -> None:
        if pin != self._pin:
            return
        if level == self._active_high:
            self._began_ns = at_ns
            return
        if self._began_ns is None:
            return
        pulse_ms = (at_ns - self._began_ns) / 1e6
        self._began_ns = None
        with self._moved:
            self.pulses_ms.append(pulse_ms)
            self._moved.notify_all()
        if pulse_ms >= PULSE_MS_MIN and not self.locked and not self.is_open:
            self.open(bounces=3)
