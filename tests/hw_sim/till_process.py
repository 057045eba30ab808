"""The till as a child process: started, cut off like a pulled plug, and started again.

One thread starts every child, because a child's "die with my parent" belongs to the thread that
started it. A till that ends by itself comes back as systemd would bring it back.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from hw_sim.x_display import with_parent

STOP_TIMEOUT_S = 8.0
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0)
STEADY_S = 20.0
"""A till that ran this long has started well; the next restart is quick again."""
LINES_KEPT = 200


class Power(StrEnum):
    """starting: the process lives; the counter says `on` once the till answers."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    CRASHED = "crashed"


class TillProcess:
    """on_power is called on the supervisor's thread with each change."""

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        log: Path,
        on_power: Callable[[Power], None] = lambda _power: None,
        *,
        restarts: bool = True,
    ) -> None:
        self.power = Power.OFF
        self.crashes = 0
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._command = [*with_parent(), *command]
        self._environment = environment
        self._log = log
        self._on_power = on_power
        self._restarts = restarts
        self._orders: queue.Queue[str] = queue.Queue()
        self._process: subprocess.Popen[bytes] | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="till-supervisor", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        self._orders.put("start")

    def cut(self) -> None:
        """The plug is pulled: SIGKILL to the whole process group, nothing is said good-bye to."""
        self._orders.put("cut")
        self.wait(lambda power: power is Power.OFF)

    def restart(self) -> None:
        """Ends the till in order and starts it again, as after a change of its settings."""
        self._orders.put("end")
        self.wait(lambda power: power is Power.OFF)
        self.start()

    def stop(self) -> None:
        """Ends the till in order and the supervisor with it."""
        self._orders.put("stop")
        self._thread.join()

    def answered(self) -> None:
        """Somebody heard the till: it is up."""
        if self.power is Power.STARTING:
            self._become(Power.ON)

    def wait(self, wanted: Callable[[Power], bool], timeout_s: float = 20.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: wanted(self.power), timeout_s)

    def _run(self) -> None:
        wanted, tries, started_at = False, 0, 0.0
        while True:
            order = self._next_order()
            if order == "stop":
                self._end()
                return
            if order == "cut":
                wanted = False
                self._kill()
                self._become(Power.OFF)
            elif order == "end":
                wanted = False
                self._end()
            elif order == "start" and not wanted:
                wanted, tries, started_at = True, 0, time.monotonic()
                self._spawn()
            elif order is None and wanted and self.pid is None:
                self._reap()
                if self.power is not Power.CRASHED:
                    self.crashes += 1
                    self._become(Power.CRASHED)
                if not self._restarts:
                    wanted = False
                    continue
                tries = 0 if time.monotonic() - started_at > STEADY_S else tries
                if not self._pause(BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)]):
                    continue
                tries, started_at = tries + 1, time.monotonic()
                self._spawn()

    def _next_order(self) -> str | None:
        try:
            return self._orders.get(timeout=0.1)
        except queue.Empty:
            return None

    def _pause(self, seconds: float) -> bool:
        """False when an order came in the meantime."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self._orders.empty():
                return False
            time.sleep(0.05)
        return True

    def _spawn(self) -> None:
        self._become(Power.STARTING)
        process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._process = process
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout, self._log.open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                self.last_lines.append(line.decode(errors="replace").rstrip())

    def _become(self, power: Power) -> None:
        with self._changed:
            if self.power is power:
                return
            self.power = power
            self._changed.notify_all()
        self._on_power(power)

    def _kill(self) -> None:
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _reap(self) -> None:
        """Whatever a dead till left in its process group goes with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _end(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_TIMEOUT_S)
        self._kill()
        self._become(Power.OFF)
