"""What a backup holds beside the journal: the keys of codes, and the people the journal knows by id.

They lie beside the copy in a file of the same name that ends in `.shop`, a ZIP that its owner alone
may read. Without the keys no gift card, voucher, badge or coupon could be read on a new card.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from appliance.codes.keys import FILE as KEYS
from appliance.journal.backup import SUFFIX
from appliance.people.schema import FILE as PEOPLE

ENDING = ".shop"
_ONLY_OWNER = 0o600
_BYTES_MAX = 1 << 30


def beside(backup: Path) -> Path:
    """Where a backup's companions lie."""
    return backup.with_name(backup.name.removesuffix(SUFFIX) + ENDING)


def save(data: Path, backup: Path) -> Path | None:
    """Beside a backup that was just proven; None when the data folder has none of them. Raises
    OSError. Companions of backups that are gone from the folder go too."""
    target = beside(backup)
    part = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(prefix="kram-people-") as folder:
        found = [path for path in (data / KEYS, _people(data, Path(folder))) if path.exists()]
        if not found:
            return None
        try:
            with _owned(part) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
                for path in found:
                    packed.write(path, path.name)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    for old in target.parent.glob(f"*{ENDING}"):
        if old != target and not old.with_name(old.name.removesuffix(ENDING) + SUFFIX).exists():
            old.unlink(missing_ok=True)
    return target


def put_back(backup: Path, data: Path, at: datetime) -> list[Path]:
    """The companions of a backup into the data folder; what was there is kept beside, never deleted.
    Gives what was put back: nothing for a backup without them. Raises OSError or BadZipFile."""
    source = beside(backup)
    if not source.exists():
        return []
    done = []
    with zipfile.ZipFile(source) as packed:
        try:
            whole = packed.testzip() is None
        except zlib.error:
            whole = False
        if not whole:
            raise zipfile.BadZipFile(f"{source} is damaged")
        for name in (KEYS, PEOPLE):
            if name not in packed.namelist() or packed.getinfo(name).file_size > _BYTES_MAX:
                continue
            target = data / name
            part = target.with_name(f".{name}.part")
            with _owned(part) as raw:
                raw.write(packed.read(name))
            _aside(target, at)
            part.replace(target)
            done.append(target)
    return done


def _people(data: Path, folder: Path) -> Path:
    """A copy of one moment, also while the till writes; not made when there is no such file."""
    copy = folder / PEOPLE
    if (data / PEOPLE).exists():
        uri = f"{(data / PEOPLE).absolute().as_uri()}?mode=ro"
        with (
            contextlib.closing(sqlite3.connect(uri, uri=True)) as source,
            contextlib.closing(sqlite3.connect(copy)) as made,
        ):
            source.backup(made)
            made.execute("PRAGMA journal_mode=DELETE").fetchone()
    return copy


def _owned(path: Path) -> BinaryIO:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OWNER), "wb")


def _aside(path: Path, at: datetime) -> None:
    stamp = at.strftime("%Y%m%d-%H%M%S")
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        held = path.with_name(name)
        if held.exists():
            held.replace(held.with_name(f"{name}.before-{stamp}"))
