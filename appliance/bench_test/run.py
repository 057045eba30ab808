"""Runs a bench test: one step after the other on a thread of its own, then signs what came of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.bench_test.hands import Hands, Outcome, Skipped, Stopped, Trial
from appliance.core.devices import DeviceMessage, Scanned
from appliance.core.verdict import Verdict
from appliance.drivers.base import Driver
from appliance.ui.bench_port import Asked, BenchLook, Said, Saying, StepLook
from appliance.ui.sentences.mark import N_

log = logging.getLogger(__name__)

Lend = Callable[[Callable[[DeviceMessage], bool]], Callable[[], None]]
"""Lends the devices' messages to the test; the result gives them back."""


@dataclass(frozen=True, slots=True)
class Step:
    """title: a message id."""

    id: str
    title: str
    run: Trial


class BenchRun:
    """show: takes each new look. seal: signs the results of all steps and keeps them; what it
    returns is shown as a QR code."""

    def __init__(
        self,
        steps: Sequence[Step],
        devices: Mapping[str, Driver],
        lend: Lend,
        show: Callable[[BenchLook], None],
        seal: Callable[[BenchLook, Hands], str],
        can: frozenset[str] = frozenset(),
    ) -> None:
        self._steps = steps
        self._lend = lend
        self._show = show
        self._seal = seal
        self._serial = 0
        self.look = BenchLook(tuple(StepLook(it.id, it.title) for it in steps))
        self._hands = Hands(devices, self._ask, can)
        self._thread = threading.Thread(target=self._run, name="bench-test", daemon=True)

    def start(self) -> None:
        self._show(self.look)
        self._thread.start()

    def answer(self, said: Said, serial: int) -> None:
        self._hands.answer(said, serial)

    def scanned(self, code: str) -> None:
        self._hands.hear(Scanned("window", code, time.monotonic_ns()))

    def stop(self) -> None:
        self._hands.answer(Said.STOP, 0)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it has ended; False when it has not in this time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # On the test's thread.

    def _run(self) -> None:
        give_back = self._lend(self._hands.hear)
        try:
            for at, step in enumerate(self._steps):
                self._change(at=at)
                self._hands.begin()
                self._note(at, self._outcome(step))
            self._change(at=len(self._steps))
            self._hands.begin()
            self._change(code=self._seal(self.look, self._hands))
        except (Stopped, Skipped):
            return  # a step's is caught: here the person only leaves the last page early
        except OSError as error:
            log.exception("the result of the bench test")
            says = Saying(
                N_("It cannot be kept: {detail}"), {"detail": error.strerror or str(error)}
            )
            self._change(saying=says)
        finally:
            give_back()

    def _outcome(self, step: Step) -> Outcome:
        try:
            return step.run(self._hands)
        except Skipped:
            return Outcome(Verdict.SKIPPED)
        except Stopped:
            raise
        except Exception as error:
            log.exception("the step %s", step.id)
            return Outcome(Verdict.FAILED, "{detail}", {"detail": type(error).__name__})

    def _note(self, at: int, outcome: Outcome) -> None:
        steps = list(self.look.steps)
        says = Saying(outcome.says, outcome.params)
        steps[at] = replace(steps[at], verdict=outcome.verdict, says=says)
        self._change(steps=tuple(steps))

    def _ask(self, saying: Saying, asked: Asked) -> int:
        self._serial += 1
        self._change(saying=saying, asked=asked, serial=self._serial)
        return self._serial

    def _change(self, **changes: object) -> None:
        self.look = replace(self.look, **changes)  # type: ignore[arg-type]
        self._show(self.look)
