"""A real pcscd with a reader that is not there, and a chip card of our own in its slot.

vsmartcard's vpcd driver listens on a TCP port for a card: each message is a length of two bytes and
data; one byte of data is control (0 off, 1 on, 2 reset, 4 give the answer to reset), more is a
command. There is one pcscd a machine: where one runs already, it is not touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from smartcard import scard

from hw_sim.x_display import with_parent

PORT = 12132
READER = "Virtual PCD 00 00"
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
COMMANDS = Path("/run/pcscd/pcscd.comm")

TURN_S = 60.0
"""How long another checkout's tests are waited for."""

ATR = bytes.fromhex("3B80800101")
_ATR_WANTED = 4

Answerer = Callable[[bytes], bytes]


def possible() -> str:
    """Why there can be no virtual reader here, or nothing."""
    if shutil.which("pcscd") is None or not DRIVER.exists():
        return "needs the Debian packages pcscd and vsmartcard-vpcd"
    if _answers():
        return "another pcscd runs on this machine"
    return ""


class Daemon:
    """pcscd with the virtual readers; `start` and `stop` are the reader's cable."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "reader.conf.d"
        self._config.mkdir()
        (self._config / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{PORT:#x}\n'
            f"LIBPATH {DRIVER}\nCHANNELID {PORT:#x}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        if self._process is not None:
            return
        COMMANDS.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [*with_parent(), "pcscd", "--config", str(self._config), "--foreground"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while not _answers():
            assert self._process.poll() is None, "pcscd ended"
            assert time.monotonic() < until, "pcscd does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(10)


class Unavailable(Exception):
    """There can be no virtual reader here now; the text says why."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[Daemon]:
    """The machine's one pcscd: other checkouts' tests have their turn, then ours."""
    with (Path(tempfile.gettempdir()) / "kram-tests-pcscd.lock").open("w") as lock:
        until = time.monotonic() + TURN_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Unavailable("another test run has the card service") from None
                time.sleep(0.2)  # the kernel tells nobody that a lock is free but who blocks on it
        why_not = possible()
        if why_not:
            raise Unavailable(why_not)
        with Daemon(folder) as daemon:
            yield daemon


class ChipCard:
    """A card in the slot from `insert` to `pull`. answer: what it says to a command."""

    def __init__(self, answer: Answerer, atr: bytes = ATR) -> None:
        self._answer = answer
        self._atr = atr
        self._socket: socket.socket | None = None
        self.commands: list[bytes] = []
        self.gone_after: int | None = None

    def insert(self) -> None:
        """Into a slot that the service has seen empty."""
        slot_is_empty()
        self._plug()

    def _plug(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", PORT), 5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._serve, args=(self._socket,), daemon=True).start()

    def pull(self) -> None:
        wire, self._socket = self._socket, None
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()

    def take_out(self) -> None:
        """`pull`, and the service has seen it."""
        self.pull()
        slot_is_empty()

    def swap(self, other: ChipCard) -> None:
        """This one out and the other in, quicker than the card service looks."""
        self.pull()
        other._plug()

    def _serve(self, wire: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                message = _read(wire)
                if message is None:
                    return
                if len(message) == 1:
                    if message[0] == _ATR_WANTED:
                        _write(wire, self._atr)
                    continue
                if self.gone_after is not None and len(self.commands) >= self.gone_after:
                    self.pull()
                    return
                self.commands.append(message)
                _write(wire, self._answer(message))


def _read(wire: socket.socket) -> bytes | None:
    head = _exactly(wire, 2)
    return None if head is None else _exactly(wire, int.from_bytes(head, "big"))


def _exactly(wire: socket.socket, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        piece = wire.recv(size - len(data))
        # Without this each command waits 40 ms for an acknowledgement that nobody needs.
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not piece:
            return None
        data += piece
    return data


def _write(wire: socket.socket, data: bytes) -> None:
    wire.sendall(len(data).to_bytes(2, "big") + data)


def slot_is_empty() -> None:
    """Waits until the card service has seen it."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
    try:
        state = scard.SCARD_STATE_UNAWARE
        while not state & scard.SCARD_STATE_EMPTY:
            result, [(_, state, _)] = scard.SCardGetStatusChange(context, 5000, [(READER, state)])
            assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
    finally:
        scard.SCardReleaseContext(context)


def _answers() -> bool:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        return False
    scard.SCardReleaseContext(context)
    return True
