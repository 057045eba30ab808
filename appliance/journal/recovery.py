"""Opening a journal whatever state its file is in: never a silent start from zero.

A damaged or missing file is moved aside. Its place takes the newest backup that proves itself,
continued by every record of the damaged file that the chain still proves, in a new epoch. What
could be read but not proven is written beside the old file, so that a person can look at it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.journal import backup, chain, export, record, salvage, schema, swap
from appliance.journal.chain import ChainBroken, Head
from appliance.journal.errors import JournalDamaged, JournalError, storage_error
from appliance.journal.lock import FileLock
from appliance.journal.record import EPOCH_STEP, INSERT_ROW, Row
from appliance.journal.space import beside
from appliance.journal.store import Journal, create
from appliance.journal.verify import verify


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was damaged, what the journal is made of now and what may be missing from it.

    aside: where the damaged file is; None when there was none. from_backup and salvaged: records.
    unproven: records that were readable behind a gap; they are in the file `unproven_in`.
    last_at: of the newest record that was saved. last_receipt: the highest receipt number seen
    in unproven records, 0 for none: those sales were paid and are not in this journal.
    """

    why: str
    aside: Path | None
    backup: Path | None
    from_backup: int
    salvaged: int
    unproven: int
    unproven_in: Path | None
    last_at: datetime | None
    last_receipt: int


def open_or_recover(
    path: str | Path, till: str, *, backups: Sequence[Path] = (), at: datetime
) -> tuple[Journal, Recovery | None]:
    """Opens the journal, mended first if need be; then the second value says what happened.

    backups: folders to look in. Raises JournalLocked, WrongJournal, StorageFull and so on as
    Journal.open does; JournalDamaged only when mending failed too.
    """
    path = Path(path)
    try:
        return Journal.open(path, till), None
    except JournalDamaged as damage:
        lock = FileLock(path)
        try:
            done = _recover(path, till, backups, at, str(damage))
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, f"mending {path}") from error
        finally:
            lock.release()
    return Journal.open(path, till), done


def _recover(path: Path, till: str, folders: Sequence[Path], at: datetime, why: str) -> Recovery:
    swap.finish(path)
    part = beside(path, ".recovery-part")
    for old in (part, beside(part, "-wal"), beside(part, "-shm")):
        old.unlink(missing_ok=True)
    source, head, from_backup = _base(part, till, folders)
    found = salvage.candidates(path, head.id)
    con = schema.connect(part)
    try:
        con.execute("BEGIN IMMEDIATE")
        head, salvaged = _continue(con, till, head, found, _readable_joins(path))
        con.execute("COMMIT")
        last = con.execute("SELECT at_ms, offset_min FROM fact ORDER BY id DESC LIMIT 1").fetchone()
    finally:
        con.close()
    unproven = [found[row_id][0] for row_id in sorted(found) if row_id > head.id]
    epoch = backup.new_epoch(part, at, f"recovered: {why}"[:200], over=path)
    aside = backup.aside_name(path, "damaged", at)
    existed = path.exists()
    report = _write_unproven(beside(aside, ".unproven.jsonl"), till, unproven)
    swap.put_in_place(part, path, aside)
    swap.note_epoch(path, epoch)
    beside(path, ".suspect").unlink(missing_ok=True)
    return Recovery(
        why=why,
        aside=aside if existed else None,
        backup=source,
        from_backup=from_backup,
        salvaged=salvaged,
        unproven=len(unproven),
        unproven_in=report,
        last_at=record.moment(*last) if last else None,
        last_receipt=max(_receipts(unproven), default=0),
    )


def _base(part: Path, till: str, folders: Sequence[Path]) -> tuple[Path | None, Head, int]:
    """The newest backup that proves itself, copied to `part`; an empty journal if there is none."""
    every = [path for folder in folders for path in backup.backups(folder, till)]
    for path in sorted(every, key=_age, reverse=True):
        try:
            verdict = verify(path)
        except JournalError:
            continue
        if verdict.bad is None and verdict.till == till:
            shutil.copyfile(path, part)
            return path, verdict.head, verdict.records
    create(part, till)
    return None, chain.first_head(till), 0


def _age(path: Path) -> tuple[int, int]:
    epoch, seq = path.name.removesuffix(backup.SUFFIX).split("-")[-2:]
    return int(epoch), int(seq)


def _readable_joins(path: Path) -> dict[int, tuple[str, int, int, bytes]]:
    """The damaged file's epochs, as far as SQLite still reads them."""
    if not path.exists():
        return {}
    try:
        con = schema.connect_reader(path)
        try:
            rows = con.execute("SELECT epoch, reason, at_ms, joined_seq, joined_hash FROM epoch")
            return {epoch: (reason, *rest) for epoch, reason, *rest in rows}
        finally:
            con.close()
    except sqlite3.Error:
        return {}


def _continue(
    con: sqlite3.Connection,
    till: str,
    head: Head,
    found: dict[int, list[Row]],
    epochs: dict[int, tuple[str, int, int, bytes]],
) -> tuple[Head, int]:
    """Appends what continues the chain; stops at the first record that nothing proves."""
    saved = 0
    while True:
        row = _proven(till, head, found.get(head.id + 1, ()))
        if row is None:
            joined = _next_epoch(con, till, head, epochs)
            if joined is None:
                return head, saved
            head = joined
            continue
        con.execute(INSERT_ROW, row)
        head = Head(head.epoch, head.seq + 1, row[8])
        saved += 1


def _proven(till: str, head: Head, rows: Sequence[Row]) -> Row | None:
    for row in rows:
        try:
            for _ in chain.walk([row], till, head, {}):
                return row
        except (ChainBroken, ValueError):
            continue
    return None


def _next_epoch(
    con: sqlite3.Connection,
    till: str,
    head: Head,
    epochs: dict[int, tuple[str, int, int, bytes]],
) -> Head | None:
    following = min((epoch for epoch in epochs if epoch > head.epoch), default=0)
    if not following:
        return None
    reason, at_ms, joined_seq, joined_hash = epochs[following]
    joins = {following: (joined_seq, joined_hash)}
    try:
        start = chain.into_epoch(till, head, following, joins)
    except ChainBroken:
        return None
    row = (following, at_ms, reason, joined_seq, joined_hash)
    con.execute("INSERT INTO epoch VALUES (?, ?, ?, ?, ?)", row)
    return start


def _write_unproven(path: Path, till: str, rows: Sequence[Row]) -> Path | None:
    if not rows:
        return None
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            try:
                text = export.line(till, row)
            except (zlib.error, ValueError):
                epoch, seq = divmod(row[0], EPOCH_STEP)
                text = json.dumps({"epoch": epoch, "seq": seq, "unreadable": row[7].hex()})
            out.write(text + "\n")
    swap.fsync(path)
    return path


def _receipts(rows: Sequence[Row]) -> Iterator[int]:
    for row in rows:
        if row[5] == "SaleCompleted":
            try:
                yield int(json.loads(record.unpack(row[7]))["receipt"])
            except (zlib.error, ValueError, KeyError, TypeError):
                continue
