"""Shop scale on a serial line, in any of the dialogues of scale_dialogues.py.

Legal for trade (EN 45501): only a stable weight in range is ever handed on; motion means wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from enum import Enum

import serial

from appliance.core.devices import Category, Problem, WeightStatus
from appliance.drivers import base
from appliance.drivers.options import Options
from appliance.drivers.registry import Services
from appliance.drivers.scale_dialogues import (
    ANSWER_BYTES_MAX,
    CAS_ECR,
    TOLEDO_8217,
    Dialogue,
    NotAnAnswer,
    Reading,
)
from appliance.drivers.serial_wire import (
    BROKEN,
    SerialSettings,
    close_port,
    open_port,
    read_some,
    serial_settings_from,
    write_all,
)
from appliance.drivers.supervised import Supervised, WireFault

log = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 0.5
"""The slowest scales take some 250 ms."""

ASK_AGAIN_S = 0.05
PROBE_S = 5.0
"""How often an idle scale is asked, so that `till doctor` tells the truth."""

LOOK_S = 0.2
"""How soon an idle driver sees that its port is gone."""

REQUESTS_WAITING_MAX = 8


class Plate(Enum):
    ZERO = "zero"
    TARE = "tare"


class SerialScale(Supervised):
    """settle_s: how long a request waits for the plate to come to rest."""

    CATEGORY = Category.SCALE

    def __init__(
        self, name: str, dialogue: Dialogue, settings: SerialSettings, settle_s: float = 2.0
    ) -> None:
        super().__init__(name)
        self._dialogue = dialogue
        self._settings = settings
        self._settle_s = settle_s
        self._asked: deque[str | Plate] = deque()
        self._asked_lock = threading.Lock()
        self._serving = False
        self._wake = threading.Event()

    def request(self, tag: str) -> None:
        with self._asked_lock:
            taken = self._serving and len(self._asked) < REQUESTS_WAITING_MAX
            if taken:
                self._asked.append(tag)
        if taken:
            self._wake.set()
        else:
            self._answer(tag, None, Problem.NO_ANSWER if self._serving else self._health.problem)

    def zero(self) -> None:
        self._put(Plate.ZERO)

    def tare(self) -> None:
        self._put(Plate.TARE)

    def _put(self, plate: Plate) -> None:
        with self._asked_lock:
            if self._serving and len(self._asked) < REQUESTS_WAITING_MAX:
                self._asked.append(plate)
        self._wake.set()

    def _interrupt(self) -> None:
        self._wake.set()

    def _serve(self) -> None:
        port = open_port(self._settings)
        self._serving = True
        try:
            self._probe(port)
            probed_s = time.monotonic()
            while not self._closing.is_set():
                self._wake.clear()
                if self._asked:
                    self._do(port, self._asked[0])
                    probed_s = time.monotonic()
                elif time.monotonic() - probed_s > PROBE_S:
                    self._probe(port)
                    probed_s = time.monotonic()
                else:
                    self._wake.wait(LOOK_S)
                    self._still_there(port)
        finally:
            close_port(port)
            self._refuse_waiting()

    def _do(self, port: serial.Serial, asked: str | Plate) -> None:
        """Asked things leave the queue when they are done, so that a fault refuses them."""
        match asked:
            case Plate.ZERO:
                self._command(port, self._dialogue.zero)
            case Plate.TARE:
                self._command(port, self._dialogue.tare)
            case tag:
                reading, problem = self._weigh_at_rest(port)
                self._answer(tag, reading, problem)
        with self._asked_lock:
            self._asked.popleft()

    def _probe(self, port: serial.Serial) -> None:
        self._weigh(port)

    def _weigh_at_rest(self, port: serial.Serial) -> tuple[Reading | None, Problem]:
        until_s = time.monotonic() + self._settle_s
        while True:
            reading, problem = self._weigh(port)
            at_rest = reading is not None and reading.stable
            if at_rest or time.monotonic() >= until_s or self._closing.is_set():
                return reading, problem
            if reading is not None:
                self._closing.wait(ASK_AGAIN_S)

    def _weigh(self, port: serial.Serial) -> tuple[Reading | None, Problem]:
        """Ask once, and keep the health in step with what came."""
        answer = b""
        try:
            port.reset_input_buffer()
            for question, end in self._dialogue.weigh:
                write_all(port, question)
                answer = self._listen(port, end)
            reading = self._dialogue.parse(answer)
        except NotAnAnswer as noise:
            self._report(Problem.GARBAGE, str(noise))
            return None, Problem.GARBAGE
        except TimeoutError:
            self._report(Problem.NO_ANSWER, f"{self._settings.port}: the scale says nothing")
            return None, Problem.NO_ANSWER
        except BROKEN as error:
            raise WireFault(Problem.UNPLUGGED, str(error)) from error
        self._working()
        return reading, Problem.NONE

    def _listen(self, port: serial.Serial, end: bytes) -> bytes:
        answer, until_s = b"", time.monotonic() + ANSWER_TIMEOUT_S
        while not answer.endswith(end):
            answer += read_some(port, ANSWER_BYTES_MAX)
            if len(answer) > ANSWER_BYTES_MAX:
                raise NotAnAnswer(repr(answer[:20]))
            if time.monotonic() > until_s:
                if answer:
                    raise NotAnAnswer(repr(answer))
                raise TimeoutError
        return answer

    def _command(self, port: serial.Serial, command: bytes) -> None:
        """Some scales confirm, some do not: the next question begins with an empty buffer."""
        if command:
            write_all(port, command)
            self._closing.wait(ASK_AGAIN_S)

    def _still_there(self, port: serial.Serial) -> None:
        try:
            _ = port.in_waiting
        except BROKEN as error:
            raise WireFault(Problem.UNPLUGGED, f"{self._settings.port}: {error}") from error

    def _answer(self, tag: str, reading: Reading | None, problem: Problem) -> None:
        if reading is None:
            self._tell(WeightStatus(self.name, None, stable=False, tag=tag, problem=problem))
            return
        self._tell(
            WeightStatus(
                self.name,
                reading.weight_kg,
                reading.stable,
                reading.overload,
                reading.underload,
                tag,
            )
        )

    def _refuse_waiting(self) -> None:
        with self._asked_lock:
            self._serving = False
            waiting = list(self._asked)
            self._asked.clear()
        for asked in waiting:
            if isinstance(asked, str):
                self._answer(asked, None, Problem.UNPLUGGED)


def _create(options: Options, dialogue: Dialogue) -> base.Scale:
    settings = serial_settings_from(options, 9600, dialogue.bytesize, dialogue.parity)
    settle_s = options.seconds("settle_s", 2.0, 0.0, 10.0)
    options.finish()
    return SerialScale(options.device, dialogue, settings, settle_s)


def create_toledo8217(options: Options, _services: Services) -> base.Scale:
    return _create(options, TOLEDO_8217)


def create_cas(options: Options, _services: Services) -> base.Scale:
    return _create(options, CAS_ECR)
