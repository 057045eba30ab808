"""Talks with one ESC/POS printer over an open wire: sends, asks, and tells its answers apart."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.core.devices import Problem
from appliance.drivers.posprinter_status import IN_ORDER, REAL_TIME, problem_of, sort_answers
from appliance.drivers.posprinter_wires import Wire
from appliance.drivers.supervised import WireFault

log = logging.getLogger(__name__)

CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Timing:
    """answer: for one status byte. poll: between looks when idle; held: when a job waits.
    stall: how long a printer may take no byte, or say nothing after it took them all. finish: from well and all sent to printed. settle:
    the same for a printer that does not answer GS r. quiet: after which no late answer comes."""

    answer_s: float = 0.7
    poll_s: float = 3.0
    held_s: float = 0.3
    stall_s: float = 30.0
    finish_s: float = 20.0
    settle_s: float = 1.0
    notice_s: float = 2.0
    quiet_s: float = 0.5


class Line:
    """A wire with the printer's answers sorted. sent: bytes that ever went out by `send`. owed:
    in-order answers that are still to come."""

    def __init__(self, wire: Wire, timing: Timing) -> None:
        self._wire = wire
        self._timing = timing
        self._answers = b""
        self.sent = 0
        self.owed = 0

    def send(self, data: bytes) -> Iterator[float]:
        """Send it all; yields, about twice a second, for how long no byte was taken."""
        view = memoryview(data)
        moved_at = time.monotonic()
        while view:
            went = self._wire.write(view[:CHUNK], 0.5)
            self.sent += went
            view = view[went:]
            if went:
                moved_at = time.monotonic()
            else:
                yield time.monotonic() - moved_at

    def listen(self, timeout_s: float) -> None:
        """Take in what comes, waiting so long for the first byte."""
        found = sort_answers(self._wire.read(timeout_s))
        self._answers += found.real_time
        self.owed = max(self.owed - found.in_order, 0)

    def echoed(self) -> bool:
        """Whether everything sent so far was printed."""
        if self.owed:
            self.listen(0.02)
        return self.owed == 0

    def hear_out(self, quiet_s: float) -> None:
        """Forget answers until none came for so long."""
        while data := self._wire.read(quiet_s):
            log.debug("late answers: %s", data.hex())
        self.owed = 0

    def ask(self) -> tuple[Problem, str]:
        """DLE EOT 1 to 4. Raises WireFault(NO_ANSWER) when one stays out."""
        self.listen(0)
        answers = b""
        for query in REAL_TIME:
            self._answers = b""
            self._ask_one(query)
            answers += self._answers[:1]
        return problem_of(answers)

    def echoes(self) -> bool:
        """Whether this printer answers GS r; asked once for each connection."""
        self._write(IN_ORDER)
        self.owed += 1
        until = time.monotonic() + self._timing.answer_s
        while not self.echoed() and time.monotonic() < until:
            self.listen(0.05)
        return self.owed == 0

    def _ask_one(self, query: bytes) -> None:
        self._write(query)
        until = time.monotonic() + self._timing.answer_s
        while not self._answers:
            left_s = until - time.monotonic()
            if left_s <= 0:
                raise WireFault(Problem.NO_ANSWER, "the printer does not say how it is")
            self.listen(left_s)

    def _write(self, data: bytes) -> None:
        """A few bytes, aside of what `send` counts."""
        until = time.monotonic() + self._timing.answer_s
        view = memoryview(data)
        while view:
            view = view[self._wire.write(view, 0.1) :]
            if view and time.monotonic() > until:
                raise WireFault(Problem.NO_ANSWER, "the printer takes no data")
