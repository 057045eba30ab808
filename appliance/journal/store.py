"""The journal: one SQLite file, one writer, facts appended in order and never changed.

`append` puts facts, their projections and now and then a snapshot into one transaction. A
transaction that holds a DURABLE fact is on the disk (fsync of the WAL) when `append` returns; one
of drafts alone is with the operating system: a crash of the process keeps it, a power cut may not.
Either way what a power cut leaves is an unbroken beginning of the chain.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.evolve import evolve
from appliance.core.facts import Fact
from appliance.core.state import EMPTY, State
from appliance.journal import (
    fleet_tables,
    lookups,
    projections,
    record,
    registry,
    schema,
    snapshots,
    space,
    swap,
)
from appliance.journal.errors import (
    JournalDamaged,
    JournalError,
    StorageFailed,
    StorageFull,
    WrongJournal,
    storage_error,
)
from appliance.journal.ledger import Ledger
from appliance.journal.levels import Levels
from appliance.journal.lock import FileLock
from appliance.journal.offer_tables import OfferBook
from appliance.journal.past_sales import PastSales
from appliance.journal.past_shifts import PastShifts
from appliance.journal.place import Place
from appliance.journal.record import EPOCH_STEP, INSERT_ROW, SELECT_ROWS, Record, Row
from appliance.journal.replay import facts_of_sale, fold_tail, rebuild_projections
from appliance.journal.verify import examine

SNAPSHOT_FACTS = 2000
"""Facts between snapshots: opening replays at most so many, a tenth of a second."""

LOG_BYTES = 2 << 20
"""The write-ahead log is this long from the start, so that a commit writes over blocks it has:
an fsync without the file system's own bookkeeping, and room to go on when the disk is full."""

LOG_IDLE_BYTES = 1 << 20
"""At idle a write-ahead log longer than this goes into the file."""

LOG_MAX_BYTES = 8 << 20
"""A till that is never idle moves its log all the same, or reading would become slow."""

FSYNCS_KEPT = 500
"""How long the last fsyncs took: enough for a percentile, little to hold."""

Progress = Callable[[int, int], None]
"""Called with facts done and facts in all."""


class Journal:
    """One till's journal, open for writing. Not for several threads at once: it has one owner."""

    def __init__(self, path: Path, till: str, lock: FileLock, con: sqlite3.Connection) -> None:
        self.path = path
        self.till = till
        self._lock = lock
        self._con = con
        self._full = True
        self._broken = False
        self._patient = True
        self._wal_fd = -1
        self._projector = projections.Projector(con)
        self._reserve = space.Reserve(path)
        self.state: State = EMPTY
        self.epoch = 1
        self.last_seq = 0
        self.durable_seq = 0
        self.last_at: datetime | None = None
        self._hash = b""
        self._snapshot_seq = 0
        self._snapshot_facts = SNAPSHOT_FACTS
        self._log_bytes = 0
        self.fsyncs_us: deque[int] = deque(maxlen=FSYNCS_KEPT)
        self.stock = Levels(con)
        self.sales = PastSales(con)
        self.shifts = PastShifts(con, till)
        self.ledger = Ledger(con)
        self.offers = OfferBook(con)

    @classmethod
    def open(
        cls,
        path: str | Path,
        till: str,
        *,
        progress: Progress | None = None,
        snapshot_facts: int = SNAPSHOT_FACTS,
    ) -> Journal:
        """Opens or creates it and folds its state.

        Raises JournalLocked, WrongJournal, JournalDamaged, StorageFull or StorageReadOnly. A
        missing file is made only where there never was one. `recovery.open_or_recover` mends.
        """
        path = Path(path)
        lock = FileLock(path)
        con: sqlite3.Connection | None = None
        try:
            swap.finish(path)
            _expect_file(path)
            con = schema.connect(path)
            journal = cls(path, till, lock, con)
            journal._snapshot_facts = snapshot_facts
            journal._load(progress)
        except BaseException as error:
            if con is not None:
                con.close()
            lock.release()
            if isinstance(error, sqlite3.Error | OSError):
                known = storage_error(error, f"opening {path}")
                # "no such table": whatever this file is now, it was a journal.
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
                    known = JournalDamaged(str(known))
                raise known from error
            raise
        return journal

    def _load(self, progress: Progress | None) -> None:
        con = self._con
        if not con.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            if swap.known_epoch(self.path):
                raise JournalDamaged(f"{self.path} is empty, but there was a journal here")
            with self._transaction():
                _lay_out(con, self.till)
        if schema.meta(con, "format") != schema.FORMAT:
            raise WrongJournal(f"{self.path} is not a journal of format {schema.FORMAT}")
        if schema.till_of(con) != self.till:
            raise WrongJournal(
                f"{self.path} belongs to till {schema.till_of(con)}, not to {self.till}"
            )
        if schema.meta(con, projections.PROJECTIONS_VERSION) != projections.VERSION:
            self.rebuild(progress)
        start = snapshots.load(con)
        end = fold_tail(con, self.till, start)
        self.state, self.last_at = end.state, end.at
        self.epoch, self.last_seq, self._hash = end.head.epoch, end.head.seq, end.head.hash
        if start is not None and start.id // EPOCH_STEP == self.epoch:
            self._snapshot_seq = start.id % EPOCH_STEP
        # What a crash left in the WAL may not have reached the disk: now it does.
        self.checkpoint()
        swap.note_epoch(self.path, self.epoch)
        self._wal_fd = os.open(f"{self.path}-wal", os.O_RDWR | os.O_CLOEXEC)
        self._place = Place(self.path, self._wal_fd)
        space.lengthen(self._wal_fd, LOG_BYTES)
        self.sync()
        self._reserve.make()

    def fleet_command(self, id_: str) -> Record | None:
        """The record with which a command of the fleet came."""
        return fleet_tables.received(self._con, self.till, id_)

    def append(
        self, facts: Sequence[Fact], *, actor: str, at: datetime, cause: str = ""
    ) -> tuple[Record, ...]:
        """Records facts in order, all or none, and folds them into `state`.

        at: aware; what the clock says, even when it went back (compare `last_at` and record a
        ClockStepped first). Raises StorageFull, StorageReadOnly, StorageFailed or JournalDamaged;
        then nothing changed.
        """
        if self._broken:
            raise StorageFailed(f"{self.path} failed before; open it again to see what it holds")
        if not facts:
            return ()
        if not self._place.stands():
            self._broken = True
            saved = self._place.save(self._con)
            raise StorageFailed(
                f"{self.path} was deleted or replaced under the running till; what it held is in"
                f" {saved or 'no file: leave the till on and call service'}"
            )
        records, rows = self._chained(facts, actor, at, cause)
        starts_sale = any(isinstance(fact, f.SaleStarted) for fact in facts)
        try:
            state = self._write(records, rows)
        except StorageFull:
            # The reserve is for the sale that is open; a new one must not eat it.
            if starts_sale or not self._reserve.release():
                raise
            state = self._write(records, rows)
        self.state = state
        self._hash = records[-1].hash
        self.last_seq = records[-1].seq
        self.last_at = records[-1].at
        if self._full:
            self.durable_seq = self.last_seq
        return records

    def _chained(
        self, facts: Sequence[Fact], actor: str, at: datetime, cause: str
    ) -> tuple[tuple[Record, ...], list[Row]]:
        at_ms, offset_min = record.times(at)
        at = record.moment(at_ms, offset_min)
        records, rows = [], []
        previous = self._hash
        for seq, fact in enumerate(facts, self.last_seq + 1):
            kind = type(fact).__name__
            version = registry.version_of(kind)
            body = codec.canonical(codec.to_json(fact))
            row_id = self.epoch * EPOCH_STEP + seq
            stored = record.pack(body)
            row: Row = (row_id, at_ms, offset_min, actor, cause, kind, version, stored, b"")
            previous = record.chain(previous, self.till, row, body)
            rows.append((*row[:-1], previous))
            where = (self.till, self.epoch, seq, at, actor, cause)
            records.append(Record(*where, kind, version, body, previous, fact))
        return tuple(records), rows

    def _write(self, records: Sequence[Record], rows: Sequence[Row]) -> State:
        self._durability(full=any(rec.fact.DURABLE for rec in records))
        con = self._con
        state = self.state
        snapshot_seq = self._snapshot_seq
        with self._transaction():
            con.executemany(INSERT_ROW, rows)
            for rec in records:
                after = evolve(state, rec.fact)
                self._projector.apply(rec, state, after)
                state = after
            self._projector.flush()
            last = records[-1]
            closed = any(isinstance(rec.fact, f.ShiftClosed) for rec in records)
            if closed or last.seq - snapshot_seq >= self._snapshot_facts:
                snapshots.save(con, snapshots.Snapshot(last.id, last.hash, state))
                snapshot_seq = last.seq
        self._snapshot_seq = snapshot_seq
        # SQLite does not tell the log's length: a record takes about its own bytes and two pages.
        self._log_bytes += sum(len(row[7]) + 2 * schema.PAGE_BYTES for row in rows)
        if self._log_bytes > LOG_MAX_BYTES:
            with contextlib.suppress(JournalError):
                self.checkpoint()
        return state

    def _begin(self) -> None:
        """Another program's lock is waited for once. Until it is gone no fact waits again, or whoever
        asks something of the till would wait for each that stands in the queue before it."""
        try:
            self._con.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            self._waits(patient=False)
            raise
        self._waits(patient=True)

    def _waits(self, *, patient: bool) -> None:
        if patient != self._patient:
            self._con.execute(f"PRAGMA busy_timeout={schema.BUSY_MS if patient else 0}")
            self._patient = patient

    def _durability(self, *, full: bool) -> None:
        if full != self._full:
            self._con.execute(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
            self._full = full

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. When the COMMIT itself fails on the disk, nobody knows: broken."""
        con = self._con
        committing = False
        try:
            self._begin()
            yield
            committing = True
            began_ns = time.perf_counter_ns()
            con.execute("COMMIT")
            if self._full:
                self.fsyncs_us.append((time.perf_counter_ns() - began_ns) // 1000)
        except BaseException as error:
            self._projector.forget()
            if con.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    con.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                raise
            known = storage_error(error, f"writing {self.path}")
            self._broken |= committing and isinstance(known, StorageFailed)
            if isinstance(known, JournalDamaged):
                space.mark_suspect(self.path, str(known))
            raise known from error

    def checkpoint(self) -> None:
        """Moves the log into the file, as far as readers allow; it is then written over."""
        try:
            busy, _, _ = self._con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if not busy:
                self._log_bytes = 0
        except sqlite3.Error as error:
            raise storage_error(error, f"moving the log of {self.path} into it") from error

    def sync(self) -> None:
        """Brings drafts to the disk too (one fsync); from then on they may leave the till."""
        if self.durable_seq >= self.last_seq:
            return
        try:
            os.fdatasync(self._wal_fd)
        except OSError as error:
            # After a failed fsync the system may have thrown the pages away: nobody knows.
            self._broken = True
            raise storage_error(error, f"writing {self.path}") from error
        self.durable_seq = self.last_seq

    def keep_basket(self) -> None:
        """Call it within a second of a draft: an unpaid basket reaches the disk. Other drafts (an
        effect's end, a device that came back) may wait for the next money fact."""
        if self.state.sale is not None:
            self.sync()

    def idle(self) -> None:
        """What may wait for a quiet moment; call it within a second of an append of drafts."""
        self.keep_basket()
        if self._log_bytes > LOG_IDLE_BYTES:
            self.checkpoint()
        self._reserve.make()

    def space_left_bytes(self) -> int:
        return space.left_bytes(self.path)

    def records(self, after_seq: int = 0, limit: int = 1000) -> tuple[Record, ...]:
        """This epoch's records after a seq, in order."""
        after = self.epoch * EPOCH_STEP + after_seq
        rows = self._con.execute(SELECT_ROWS + " WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
        return tuple(record.from_row(self.till, row) for row in rows)

    def facts_of_sale(self, epoch: int, sale: int) -> tuple[Record, ...]:
        """All records that name a sale, from its start to its last money fact or to now."""
        return facts_of_sale(self._con, self.till, epoch, sale)

    def closing_of(self, shift: int, epoch: int | None = None) -> Record | None:
        """The record that closed a shift, the newest with this number unless told; or None."""
        return lookups.closing_of(self._con, self.till, self.shifts.key_of(shift, epoch))

    def stock_of(self, item: str) -> Decimal | None:
        """What the movements of an item add up to; None when it never moved."""
        return self.stock.quantity(item)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes all projections anew from the facts, in one transaction."""
        with self._transaction():
            rebuild_projections(self._con, self.till, progress)
        self._projector.forget()
        self.stock.forget()

    def snapshot(self) -> None:
        """Keeps the state of now, so that the next opening has nothing to replay."""
        if self.last_seq == self._snapshot_seq:
            return
        now = snapshots.Snapshot(self.epoch * EPOCH_STEP + self.last_seq, self._hash, self.state)
        with self._transaction():
            snapshots.save(self._con, now)
        self._snapshot_seq = self.last_seq

    def close(self) -> None:
        """Everything on the disk, a snapshot for a quick start, the file unlocked."""
        if self._wal_fd < 0:
            return
        with contextlib.suppress(JournalError):
            if not self._broken:
                self.snapshot()
                self.sync()
        os.close(self._wal_fd)
        self._wal_fd = -1
        self._con.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _expect_file(path: Path) -> None:
    """JournalDamaged when a file that must be there is not, or has a page that was seen damaged."""
    if not path.exists() and swap.known_epoch(path):
        raise JournalDamaged(f"{path} is gone, but there was a journal here")
    if space.beside(path, ".suspect").exists():
        examine(path)


def _lay_out(con: sqlite3.Connection, till: str) -> None:
    for statement in schema.TABLES.split(";"):
        con.execute(statement)
    schema.set_meta(con, "format", schema.FORMAT)
    schema.set_meta(con, "till", till)
    schema.set_meta(con, "dictionary", record.DICTIONARY)
    con.execute("INSERT INTO epoch VALUES (1, 0, 'new', 0, x'')")
    projections.create(con)


def create(path: Path, till: str) -> None:
    """An empty journal in a file that does not exist yet."""
    con = schema.connect(path)
    try:
        con.execute("BEGIN IMMEDIATE")
        _lay_out(con, till)
        con.execute("COMMIT")
    finally:
        con.close()
