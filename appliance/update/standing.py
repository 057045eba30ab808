"""How an update stands by what runs, though no turn of the updater has noted it: the first minutes of a start."""

from __future__ import annotations

import time
from pathlib import Path

from appliance.update import health_file, record
from appliance.update.booted import Booted
from appliance.update.machine import Seen, after_trial
from appliance.update.record import Record


def standing(booted: Booted, root: Path = Path("/")) -> Record:
    held = record.load(root / record.FILE.relative_to("/"))
    word = health_file.load(root / health_file.FILE.relative_to("/"))
    now_ms = time.time_ns() // 1_000_000
    seen = Seen(now_ms, booted.boot, booted.version, booted.slot, health=word)
    return after_trial(held, seen)
