"""Processes that come back whenever they end, as systemd brings them back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

AGAIN_S = 0.3
STOP_S = 15.0


class Kept:
    """`kill` is SIGKILL; it comes back. `stop` is for good."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.starts = 0
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"keeper-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def kill(self) -> bool:
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True

    def stop(self) -> None:
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join(STOP_S)

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-1500:] if self._log.exists() else ""

    def _keep(self) -> None:
        while not self._stopping.is_set():
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self.starts += 1
            self._process.wait()
            self._stopping.wait(AGAIN_S)


def kill_child(parent: int, program: str) -> bool:
    """SIGKILL to a process's child that runs this program; False when there is none."""
    try:
        children = Path(f"/proc/{parent}/task").glob("*/children")
        pids = [int(pid) for it in children for pid in it.read_text().split()]
        for pid in pids:
            if Path(f"/proc/{pid}/comm").read_text().strip() == program:
                os.kill(pid, signal.SIGKILL)
                return True
    except (OSError, ValueError):
        pass
    return False


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(wanted: Callable[[], bool], within_s: float, what: str) -> None:
    """Waits for something that other processes do."""
    end = time.monotonic() + within_s
    while not wanted():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.1)
