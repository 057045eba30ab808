"""What the health check of a trial said last, `/data/state/health/health.json`: it alone writes it."""

from __future__ import annotations

import json
from pathlib import Path

from appliance import whole_files
from appliance.core import codec
from appliance.update.machine import Health

FILE = Path("/data/state/health/health.json")
SIZE_MAX = 1 << 16


def load(path: Path = FILE) -> Health:
    """No word when there is none that can be read."""
    try:
        if path.stat().st_size > SIZE_MAX:
            return Health()
        value = json.loads(path.read_bytes())
        health: Health = codec.from_json(Health, codec.known(Health, value))
    except (OSError, ValueError, RecursionError):
        return Health()
    return health


def save(health: Health, path: Path = FILE) -> None:
    """Raises OSError."""
    whole_files.write(path, codec.canonical(codec.to_json(health)) + b"\n")
