"""What runs on this machine: the image's release, its slot, this boot's name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from appliance.board.booted import SLOT
from appliance.wire.release import Running

RELEASE = "usr/lib/kram/release.json"
BOOT = "proc/sys/kernel/random/boot_id"


@dataclass(frozen=True, slots=True)
class Booted:
    """serial: of the release that the image was made as; 0 for one that nobody published."""

    version: str
    slot: str
    boot: str
    compatible: str
    serial: int = 0

    def running(self, serial: int) -> Running:
        """serial: of the newest release that ever proved itself here."""
        return Running(self.version, self.compatible, max(serial, self.serial))


def booted(root: Path = Path("/")) -> Booted | None:
    """None where no image of Kram runs, as on a desk."""
    try:
        told = json.loads((root / RELEASE).read_bytes())
        slot = (root / SLOT).read_text("ascii").strip()
        boot = (root / BOOT).read_text("ascii").strip()
        version, compatible = told["version"], told["compatible"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if slot not in ("A", "B") or not all(isinstance(it, str) for it in (version, compatible)):
        return None
    serial = told.get("serial", 0)
    return Booted(version, slot, boot, compatible, serial if isinstance(serial, int) else 0)
