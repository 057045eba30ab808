"""A serial cable with a device at its far end: a pty under a stable path, pulled and put back.

The path is a symbolic link, as udev's /dev/serial/by-id is: it vanishes with the cable and comes
back with it, so that a driver in this or another process opens the same name each time.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Self

from hw_sim.traffic import Direction, Tap

SEND_TIMEOUT_S = 2.0


class Cable:
    """One pty. on_bytes runs on the cable's own thread for what the till writes."""

    def __init__(self, path: Path, on_bytes: Callable[[bytes], None] | None = None) -> None:
        self.path = path
        self.tap = Tap(path.name)
        self._on_bytes = on_bytes or (lambda _data: None)
        self._lock = threading.RLock()
        self._master = -1
        self._slave = -1
        self._wake = -1
        self._thread: threading.Thread | None = None
        self.plug()

    @property
    def plugged(self) -> bool:
        return self._master >= 0

    def plug(self) -> None:
        """Put the cable (back) in."""
        with self._lock:
            if self.plugged:
                return
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            wake_read, self._wake = os.pipe()
            self._thread = threading.Thread(
                target=self._listen, args=(self._master, wake_read), daemon=True
            )
            self._thread.start()
            # Renamed into place, so that the name is never half there.
            fresh = self.path.with_name(f".{self.path.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.path)

    def pull(self) -> None:
        """Tear the cable out: whoever has it open gets a hang-up."""
        with self._lock:
            if not self.plugged:
                return
            self.path.unlink(missing_ok=True)
            master, slave, wake, thread = self._master, self._slave, self._wake, self._thread
            self._master = self._slave = self._wake = -1
            self._thread = None
        os.close(wake)
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        os.close(master)
        os.close(slave)

    close = pull

    def send(self, data: bytes) -> None:
        """Bytes to the till. Lost, as on a real line, when the cable is out or nobody reads."""
        with self._lock:
            if not self.plugged:
                return
            self.tap.note(Direction.TO_TILL, data)
            left = memoryview(data)
            while left:
                _, ready, _ = select.select([], [self._master], [], SEND_TIMEOUT_S)
                if not ready:
                    return
                with contextlib.suppress(BlockingIOError):
                    left = left[os.write(self._master, left) :]

    def _listen(self, master: int, wake: int) -> None:
        try:
            while True:
                ready, _, _ = select.select([master, wake], [], [])
                if wake in ready:
                    return
                data = os.read(master, 4096)
                self.tap.note(Direction.FROM_TILL, data)
                self._on_bytes(data)
        finally:
            os.close(wake)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
