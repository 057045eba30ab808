"""A mosquitto of our own: started, watched and started again, and told of new revocations."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)

_READY_S = 10.0
_END_S = 5.0
_AGAIN_S = (0.2, 1.0, 5.0, 15.0)
"""How long to wait before another start, the longer the more often it died; a run of a minute
counts as well again."""
_WELL_S = 60.0


class BrokerError(Exception):
    """mosquitto is not there or does not start; the sentence says what to do."""


def mosquitto() -> str | None:
    """The program, which stands where no user's path looks."""
    return shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/sbin")


class OwnBroker:
    """One process of mosquitto on a configuration. places: the addresses that it listens at."""

    def __init__(self, config: Path, places: tuple[tuple[str, int], ...]) -> None:
        self._config = config
        self._places = places
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self.again = threading.Semaphore(0)
        """Released each time that it was started again."""
        self._watch = threading.Thread(target=self._supervise, name="broker", daemon=True)

    def start(self) -> None:
        """Returns once it listens. Raises BrokerError."""
        self._spawn()
        self._watch.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process is not None:
            _end(self._process)
        if self._watch.is_alive():
            self._watch.join(_END_S)

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def reload(self) -> None:
        """It reads its access rules and its revocations again; sessions go on."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGHUP)

    def _spawn(self) -> None:
        program = mosquitto()
        if program is None:
            raise BrokerError(
                "mosquitto is not installed: apt install mosquitto, or name a broker: --broker URL"
            )
        self._process = subprocess.Popen(
            # It ends with this process however that ends, and not by the terminal's Ctrl-C.
            ["setpriv", "--pdeathsig", "TERM", program, "-c", str(self._config)],
            # systemd would take its word that it is ready for the till's.
            env={key: it for key, it in os.environ.items() if key != "NOTIFY_SOCKET"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + _READY_S
        while not all(map(_listens, self._places)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                _end(self._process)
                raise BrokerError(
                    f"mosquitto does not start with {self._config}: its last lines say why. "
                    f"Perhaps something else listens at {' or '.join(f'{host}:{port}' for host, port in self._places)}."
                )
            self._stopping.wait(0.02)

    def _supervise(self) -> None:
        deaths, began = 0, time.monotonic()
        while True:
            assert self._process is not None
            code = self._process.wait()
            if self._stopping.is_set():
                return
            deaths = 0 if time.monotonic() - began > _WELL_S else deaths + 1
            log.error("mosquitto ended with %d; it is started again", code)
            if self._stopping.wait(_AGAIN_S[min(deaths, len(_AGAIN_S) - 1)]):
                return
            began = time.monotonic()
            try:
                self._spawn()
                self.again.release()
            except (BrokerError, OSError) as error:
                log.error("%s", error)  # noqa: TRY400 - a sentence, not a trace
            if self._stopping.is_set():
                _end(self._process)
                return


def _listens(place: tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(place, timeout=1):
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
