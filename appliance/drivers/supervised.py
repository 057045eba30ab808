"""The thread around a driver's wire: opens, reopens, reports health, survives a crash."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from appliance.core.devices import (
    Category,
    DeviceHealth,
    DeviceMessage,
    DeviceState,
    HealthChanged,
    Problem,
)
from appliance.drivers.base import Emit

log = logging.getLogger(__name__)

STATE_OF: dict[Problem, DeviceState] = {
    Problem.NONE: DeviceState.READY,
    Problem.UNPLUGGED: DeviceState.MISSING,
    Problem.NO_ANSWER: DeviceState.MISSING,
    Problem.OFFLINE: DeviceState.FAULT,
    Problem.PORT_BUSY: DeviceState.FAULT,
    Problem.NO_PERMISSION: DeviceState.FAULT,
    Problem.PAPER_OUT: DeviceState.FAULT,
    Problem.COVER_OPEN: DeviceState.FAULT,
    Problem.CRASHED: DeviceState.FAULT,
    Problem.STUCK: DeviceState.FAULT,
    Problem.PAPER_NEAR_END: DeviceState.ATTENTION,
    Problem.LEFT_OPEN: DeviceState.ATTENTION,
    Problem.GARBAGE: DeviceState.ATTENTION,
    Problem.LOW_VOLTAGE: DeviceState.ATTENTION,
    Problem.ON_BATTERY: DeviceState.ATTENTION,
    Problem.TOO_HOT: DeviceState.ATTENTION,
    Problem.WORN: DeviceState.ATTENTION,
}
"""How bad each problem is."""

CLOSE_TIMEOUT_S = 2.0


class WireFault(Exception):
    """The wire broke, or cannot be opened; the driver will try again."""

    def __init__(self, problem: Problem, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail


@dataclass(slots=True)
class Backoff:
    """Waits that double from first_s to last_s, so that a missing device costs next to nothing
    and a replugged one is back within seconds (at once when udev tells, see `nudge`)."""

    first_s: float = 0.2
    last_s: float = 5.0
    _next_s: float = 0.0

    def next_s(self) -> float:
        wait_s = self._next_s or self.first_s
        self._next_s = min(wait_s * 2, self.last_s)
        return wait_s

    def reset(self) -> None:
        self._next_s = 0.0


class Supervised(ABC):
    """A driver with one thread and one wire. Subclasses give CATEGORY and `_serve`.

    `_serve` opens the wire, calls `_working()` once the device is there, works until
    `self._closing` is set and raises WireFault when the wire breaks. Anything else it raises is a
    bug in the driver: logged, shown as CRASHED, and tried again.
    """

    CATEGORY: ClassVar[Category]

    def __init__(self, name: str, backoff: Backoff | None = None) -> None:
        self.name = name
        self._backoff = backoff or Backoff()
        self._closing = threading.Event()
        self._retry = threading.Event()
        self._health = DeviceHealth(name, self.CATEGORY, DeviceState.MISSING, Problem.UNPLUGGED)
        self._health_told: tuple[DeviceState, Problem] | None = None
        self._health_lock = threading.Lock()
        self._emit: Emit | None = None
        self._thread: threading.Thread | None = None

    @property
    def category(self) -> Category:
        return self.CATEGORY

    def open(self, emit: Emit) -> None:
        assert self._thread is None, f"{self.name} is open already"
        self._emit = emit
        self._health_told = None
        self._closing.clear()
        self._retry.clear()
        self._thread = threading.Thread(
            target=self._supervise, name=f"driver-{self.name}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        thread = self._thread
        if thread is None:
            return
        self._closing.set()
        self._retry.set()
        self._interrupt()
        thread.join(CLOSE_TIMEOUT_S)
        if thread.is_alive():
            log.error("%s: the driver's thread did not stop", self.name)
        self._thread = None

    def health(self) -> DeviceHealth:
        return self._health

    def nudge(self) -> None:
        self._retry.set()

    @abstractmethod
    def _serve(self) -> None:
        """Open the wire and work; see the class."""

    def _interrupt(self) -> None:
        """Wake `_serve` from a wait longer than a moment, when a verb or `close` needs it."""

    def _working(self) -> None:
        self._backoff.reset()
        self._report(Problem.NONE)

    def _report(self, problem: Problem, detail: str = "") -> None:
        """Remember the health, and tell it if it is another problem than the one last told."""
        health = DeviceHealth(self.name, self.CATEGORY, STATE_OF[problem], problem, detail)
        with self._health_lock:
            self._health = health
            if self._health_told == (health.state, problem):
                return
            self._health_told = (health.state, problem)
        self._tell(HealthChanged(health))

    def _tell(self, message: DeviceMessage) -> None:
        """Hand a message on. A listener's bug is not the wire's: logged, and the driver goes on."""
        assert self._emit is not None
        try:
            self._emit(message)
        except Exception:
            log.exception("%s: nobody took %r", self.name, message)

    def _supervise(self) -> None:
        while not self._closing.is_set():
            self._retry.clear()
            try:
                self._serve()
            except WireFault as fault:
                # Once per trouble: a cable that is out for a week is not a week of lines.
                if fault.problem is not self.health().problem:
                    log.info("%s: %s", self.name, fault)
                self._report(fault.problem, fault.detail)
            except Exception as crash:
                log.exception("%s: the driver crashed and starts again", self.name)
                self._report(Problem.CRASHED, f"{type(crash).__name__}: {crash}")
            if not self._closing.is_set():
                self._retry.wait(self._backoff.next_s())
