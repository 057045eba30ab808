"""A time server in the network of a simulated board: this machine's own time, to whoever asks.

Source: RFC 5905, "Network Time Protocol Version 4", 7.3 and 14.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from types import TracebackType
from typing import Self

PORT = 123
"""systemd's client asks no other."""
SINCE_1900_S = 2_208_988_800
_PACKET = struct.Struct(">BBbbII4s8s8s8s8s")
_SERVER_V4, _STRATUM, _PRECISION = 0x24, 2, -20


class TimeServer:
    """asked: so often an answer was given."""

    def __init__(self, port: int = PORT) -> None:
        self.asked = 0
        self._wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._wire.bind(("127.0.0.1", port))
        self._wire.settimeout(0.2)
        self.port = self._wire.getsockname()[1]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="time-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._wire.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                asked, who = self._wire.recvfrom(1024)
            except TimeoutError:
                continue
            if len(asked) >= _PACKET.size:
                self._wire.sendto(answer(asked, time.time_ns()), who)
                self.asked += 1


def answer(asked: bytes, now_ns: int) -> bytes:
    now = stamp(now_ns)
    sent_then = _PACKET.unpack(asked[: _PACKET.size])[-1]
    head = _SERVER_V4, _STRATUM, 6, _PRECISION, 0, 0, b"\x7f\x00\x00\x01"
    return _PACKET.pack(*head, now, sent_then, now, now)


def stamp(ns: int) -> bytes:
    """Seconds since 1900 and their fraction, 32 bits each."""
    seconds, rest = divmod(ns, 1_000_000_000)
    return struct.pack(">II", (seconds + SINCE_1900_S) & 0xFFFFFFFF, (rest << 32) // 1_000_000_000)
