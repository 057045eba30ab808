"""wpa_supplicant's control socket: questions, and the events it tells unasked.

Its words are in wpa_supplicant's developers' documentation, "Control interface".
"""

from __future__ import annotations

import itertools
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

ANSWER_S = 3.0
_MESSAGE_MAX = 65_536
_conversations = itertools.count(1)
"""Several at a time: each has answers of its own."""
_ESCAPED = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"e": b"\x1b"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A network in the air. signal_dbm: the best of its stations."""

    ssid: str
    signal_dbm: int
    secured: bool


class Supplicant:
    """own: a folder of ours, where the answers come to. OSError where no daemon listens."""

    def __init__(self, control: Path, own: Path) -> None:
        self._here = own / f"wifi-{control.name}-{next(_conversations)}"
        self._here.unlink(missing_ok=True)
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._wire.bind(str(self._here))
            self._wire.connect(str(control))
            self._events: list[str] = []
            self.ask("ATTACH")
        except OSError:
            self._wire.close()
            self._here.unlink(missing_ok=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()
        self._here.unlink(missing_ok=True)

    def ask(self, question: str) -> str:
        """Its answer; events that come before it are kept. Raises OSError."""
        self._wire.send(question.encode())
        until = time.monotonic() + ANSWER_S
        while True:
            message = self._message(until)
            if not message.startswith("<"):
                return message
            self._events.append(message)

    def events(self, until: float) -> Iterator[str]:
        """Those that came and those that come, until that time of the monotonic clock."""
        while True:
            while self._events:
                yield self._events.pop(0)
            try:
                message = self._message(until)
            except TimeoutError:
                return
            if message.startswith("<"):
                yield message

    def _message(self, until: float) -> str:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("wpa_supplicant says nothing")
        self._wire.settimeout(left)
        return self._wire.recv(_MESSAGE_MAX).decode(errors="replace")


def scanned(answer: str) -> list[Seen]:
    """What SCAN_RESULTS says, a line a station: the strongest of each network, strongest first."""
    best: dict[str, Seen] = {}
    for line in answer.splitlines()[1:]:
        fields = line.split("\t", 4)
        if len(fields) != 5 or not re.fullmatch(r"-?\d{1,4}", fields[2]):
            continue
        ssid = unescaped(fields[4])
        seen = Seen(ssid, int(fields[2]), any(it in fields[3] for it in ("WPA", "RSN", "WEP")))
        if ssid.strip("\0 ") and (ssid not in best or best[ssid].signal_dbm < seen.signal_dbm):
            best[ssid] = seen
    return sorted(best.values(), key=lambda it: -it.signal_dbm)


def unescaped(text: str) -> str:
    r"""A name as it was before printf_encode: \" \\ \n \r \t \e \xNN."""

    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes.fromhex(code[1:].decode()) if len(code) == 3 else _LETTERS.get(code, code)

    return _ESCAPED.sub(plain, text.encode()).decode(errors="replace")
