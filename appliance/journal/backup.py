"""A consistent copy of a running journal, in a file or on a stick, and the way back from it."""

from __future__ import annotations

import glob
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.journal import chain, record, schema, swap
from appliance.journal.errors import JournalDamaged, WrongJournal, storage_error
from appliance.journal.lock import FileLock
from appliance.journal.replay import fold_tail, rebuild_projections
from appliance.journal.space import beside
from appliance.journal.verify import Progress, Verdict, verify

SUFFIX = ".journal"
KEPT = 7


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was read back and proven."""

    path: Path
    records: int
    epoch: int
    seq: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The journal is what the backup held, in a new epoch. replaced: where the old file is now."""

    path: Path
    till: str
    epoch: int
    records: int
    replaced: Path | None


def backup(
    journal: Path,
    target: Path,
    *,
    at: datetime,
    keep: int = KEPT,
    progress: Progress | None = None,
) -> Backup:
    """Copies a journal, which may be in use, to a file, or into a folder that keeps the newest.

    The copy is read back and proven before it takes its name. Raises what verify raises and
    StorageFull; then no file of the target's name was touched.
    """
    folder = target if target.is_dir() else target.parent
    part = folder / f".{target.name}-{os.getpid()}.part"
    try:
        _sweep(folder, target.name)
        till = _copy(journal, part)
        verdict = verify(part, progress=progress)
        if verdict.bad is not None:
            raise JournalDamaged(f"{journal} was not backed up: {verdict.bad}")
        final = folder / _name(till, at, verdict) if target.is_dir() else target
        swap.fsync(part)
        part.replace(final)
        swap.fsync(folder)
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, f"backing up to {target}") from error
    finally:
        # A copy that broke off leaves SQLite's own rollback journal too.
        for left in (part, beside(part, "-journal")):
            left.unlink(missing_ok=True)
    if target.is_dir():
        for old in backups(folder, till)[keep:]:
            old.unlink(missing_ok=True)
    head = verdict.head
    return Backup(final, verdict.records, head.epoch, head.seq, final.stat().st_size)


def _sweep(folder: Path, name: str) -> None:
    """A backup that was killed leaves its part; the next one takes it away, or they fill the disk."""
    for part in folder.glob(f".{glob.escape(name)}-*.part*"):
        owner = re.search(r"-(\d+)\.part", part.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            part.unlink(missing_ok=True)


def _copy(journal: Path, part: Path) -> str:
    if not journal.exists():
        raise WrongJournal(f"there is no journal at {journal}")
    part.unlink(missing_ok=True)
    source = schema.connect_reader(journal)
    copy = sqlite3.connect(part, isolation_level=None)
    try:
        # All pages in one step: one read transaction, so one moment of the till.
        source.backup(copy, pages=-1)
        # One file without a log beside it, readable from a write-protected stick.
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        return schema.till_of(source)
    finally:
        copy.close()
        source.close()


def _name(till: str, at: datetime, verdict: Verdict) -> str:
    stamp = at.strftime("%Y%m%d-%H%M%S")
    return f"{_safe(till)}-{stamp}-{verdict.head.epoch}-{verdict.head.seq}{SUFFIX}"


def _safe(till: str) -> str:
    return re.sub(r"[^\w.]", "_", till)


def backups(folder: Path, till: str) -> list[Path]:
    """A till's backups in a folder, newest first by epoch, then seq."""
    named = re.compile(rf"{re.escape(_safe(till))}-\d{{8}}-\d{{6}}-(\d+)-(\d+){re.escape(SUFFIX)}")
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            fits = named.fullmatch(path.name)
            if fits:
                found.append((int(fits[1]), int(fits[2]), path.name, path))
    return [path for *_, path in sorted(found, reverse=True)]


def restore(
    source: Path, journal: Path, *, at: datetime, progress: Progress | None = None
) -> Restored:
    """Puts a proven backup in the place of a journal that nobody has open, in a new epoch.

    The file that was there is moved aside, never deleted. Raises JournalLocked while the till
    runs, JournalDamaged when the backup does not prove itself; then nothing changed.
    """
    # A new card has no data folder yet.
    journal.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(journal)
    part = beside(journal, ".restore-part")
    try:
        verdict = verify(source, progress=progress)
        if verdict.bad is not None:
            raise JournalDamaged(f"the backup {source} is damaged: {verdict.bad}")
        swap.finish(journal)
        part.unlink(missing_ok=True)
        shutil.copyfile(source, part)
        epoch = new_epoch(part, at, f"restored from {source.name}", over=journal)
        aside = aside_name(journal, "replaced", at)
        existed = journal.exists()
        swap.put_in_place(part, journal, aside)
        swap.note_epoch(journal, epoch)
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, f"restoring {journal}") from error
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    kept = aside if existed else None
    return Restored(journal, verdict.till, epoch, verdict.records, kept)


def aside_name(journal: Path, why: str, at: datetime) -> Path:
    """A free name beside the journal for the file that is moved out of its way."""
    stem = beside(journal, f".{why}-{at.strftime('%Y%m%d-%H%M%S')}")
    number, free = 1, stem
    while free.exists():
        number += 1
        free = stem.with_name(f"{stem.name}-{number}")
    return free


def new_epoch(path: Path, at: datetime, reason: str, *, over: Path) -> int:
    """Begins an epoch in a copy that nobody uses yet: joined to its last record, with a number
    that was never used in the journal it will replace. Makes the projections anew."""
    con = schema.connect(path)
    try:
        till = schema.till_of(con)
        con.execute("BEGIN IMMEDIATE")
        head = fold_tail(con, till, None).head
        number = max(head.epoch, swap.known_epoch(over), _last_epoch(over)) + 1
        at_ms, _ = record.times(at)
        row = (number, at_ms, reason, head.seq, head.hash)
        con.execute("INSERT INTO epoch VALUES (?, ?, ?, ?, ?)", row)
        rebuild_projections(con, till)
        con.execute("COMMIT")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        con.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        con.close()
    return number


def _last_epoch(journal: Path) -> int:
    """Of a file that may be missing or unreadable."""
    if not journal.exists():
        return 0
    try:
        con = schema.connect_reader(journal)
        try:
            return max(chain.joins(con), default=0)
        finally:
            con.close()
    except sqlite3.Error:
        return 0
