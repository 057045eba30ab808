"""The durable record of an update, `/data/state/update/update.json`: written whole, by one program.

The updater alone writes it, before each thing it orders and after it, so that whatever the power
does the next run knows what was begun. The till and the health check read it. A record that cannot
be read is a till that knows of no update: what runs goes on, and the fleet offers again.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.core import codec
from appliance.update.stages import NEXT, Event, Stage, Why

log = logging.getLogger(__name__)

FILE = Path("/data/state/update/update.json")
SIZE_MAX = 1 << 20
HISTORY_MAX = 40
"""Some dozen updates: what a technician asks about is among the last."""
DETAIL_MAX = 500


@dataclass(frozen=True, slots=True)
class Target:
    """A release on its way into this till. source: an address of the fleet's server, or a file on a
    stick. size: bytes of the bundle. offer: which publication of it this is, so that one that was
    given up and is published again gets another chance. manifest: SHA-256 of RAUC's manifest in the
    bundle, which says what is written; "" where the release does not name it."""

    serial: int
    version: str
    source: str
    sha256: str = ""
    size: int = 0
    stick: bool = False
    rollout: str = ""
    offer: str = ""
    manifest: str = ""

    def same(self, other: Target | None) -> bool:
        """Whether it is the same publication; its address may have been renewed."""
        return other is not None and (self.serial, self.version, self.offer) == (
            other.serial,
            other.version,
            other.offer,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    at_ms: int
    stage: Stage
    version: str
    why: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """target: what it is about. slot: where that lies or goes. attempts: times its writing began;
    tries: its trials. waits: what the till said it must wait for. retry_ms: nothing is begun before.

    boot: the boot in which the last trial was ordered. heard: the boot that the last word of a
    health check was of by then: a word of an older trial. devices: those that worked before it.
    serial: of the newest release that ever proved itself here; nothing below is installed.
    keys: the newest list of release keys, as it was signed. marked: the slot given up is marked bad.
    """

    stage: Stage = Stage.IDLE
    target: Target | None = None
    slot: str = ""
    since_ms: int = 0
    attempts: int = 0
    tries: int = 0
    waits: tuple[str, ...] = ()
    retry_ms: int = 0
    why: str = ""
    detail: str = ""
    boot: str = ""
    heard: str = ""
    devices: tuple[str, ...] = ()
    serial: int = 0
    keys: str = ""
    marked: bool = False
    good_ms: int = 0
    history: tuple[Entry, ...] = ()

    def went(
        self, event: Event, now_ms: int, why: str = Why.NONE, detail: str = "", **changes: Any
    ) -> Record:
        """After an event that the table knows in this stage; KeyError for any other."""
        stage = NEXT[self.stage][event]
        detail = detail[:DETAIL_MAX]
        made = replace(self, stage=stage, why=why, detail=detail, waits=(), **changes)
        if stage is self.stage and why == self.why and made.target == self.target:
            return made
        version = made.target.version if made.target else ""
        entry = Entry(now_ms, stage, version, why, detail)
        return replace(made, since_ms=now_ms, history=(*self.history, entry)[-HISTORY_MAX:])


def load(path: Path = FILE) -> Record:
    """The record; an empty one when there is none, or none that can be read."""
    try:
        if path.stat().st_size > SIZE_MAX:
            raise codec.CodecError("too long")
        value = json.loads(path.read_bytes())
        record: Record = codec.from_json(Record, codec.known(Record, value))
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s cannot be read, the till begins anew: %s", path, error)
        return Record()
    return record


def save(record: Record, path: Path = FILE) -> None:
    """Raises OSError."""
    whole_files.write(path, codec.canonical(codec.to_json(record)) + b"\n")
