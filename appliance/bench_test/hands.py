"""What a step of the bench test has at hand: the devices, their messages, and the person before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from typing import TypeVar

from appliance.core.devices import (
    CardRefused,
    Category,
    DeviceMessage,
    DrawerKicked,
    PrintEnded,
    PrintHeld,
    Scanned,
    ScanRefused,
    WeightStatus,
)
from appliance.core.verdict import Verdict
from appliance.drivers.base import Driver
from appliance.training import LENT
from appliance.ui.bench_port import Asked, Said, Saying

MESSAGES_MAX = 1000
"""A scanner that lies in its stand reads on and on; more than a person does in a test is noise."""

T = TypeVar("T")
Wanted = Callable[[DeviceMessage], T | None]
Ask = Callable[[Saying, Asked], int]
"""Shows a saying and what is asked; returns the question's number."""


class Skipped(Exception):
    """The person leaves this step out."""


class Stopped(Exception):
    """The person ends the test."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """says: a message id, with params for its places."""

    verdict: Verdict
    says: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def passed(says: str = "", **params: str) -> Outcome:
    return Outcome(Verdict.PASSED, says, params)


def failed(says: str, **params: str) -> Outcome:
    return Outcome(Verdict.FAILED, says, params)


def absent(says: str = "", **params: str) -> Outcome:
    return Outcome(Verdict.ABSENT, says, params)


class Hands:
    """can: of "touch" and "sound", what the person's side has. Everything but `hear` and `answer` is
    called on the test's own thread."""

    def __init__(
        self, devices: Mapping[str, Driver], ask: Ask, can: frozenset[str] = frozenset()
    ) -> None:
        self.devices = devices
        self.can = can
        self.code = ""
        self._ask = ask
        self._heard: Queue[DeviceMessage | tuple[Said, int]] = Queue(MESSAGES_MAX)
        self._asked = 0
        self._jobs = 0

    # From outside.

    def hear(self, message: DeviceMessage) -> bool:
        """A device's message. True: it is of the test alone, the till need not hear it."""
        with suppress(Full):
            self._heard.put_nowait(message)
        match message:
            case PrintEnded(job=asked) | PrintHeld(job=asked) | DrawerKicked(request=asked):
                return asked.startswith(LENT)
            case WeightStatus(tag=tag):
                return tag.startswith(LENT)
            case Scanned() | ScanRefused() | CardRefused():
                return True
            case _:
                return False  # how a drawer stands and how a device is, the till wants to know too

    def answer(self, said: Said, serial: int) -> None:
        with suppress(Full):
            self._heard.put_nowait((said, serial))

    # For the steps.

    def begin(self) -> None:
        """A step: answers to the one before count for nothing."""
        self._asked = self._ask(Saying(), Asked.NOTHING)

    def first(self, category: Category) -> Driver | None:
        return next((it for it in self.devices.values() if it.category is category), None)

    def job(self) -> str:
        """The name of something asked of a device, which its answer bears."""
        self._jobs += 1
        return f"{LENT}{self._jobs}"

    def say(self, text: str, **params: str) -> None:
        """What is done now; nothing is asked."""
        self._ask(Saying(text, params), Asked.NOTHING)

    def confirm(self, text: str, asked: Asked = Asked.YES_NO, **params: str) -> bool:
        """Only the person knows."""
        self._ask_anew(text, asked, params)
        while True:
            said = self._said(self._heard.get())
            if said is not None:
                return said is Said.YES

    def done(self, text: str, wanted: Wanted[T], **params: str) -> T | None:
        """The person does something, and a device tells of it; None when they say that it does not."""
        self._ask_anew(text, Asked.WAIT, params)
        while True:
            message = self._heard.get()
            if isinstance(message, tuple):
                if self._said(message) is Said.NO:
                    return None
                continue
            if (found := wanted(message)) is not None:
                return found

    def told(self, wanted: Wanted[T], within_s: float) -> T | None:
        """A device answers by itself; None when it did not in this time."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._heard.get(timeout=left)
            except Empty:
                return None
            if isinstance(message, tuple):
                self._said(message)
            elif (found := wanted(message)) is not None:
                return found
        return None

    def forget(self) -> None:
        """What devices said before this moment."""
        with suppress(Empty):
            while True:
                message = self._heard.get_nowait()
                if isinstance(message, tuple):
                    self._said(message)

    def _ask_anew(self, text: str, asked: Asked, params: Mapping[str, str]) -> None:
        self._asked = self._ask(Saying(text, params), asked)

    def _said(self, message: DeviceMessage | tuple[Said, int]) -> Said | None:
        if not isinstance(message, tuple):
            return None
        said, serial = message
        if said is Said.STOP:
            raise Stopped
        if said is Said.SKIP and serial >= self._asked:
            raise Skipped
        return said if serial == self._asked else None


Trial = Callable[[Hands], Outcome]
"""What a step does. Raises Skipped and Stopped for the person, anything else for a bug."""
