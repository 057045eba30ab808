"""The system that was booted: whether it is an appliance's, its watchdog, its bootloader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from appliance.board.files import ROOT, text

SLOT = "run/kram-slot"
NOTICE = Path("/run/kram-first-boot/notice.json")
"""What first boot has to tell, if it has (appliance/provision/notice.py)."""
TREE = "sys/firmware/devicetree/base"
"""Not /proc/device-tree, which a unit may be kept from seeing."""


@dataclass(frozen=True, slots=True)
class Watchdog:
    armed: bool
    timeout_s: int


def is_appliance(root: Path = ROOT) -> bool:
    """Whether the project's own image runs here."""
    return (root / SLOT).exists()


def watchdog(root: Path = ROOT) -> Watchdog | None:
    folder = root / "sys/class/watchdog/watchdog0"
    timeout = text(folder / "timeout")
    if not timeout.isdecimal():
        return None
    return Watchdog(text(folder / "state") == "active", int(timeout))


def read_only_root(root: Path = ROOT) -> bool:
    """Whether nothing that is written to / reaches the card: an overlay in memory, or read-only."""
    for line in text(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 5 and fields[4] == "/":
            return after.startswith("overlay ") or "ro" in fields[5].split(",")
    return False


def bootloader_date(root: Path = ROOT) -> date | None:
    """Of a Raspberry Pi 4's or 5's EEPROM."""
    try:
        raw = (root / TREE / "chosen/bootloader/build-timestamp").read_bytes()
    except OSError:
        return None
    seconds = int.from_bytes(raw[:4], "big")
    return datetime.fromtimestamp(seconds, UTC).date() if len(raw) >= 4 and seconds else None


def model(root: Path = ROOT) -> str:
    return text(root / TREE / "model")


def serial(root: Path = ROOT) -> str:
    return text(root / TREE / "serial-number")


def is_board(root: Path = ROOT) -> bool:
    """A Raspberry Pi, or an appliance of another make; a desk's own board is its owner's business."""
    return is_appliance(root) or model(root).startswith("Raspberry Pi")
