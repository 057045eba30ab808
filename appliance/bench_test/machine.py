"""What the bench test measures of the machine: clock, network, the card's speed, power since the start."""

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

from appliance.board import power

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


def power_failed() -> bool | None:
    """Whether the voltage fell too low since the start; None where nothing measures it."""
    bits, low = power.throttled_bits(), power.low_voltage()
    if bits is None:
        return low
    return bool(low) or bool(bits & power.LOW_BEFORE)


def keeps_time(dev: Path = Path("/dev")) -> bool:
    """A clock with a battery of its own."""
    return (dev / "rtc0").exists()


def time_from_network(run: Path = Path("/run")) -> bool:
    """systemd-timesyncd leaves this once a server told the time."""
    return (run / "systemd/timesync/synchronized").exists()


def links(root: Path = Path("/sys")) -> list[str]:
    """The network's cables and radios that carry something now."""
    found = sorted((root / "class/net").glob("*"))
    return [it.name for it in found if it.name != "lo" and _read(it / "carrier") == "1"]


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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip("\0\n ")
    except OSError:
        return ""
