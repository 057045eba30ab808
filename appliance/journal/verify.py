"""Proving a journal from its first record to its last."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.core import codec
from appliance.core.state import State
from appliance.journal import chain, projections, schema, snapshots
from appliance.journal.chain import ChainBroken, Head
from appliance.journal.errors import JournalDamaged, WrongJournal, storage_error
from appliance.journal.replay import rebuild_projections
from appliance.journal.space import beside

Progress = Callable[[int, int], None]

PROGRESS_RECORDS = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was proven. head: the last record that is; bad: the first place where that failed.

    projections: whether the tables equal what the facts make, snapshots: whether the kept states
    do; None when that was not asked or the chain is broken already.
    """

    path: Path
    till: str
    records: int
    head: Head
    bad: ChainBroken | None = None
    projections: bool | None = None
    snapshots: bool | None = None

    @property
    def ok(self) -> bool:
        return self.bad is None and self.projections is not False and self.snapshots is not False


def verify(path: Path, *, deep: bool = False, progress: Progress | None = None) -> Verdict:
    """Walks the whole chain; deep also makes projections and snapshots again and compares.

    The journal may be open elsewhere. Raises JournalDamaged when the file cannot be read at all.
    """
    try:
        con = schema.connect_reader(path)
        try:
            # One transaction, so that a running till's appends do not move what is compared.
            con.execute("BEGIN")
            return verify_connection(con, path, deep=deep, progress=progress)
        finally:
            con.close()
    except sqlite3.Error as error:
        raise storage_error(error, f"reading {path}") from error


def verify_connection(
    con: sqlite3.Connection, path: Path, *, deep: bool = False, progress: Progress | None = None
) -> Verdict:
    if schema.meta(con, "format") != schema.FORMAT:
        raise WrongJournal(f"{path} is not a journal of format {schema.FORMAT}")
    till = schema.till_of(con)
    epochs = chain.joins(con)
    total = con.execute("SELECT count(*) FROM fact").fetchone()[0] if progress else 0
    head, done = chain.first_head(till), 0
    try:
        for _, _, reached in chain.walk(chain.rows_after(con, 0), till, head, epochs):
            head = reached
            done += 1
            if progress is not None and done % PROGRESS_RECORDS == 0:
                progress(done, total)
        head = chain.into_epoch(till, head, max(epochs, default=1), epochs)
    except ChainBroken as broken:
        return Verdict(path, till, done, head, broken)
    except sqlite3.DatabaseError as error:
        unread = ChainBroken(head.epoch, head.seq + 1, f"the file is damaged there ({error})")
        return Verdict(path, till, done, head, unread)
    if not deep:
        return Verdict(path, till, done, head)
    if schema.meta(con, projections.PROJECTIONS_VERSION) != projections.VERSION:
        raise WrongJournal(f"{path} has projections of another version: rebuild them first")
    return Verdict(path, till, done, head, None, *_compare(con, till, progress))


def _compare(con: sqlite3.Connection, till: str, progress: Progress | None) -> tuple[bool, bool]:
    fresh = sqlite3.connect("", isolation_level=None)
    try:
        fresh.execute("PRAGMA synchronous=OFF")
        fresh.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID")
        fresh.execute("BEGIN")
        kept = snapshots.kept(con)
        states: dict[int, bytes] = {}

        def after(row_id: int, state: State) -> None:
            if row_id in kept:
                states[row_id] = codec.canonical(codec.to_json(state))

        rebuild_projections(con, till, progress, into=fresh, after=after)
        try:
            same = projections.dump(con) == projections.dump(fresh)
        except sqlite3.DatabaseError:
            same = False
        return same, states == kept
    finally:
        fresh.close()


def check_pages(con: sqlite3.Connection) -> None:
    """Reads every page; JournalDamaged with what SQLite found wrong."""
    try:
        found = [row[0] for row in con.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        raise JournalDamaged(str(error)) from error
    if found != ["ok"]:
        raise JournalDamaged("; ".join(map(str, found)))


def examine(path: Path) -> None:
    """Reads and proves everything after a page was found damaged; JournalDamaged when one is.

    Of a kept state that was on it nothing is lost: it goes.
    """
    con = schema.connect_reader(path)
    try:
        check_pages(con)
        verdict = verify_connection(con, path)
    finally:
        con.close()
    if verdict.bad is not None:
        raise verdict.bad
    con = schema.connect(path)
    try:
        snapshots.drop_damaged(con)
    finally:
        con.close()
    beside(path, ".suspect").unlink(missing_ok=True)
