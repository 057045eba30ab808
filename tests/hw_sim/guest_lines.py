"""The serial lines of a simulated board: what it prints, and a root's shell to ask it from inside."""

from __future__ import annotations

import base64
import contextlib
import re
import secrets
import socket
import threading
from pathlib import Path

from hw_sim.patience import wait

KEPT_MAX = 4 << 20
COMMAND_MAX = 3000
"""A terminal's line takes 4096 bytes; longer commands go in pieces."""
PIECE = 2000
COMMAND_S = 60.0


class Gone(Exception):
    """The line went dead: no power, or a reset."""


class Failed(Exception):
    """A command in the guest ended with another code than 0."""


class Line:
    """Everything that came over one serial line since power was on, and a way to send."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self._log = log
        self._changed = threading.Condition()
        self._heard = ""
        self._wire: socket.socket | None = None

    @property
    def heard(self) -> str:
        with self._changed:
            return self._heard

    @property
    def up(self) -> bool:
        return self._wire is not None

    def follow(self, wire: socket.socket) -> None:
        """Reads until the other end is gone; on a thread of its own."""
        with self._changed:
            self._heard, self._wire = "", wire
            self._changed.notify_all()
        with self._log.open("ab") as log:
            while True:
                try:
                    data = wire.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    break
                log.write(data)
                log.flush()
                with self._changed:
                    text = data.decode("utf-8", "replace").replace("\r", "")
                    self._heard = (self._heard + text)[-KEPT_MAX:]
                    self._changed.notify_all()
        with self._changed:
            self._wire = None
            self._changed.notify_all()
        wire.close()

    def send(self, text: str) -> None:
        wire = self._wire
        if wire is None:
            raise Gone(self.name)
        try:
            wire.sendall(text.encode())
        except OSError as why:
            raise Gone(self.name) from why

    def wait_up(self, seconds: float) -> socket.socket:
        with self._changed:
            wait(self._changed, lambda: self._wire is not None, seconds)
            if self._wire is None:
                raise TimeoutError(f"{self.name}: no power within {seconds:.0f} s")
            return self._wire

    def wait(self, pattern: str, seconds: float, *, since: int = 0) -> re.Match[str]:
        """Raises Gone when the line goes dead, TimeoutError."""
        found: list[re.Match[str]] = []
        looked = re.compile(pattern, re.MULTILINE)

        def done() -> bool:
            if match := looked.search(self._heard, since):
                found.append(match)
            return bool(found) or self._wire is None

        with self._changed:
            wait(self._changed, done, seconds)
        if found:
            return found[0]
        if self._wire is None:
            raise Gone(f"{self.name}, waiting for {pattern}")
        raise TimeoutError(
            f"{self.name}: no {pattern!r} within {seconds:.0f} s: {self.heard[-500:]!r}"
        )


class Shell:
    """A root's shell on a serial line, one command at a time."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._turn = threading.Lock()
        self._quiet: socket.socket | None = None

    def wait(self, seconds: float) -> None:
        """Until it answers in this boot. No echo, no prompts from then on: what comes is what
        commands print. Raises Gone, TimeoutError."""
        with self._turn:
            wire = self.line.wait_up(seconds)
            if wire is self._quiet:
                return
            self.line.wait(r"[#$] ", seconds)
            since = len(self.line.heard)
            self.line.send("stty -echo cols 4000; PS1= PS2= exec dash\n")
            self.line.send("set +m; cd /; echo qui''et\n")
            self.line.wait(r"quiet\n", COMMAND_S, since=since)
            self._quiet = wire

    def adopt(self, seconds: float) -> None:
        """A board that was frozen while this shell was quiet goes on with it."""
        with self._turn:
            self._quiet = self.line.wait_up(seconds)

    def run(self, command: str, seconds: float = COMMAND_S) -> str:
        """What it printed. Raises Failed, Gone, TimeoutError."""
        code, said = self.tried(command, seconds)
        if code:
            raise Failed(f"{command!r} ended with {code}: {said[-1500:]}")
        return said

    def send(self, command: str) -> None:
        """Begins it, and waits for nothing; the shell is taken for as long as it runs."""
        self.line.send(f"{command}\n")

    def tried(self, command: str, seconds: float = COMMAND_S) -> tuple[int, str]:
        """Its exit code, and what it printed."""
        with self._turn:
            if len(command) > COMMAND_MAX:
                command = self._in_pieces(command)
            return self._told(command, seconds)

    def _told(self, command: str, seconds: float) -> tuple[int, str]:
        mark = secrets.token_hex(6)
        since = len(self.line.heard)
        self.line.send(f"echo {mark[:6]}''{mark[6:]}; ( {command}\n) 2>&1; echo ''{mark}-end $?\n")
        pattern = rf"{mark}\n((?s:.*?)){mark}-end (\d+)\n"
        end = self.line.wait(pattern, seconds, since=since)
        return int(end[2]), end[1].rstrip("\n")

    def _in_pieces(self, command: str) -> str:
        packed = base64.b64encode(command.encode()).decode()
        self._told(": >/run/proof.b64", COMMAND_S)
        for at in range(0, len(packed), PIECE):
            self._told(f"printf %s {packed[at : at + PIECE]} >>/run/proof.b64", COMMAND_S)
        return "base64 -d /run/proof.b64 >/run/proof.sh && . /run/proof.sh"


def listening(path: Path) -> socket.socket:
    """A socket that QEMU will connect to when it starts, so that not a letter is lost."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(1)
    return server
