"""What the agent remembers over a restart, in one small file: losing it costs a hello and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files

FILE = "delivered.json"
_SIZE_MAX = 1 << 16
_ALERTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Notes:
    """epoch, acked: how far the fleet had the journal. alerts: ids of those that its broker holds."""

    epoch: int = 1
    acked: int = 0
    alerts: tuple[str, ...] = ()


def load(folder: Path) -> Notes:
    """What was noted; the beginning of everything when nothing was, or nothing that can be read."""
    path = folder / FILE
    try:
        if path.stat().st_size > _SIZE_MAX:
            return Notes()
        told = json.loads(path.read_bytes())
        epoch, acked, alerts = told["epoch"], told["acked"], told["alerts"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Notes()
    right = type(epoch) is int and type(acked) is int and epoch >= 1 and acked >= 0
    if not right or not isinstance(alerts, list):
        return Notes()
    return Notes(epoch, acked, tuple(it for it in alerts if isinstance(it, str))[:_ALERTS_MAX])


def save(folder: Path, notes: Notes) -> None:
    """Raises OSError."""
    told = {"epoch": notes.epoch, "acked": notes.acked, "alerts": list(notes.alerts[:_ALERTS_MAX])}
    whole_files.write(folder / FILE, json.dumps(told).encode())
