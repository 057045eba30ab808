"""What the bench test measures of the machine: the card's speed, and whom the network reaches."""

from __future__ import annotations

import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from appliance.board.files import SYSTEM, text

_RATE_BYTES = 8 << 20
_BLOCK = 1 << 20
_COMMITS = 40
_COMMIT_BYTES = 4096
"""A page of SQLite's, as a sale's commit writes it."""
CONNECT_S = 3.0


@dataclass(frozen=True, slots=True)
class CardSpeed:
    """mb_per_s: of one long write. commit_ms: the median of small ones, each on the card."""

    mb_per_s: float
    commit_ms: float


def card_speed(folder: Path) -> CardSpeed:
    """Measured with a file beside the journal, gone afterwards. Raises OSError."""
    path = folder / f".bench-{os.getpid()}.part"
    block = os.urandom(_BLOCK)
    try:
        with path.open("wb", buffering=0) as file:
            begun = time.perf_counter()
            for _ in range(_RATE_BYTES // _BLOCK):
                file.write(block)
            os.fsync(file.fileno())
            took = time.perf_counter() - begun
            commits = []
            for _ in range(_COMMITS):
                begun = time.perf_counter()
                file.write(block[:_COMMIT_BYTES])
                os.fsync(file.fileno())
                commits.append(time.perf_counter() - begun)
    finally:
        path.unlink(missing_ok=True)
    return CardSpeed(_RATE_BYTES / 1e6 / took, statistics.median(commits) * 1000)


def links(system: Path = SYSTEM) -> list[str]:
    """The network's cables and radios that carry something now."""
    found = sorted((system / "class/net").glob("*"))
    return [it.name for it in found if it.name != "lo" and text(it / "carrier") == "1"]


def reaches(url: str) -> str:
    """ "" when its name is known and its port answers; else what does not."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 8883)
    try:
        found = list(_addresses(host, port))
    except OSError:
        return "name"
    for family, address in found:
        with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as wire:
            wire.settimeout(CONNECT_S)
            wire.connect(address)
            return ""
    return "port"


def _addresses(host: str, port: int) -> Iterator[tuple[int, tuple[object, ...]]]:
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield family, address
