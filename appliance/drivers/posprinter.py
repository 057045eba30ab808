"""Receipt printer speaking ESC/POS over network, USB, serial or into a file.

Source: Epson, "ESC/POS command reference for TM printers".

A job is held, untouched, while the printer says it cannot print; then the permit is asked, the
bytes go out, and GS r, which is answered only after everything before it was printed, tells that
the paper is really out. A printer that runs out of paper in the middle stops and prints the rest
on the new roll: the job waits for that. Nothing is ever sent twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from appliance.core.devices import Category, Outcome, PrintEnded, PrintHeld, Problem
from appliance.drivers.base import Kicked, Permit
from appliance.drivers.options import Options
from appliance.drivers.posprinter_line import Line, Timing
from appliance.drivers.posprinter_status import (
    HOLDS,
    IN_ORDER,
)
from appliance.drivers.posprinter_wires import Port
from appliance.drivers.registry import Services
from appliance.drivers.serial_wire import serial_settings_from
from appliance.drivers.supervised import Backoff, Supervised, WireFault
from appliance.receipt import profile
from appliance.receipt.drawer_pulse import pulse
from appliance.receipt.profile import BAND_ROWS_MAX, Cutter, Mode, PrinterProfile

if TYPE_CHECKING:
    from appliance.receipt.layout import Layout

log = logging.getLogger(__name__)

JOBS_MAX = 100
"""Receipts that may wait for paper; more means that nobody looks at the till."""

KICK_AGE_MAX_S = 3.0
"""A drawer must not spring open long after somebody asked for it."""

REAL_TIME_PULSE = b"\x10\x14\x01"
"""DLE DC4 1 m t: a pulse of t times 100 ms, also while the printer is offline."""

BREAK_BYTES = bytes(72 * BAND_ROWS_MAX + 16)
"""After a job that broke off, the printer may still wait for the rest of a raster band. NULs end
it in white, and mean nothing to a printer that waits for a command."""


@dataclass(frozen=True, slots=True)
class _Job:
    job: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class _Kick:
    pin: int
    pulse_ms: int
    done: Kicked
    asked_at: float


def create(options: Options, services: Services) -> EscPosPrinter:
    """From the device's settings; what the profile knows may be overridden key by key."""
    settings = serial_settings_from(options, baudrate=115_200)
    port = Port(settings.port, settings)
    name = options.choice("profile", "default", profile.names())
    width_mm = options.integer("width_mm", 80, 58, 80)
    model = profile.profile(name, width_mm)
    status = options.flag("status", default=model.status and not port.is_file)
    model = replace(
        model,
        mode=Mode(options.choice("mode", model.mode, [mode.value for mode in Mode])),
        cutter=Cutter(options.choice("cutter", model.cutter, [cut.value for cut in Cutter])),
        qr=options.flag("qr", default=model.qr),
        status=status,
    )
    blind = options.choice("outcome_without_status", "done", ("done", "unknown"))
    usual = Timing()
    timing = Timing(
        stall_s=options.seconds("stall_s", usual.stall_s, 1, 600),
        finish_s=options.seconds("finish_s", usual.finish_s, 1, 600),
        poll_s=options.seconds("poll_s", usual.poll_s, 0.1, 60),
    )
    options.finish()
    return EscPosPrinter(
        options.device, port, model, services.permit, Outcome(blind), timing=timing
    )


__all__ = ["EscPosPrinter", "Timing", "create"]


class EscPosPrinter(Supervised):
    """blind: how a job ended on a printer that tells nothing about itself."""

    CATEGORY = Category.POS_PRINTER

    def __init__(
        self,
        name: str,
        port: Port,
        model: PrinterProfile,
        permit: Permit,
        blind: Outcome = Outcome.DONE,
        *,
        timing: Timing | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        super().__init__(name, backoff)
        self._port = port
        self._model = model
        self._permit = permit
        self._blind = blind
        self._timing = timing or Timing()
        self._jobs: deque[_Job] = deque()
        self._kicks: deque[_Kick] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._held: tuple[str, Problem] | None = None
        self._echoes: bool | None = None
        self._broke_off = False

    # The verbs, called by anybody.

    def submit(self, job: str, layout: Layout, *, copy: bool = False) -> None:
        """The copy's mark is in the layout already; a job that waits here is not taken twice."""
        del copy
        with self._lock:
            if any(waiting.job == job for waiting in self._jobs):
                return
            full = len(self._jobs) >= JOBS_MAX
            if not full:
                self._jobs.append(_Job(job, layout))
        if full:
            detail = f"{JOBS_MAX} receipts are waiting already"
            self._tell(PrintEnded(self.name, job, Outcome.FAILED, detail))
            return
        self._stir()

    def kick(self, pin: int, pulse_ms: int, done: Kicked) -> None:
        with self._lock:
            self._kicks.append(_Kick(pin, pulse_ms, done, time.monotonic()))
        self._stir()

    def status(self) -> None:
        self._stir()

    def _stir(self) -> None:
        self._wake.set()
        self.nudge()

    def _interrupt(self) -> None:
        self._wake.set()

    # The driver's thread.

    def _serve(self) -> None:
        try:
            wire = self._port.open()
        except WireFault as fault:
            self._nobody_there(fault)
            raise
        if not self._broke_off:
            self._echoes = None
        try:
            self._work(Line(wire, self._timing))
        except WireFault as fault:
            self._nobody_there(fault)
            raise
        finally:
            wire.close()

    def _work(self, line: Line) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            try:
                problem = self._look(line)
            except WireFault:
                # It may be deaf only in one ear: nobody shall wait for change.
                self._pulse(line, Problem.NONE, Outcome.UNKNOWN)
                raise
            self._backoff.reset()
            self._pulse(line, problem)
            job = self._head()
            if job is None:
                self._wake.wait(self._timing.poll_s)
            elif problem in HOLDS:
                self._hold(job, problem)
                self._wake.wait(self._timing.held_s)
            elif self._broke_off:
                self._recover(line)
            else:
                self._print(line, job)

    def _head(self) -> _Job | None:
        with self._lock:
            return self._jobs[0] if self._jobs else None

    def _nobody_there(self, fault: WireFault) -> None:
        """Kicks fail at once, the first job is told to wait."""
        for kick in self._taken_kicks():
            _told(kick, Outcome.FAILED, fault.detail)
        job = self._head()
        if job is not None:
            self._hold(job, fault.problem)

    def _hold(self, job: _Job, problem: Problem) -> None:
        """Say once for each reason that the job waits."""
        if self._held != (job.job, problem):
            self._held = (job.job, problem)
            self._tell(PrintHeld(self.name, job.job, problem))

    def _look(self, line: Line) -> Problem:
        """Ask the printer how it is, and report it."""
        if not self._model.status:
            self._report(Problem.NONE)
            return Problem.NONE
        problem, detail = line.ask()
        self._report(problem, detail)
        if self._echoes is None and problem not in HOLDS and not self._broke_off:
            self._echoes = line.echoes()
            log.info("%s: answers GS r: %s", self.name, self._echoes)
        return problem

    def _recover(self, line: Line) -> None:
        """After a job that broke off: let the printer finish what it still has, and hear out the
        answers that belong to it, or the next receipt would be taken for printed by them."""
        if self._port.keeps_place:
            self._send(line, BREAK_BYTES)
        if self._echoes:
            self._send(line, IN_ORDER)
            line.owed = 1
            until = time.monotonic() + self._timing.finish_s
            while not line.echoed() and time.monotonic() < until:
                if self._closing.is_set() or self._look_patiently(line) in HOLDS:
                    return
            line.hear_out(self._timing.quiet_s)
        self._broke_off = False

    def _print(self, line: Line, job: _Job) -> None:
        """One job from permit to outcome."""
        from appliance.receipt import escpos  # with all that draws, which no start waits for

        try:
            data = escpos.encode(job.layout, self._model)
        except Exception as error:
            log.exception("%s: job %s cannot be laid out", self.name, job.job)
            self._end(job, Outcome.FAILED, f"{type(error).__name__}: {error}")
            return
        if not self._permit(job.job):
            self._drop(job)
            return
        start = line.sent
        try:
            self._send(line, data)
            outcome, detail = self._printed(line)
        except WireFault as fault:
            self._broke_off = True
            sent = min(line.sent - start, len(data))
            detail = f"{fault.detail}; {sent} of {len(data)} bytes were sent"
            self._end(job, Outcome.UNKNOWN if sent else Outcome.FAILED, detail)
            raise
        self._end(job, outcome, detail)

    def _send(self, line: Line, data: bytes) -> None:
        """Everything, or WireFault when the wire breaks or nobody takes it for too long."""
        for stalled_s in line.send(data):
            if self._closing.is_set() or stalled_s >= self._timing.stall_s:
                raise WireFault(Problem.NO_ANSWER, "the printer takes no data")
            if stalled_s >= self._timing.notice_s:
                self._report(Problem.NO_ANSWER, "the printer takes no data")

    def _printed(self, line: Line) -> tuple[Outcome, str]:
        """Wait until the printer says that the paper is out."""
        if not self._model.status:
            return self._blind, "the printer tells nothing about itself"
        if self._echoes:
            self._send(line, IN_ORDER)
            line.owed += 1
        patience_s = self._timing.finish_s if self._echoes else self._timing.settle_s
        well_since = time.monotonic()
        while time.monotonic() - well_since < patience_s:
            if self._closing.is_set():
                return Outcome.UNKNOWN, "the till was closing"
            if self._echoes and line.echoed():
                return Outcome.DONE, ""
            problem = self._look_patiently(line)
            self._pulse(line, problem)
            if problem in HOLDS:
                self._wake.wait(self._timing.held_s)
                self._wake.clear()
                well_since = time.monotonic()
            else:
                line.listen(0.1)
        if self._echoes:
            raise WireFault(Problem.NO_ANSWER, "the printer never said that it finished")
        return Outcome.DONE, ""

    def _look_patiently(self, line: Line) -> Problem:
        """A printer that still has much to swallow, or no paper to do it, answers late: the
        questions wait in line behind the receipt."""
        until = time.monotonic() + self._timing.stall_s
        while True:
            try:
                return self._look(line)
            except WireFault as fault:
                late = fault.problem is Problem.NO_ANSWER
                if not late or time.monotonic() > until or self._closing.is_set():
                    raise
                self._report(fault.problem, fault.detail)

    def _end(self, job: _Job, outcome: Outcome, detail: str) -> None:
        self._drop(job)
        self._tell(PrintEnded(self.name, job.job, outcome, detail))

    def _drop(self, job: _Job) -> None:
        self._held = None
        with self._lock:
            assert self._jobs[0] is job
            self._jobs.popleft()

    def _taken_kicks(self) -> list[_Kick]:
        with self._lock:
            kicks = list(self._kicks)
            self._kicks.clear()
        return kicks

    def _pulse(self, line: Line, problem: Problem, outcome: Outcome = Outcome.DONE) -> None:
        """Open the drawers that were asked for; while the printer is stopped, in real time."""
        for kick in self._taken_kicks():
            if time.monotonic() - kick.asked_at > KICK_AGE_MAX_S:
                _told(kick, Outcome.FAILED, "the printer was busy for too long")
                continue
            data = pulse(kick.pin, kick.pulse_ms)
            if problem in HOLDS:
                tenths = min(max(round(kick.pulse_ms / 100), 1), 8)
                data = REAL_TIME_PULSE + bytes([kick.pin == 5, tenths])
            start = line.sent
            try:
                self._send(line, data)
            except WireFault as fault:
                went = line.sent > start
                _told(kick, Outcome.UNKNOWN if went else Outcome.FAILED, fault.detail)
                raise
            silent = "the printer does not answer" if outcome is Outcome.UNKNOWN else ""
            _told(kick, outcome, silent)


def _told(kick: _Kick, outcome: Outcome, detail: str) -> None:
    try:
        kick.done(outcome, detail)
    except Exception:
        log.exception("nobody took the end of a drawer pulse")
