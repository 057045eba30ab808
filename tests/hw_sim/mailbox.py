"""Stands where the till stands: takes what drivers emit and lets a test wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from appliance.core.devices import DeviceMessage, DeviceState, HealthChanged, Problem

M = TypeVar("M")


class Mailbox:
    def __init__(self) -> None:
        self._messages: list[tuple[int, DeviceMessage]] = []
        self._grew = threading.Condition()

    def __call__(self, message: DeviceMessage) -> None:
        with self._grew:
            self._messages.append((time.monotonic_ns(), message))
            self._grew.notify_all()

    def all(self, kind: type[M]) -> list[M]:
        with self._grew:
            return [message for _, message in self._messages if isinstance(message, kind)]

    def times_ns(self, kind: type[object]) -> list[int]:
        """When each message of a kind was emitted."""
        with self._grew:
            return [at_ns for at_ns, message in self._messages if isinstance(message, kind)]

    def problems(self) -> list[Problem]:
        return [changed.health.problem for changed in self.all(HealthChanged)]

    def wait(self, kind: type[M], count: int = 1, timeout_s: float = 8.0) -> list[M]:
        """The messages of a kind once there are at least `count`."""
        self.until(lambda: len(self.all(kind)) >= count, f"{count} {kind.__name__}", timeout_s)
        return self.all(kind)

    def wait_ready(self, times: int = 1, timeout_s: float = 8.0) -> None:
        """Until the device has become ready `times` times."""
        self.until(
            lambda: (
                [c.health.state for c in self.all(HealthChanged)].count(DeviceState.READY) >= times
            ),
            f"ready {times} times",
            timeout_s,
        )

    def wait_problem(self, problem: Problem, times: int = 1, timeout_s: float = 8.0) -> None:
        self.until(
            lambda: self.problems().count(problem) >= times, f"{problem} {times} times", timeout_s
        )

    def until(self, true: Callable[[], bool], what: str, timeout_s: float = 8.0) -> None:
        with self._grew:
            if not self._grew.wait_for(true, timeout_s):
                raise AssertionError(f"never came: {what}; came: {self._messages[-20:]}")
