"""Shop scale by A&D on a serial line, asked for its weight (2400 7E1 unless set otherwise).

Source: A&D, instruction manuals of the SK, HV-G and EK-i series, "RS-232C interface", A&D
standard format. "Q" is answered at once by a header, a comma, the weight and its unit:
"ST,+00000.436 kg". ST is stable, US in motion, OL overload; "Z" sets zero, "T" tares, and both
may be confirmed by ACK.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from queue import Empty, Full, Queue

import serial

from appliance.core.devices import Category, Problem, WeightStatus
from appliance.drivers.base import Scale
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.serial_wire import (
    SerialSettings,
    close_port,
    open_port,
    read_some,
    serial_settings_from,
    write_all,
)
from appliance.drivers.supervised import Supervised, WireFault

QUERY, ZERO, TARE = b"Q\r\n", b"Z\r\n", b"T\r\n"
END = b"\r\n"
ACK = b"\x06"

ANSWER_TIMEOUT_S = 0.5
ANSWER_BYTES_MAX = 64
REQUESTS_MAX = 8
"""A cashier has one plate; more waiting requests than this are somebody's mistake."""

_ANSWER = re.compile(rb"(ST|US),([+-]\d{1,8}(?:\.\d{1,4})?) {1,2}(kg|g)")
_OVERLOAD = re.compile(rb"OL,[+-]9+E\+19")
_PER_KG = {b"kg": Decimal(1), b"g": Decimal(1000)}


@dataclass(frozen=True, slots=True)
class Reading:
    """weight_kg: only when it may be sold by: stable and not below zero."""

    weight_kg: Decimal | None
    stable: bool
    overload: bool = False
    underload: bool = False


def read_answer(line: bytes) -> Reading | None:
    """What one line means; None when no A&D scale in kilograms or grams says it. Pure."""
    said = line.removesuffix(END).lstrip(ACK)
    if _OVERLOAD.fullmatch(said):
        return Reading(None, stable=True, overload=True)
    found = _ANSWER.fullmatch(said)
    if found is None:
        return None
    header, number, unit = found.groups()
    stable = header == b"ST"
    weight_kg = Decimal(number.decode()) / _PER_KG[unit]
    if weight_kg < 0:
        return Reading(None, stable, underload=True)
    return Reading(weight_kg if stable else None, stable)


class AndScale(Supervised):
    """`Supervised` brings the thread, the reopening with back-off and the health; what is left
    is what the maker's manual says. settle_s: how long a request waits for the plate to rest."""

    CATEGORY = Category.SCALE

    def __init__(self, name: str, settings: SerialSettings, settle_s: float = 2.0) -> None:
        super().__init__(name)
        self._settings = settings
        self._settle_s = settle_s
        self._asked: Queue[str | bytes] = Queue(REQUESTS_MAX)
        self._there = threading.Event()

    # The verbs: called by the till, so they never wait.

    def request(self, tag: str) -> None:
        if not self._there.is_set():
            self._answer(tag, None, self.health().problem)
            return
        try:
            self._asked.put_nowait(tag)
        except Full:
            self._answer(tag, None, Problem.NO_ANSWER)
        else:
            if not self._there.is_set():
                # The cable went out in between, and nobody else will answer.
                self._refuse_all()

    def zero(self) -> None:
        self._command(ZERO)

    def tare(self) -> None:
        self._command(TARE)

    def _command(self, command: bytes) -> None:
        if self._there.is_set():
            with contextlib.suppress(Full):
                self._asked.put_nowait(command)

    # The driver's own thread.

    def _serve(self) -> None:
        port = open_port(self._settings)
        try:
            self._query(port)
            self._there.set()
            self._working()
            while not self._closing.is_set():
                try:
                    asked = self._asked.get(timeout=0.2)
                except Empty:
                    # Reading notices a pulled cable; a silent scale sends nothing by itself.
                    read_some(port)
                    continue
                self._do(port, asked)
        finally:
            self._there.clear()
            close_port(port)
            self._refuse_all()

    def _do(self, port: serial.Serial, asked: str | bytes) -> None:
        if isinstance(asked, bytes):
            write_all(port, asked)
            return
        try:
            self._answer(asked, self._at_rest(port))
        except WireFault as fault:
            self._answer(asked, None, fault.problem)
            raise

    def _at_rest(self, port: serial.Serial) -> Reading:
        until_s = time.monotonic() + self._settle_s
        while True:
            reading = self._query(port)
            if reading.stable or time.monotonic() > until_s or self._closing.is_set():
                return reading
            self._closing.wait(0.05)

    def _query(self, port: serial.Serial) -> Reading:
        """Ask once. A WireFault makes `Supervised` report the problem and try again later."""
        read_some(port)  # an ACK, or what came too late for the question before
        write_all(port, QUERY)
        line, until_s = b"", time.monotonic() + ANSWER_TIMEOUT_S
        while not line.endswith(END):
            line += read_some(port)
            if len(line) > ANSWER_BYTES_MAX:
                break
            if time.monotonic() > until_s:
                if line:
                    break
                raise WireFault(Problem.NO_ANSWER, f"{self._settings.port}: the scale says nothing")
        reading = read_answer(line)
        if reading is None:
            raise WireFault(Problem.GARBAGE, f"{self._settings.port}: {line[:20]!r}")
        return reading

    def _answer(self, tag: str, reading: Reading | None, problem: Problem = Problem.NONE) -> None:
        if reading is None:
            reading = Reading(None, stable=False)
        self._tell(
            WeightStatus(
                self.name,
                reading.weight_kg,
                reading.stable,
                reading.overload,
                reading.underload,
                tag,
                problem,
            )
        )

    def _refuse_all(self) -> None:
        """Exactly one answer follows each request, also when the cable is out."""
        while True:
            try:
                asked = self._asked.get_nowait()
            except Empty:
                return
            if isinstance(asked, str):
                self._answer(asked, None, Problem.UNPLUGGED)


def create(options: Options, _services: Services) -> Scale:
    """Reads every key, then `finish`, which raises all mistakes at once."""
    settings = serial_settings_from(options, baudrate=2400, bytesize=7, parity="E")
    settle_s = options.seconds("settle_s", 2.0, 0.0, 10.0)
    options.finish()
    return AndScale(options.device, settings, settle_s)
