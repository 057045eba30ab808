"""One batch, one transaction: its facts, what they mean, and how far the till has come.

A till's cursor is locked first, so that of two batches of one till, at whatever collectors, the one
waits for the other; what is not new changes nothing, and nothing is moved on past a gap. A batch that
comes too early is kept `ahead`; the cursor passes over it when what lies between has come.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.fleet.store import ahead, joins, running, writing
from appliance.fleet.store.bodies import plain
from appliance.fleet.store.database import Insert, Row, Store, Transaction
from appliance.fleet.store.drawn import Drawn, Told
from appliance.fleet.store.projecting import project
from appliance.fleet.store.running import Running
from appliance.fleet.store.work import FACT, Conflict, Cursor, Site, Work, kept, note, same
from appliance.wire.batch import Batch

__all__ = ["Ingest", "Outcome", "Site", "Taken", "upto_of"]

ITEMS_KNOWN_MAX = 50_000
"""Items whose name needs no writing again; some megabytes."""


class Outcome(StrEnum):
    """stored: something was new. known: all of it was here. gap: nothing could be kept, for what
    lies before is missing. conflict: another fact stands where one of these would."""

    STORED = "stored"
    KNOWN = "known"
    GAP = "gap"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch, and of the till: everything of `epoch` up to `upto` is on the disk. got:
    what of the batch is, although it lies beyond. tables: those that changed."""

    outcome: Outcome
    epoch: int
    upto: int
    got: tuple[int, int] | None = None
    facts: int = 0
    tables: frozenset[str] = frozenset()
    why: str = ""


class Ingest:
    """Any thread may call `take`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._items: dict[tuple[str, str], tuple[str, str, str]] = {}

    def take(self, batch: Batch, site: Site, now_ms: int | None = None) -> Taken:
        """Raises what the store raises when it is away; then the batch may come again.

        A fact of which something would be made that no column holds is searched for by halves, kept
        and noted as unread: refused, it would hold up its till for ever.
        """
        now = int(time.time() * 1000) if now_ms is None else now_ms
        try:
            return self._taken(batch, site, now)
        except self._store.Unfit:
            if len(batch.facts) == 1:
                return self._taken(batch, site, now, bare=True)
        first, second = (self.take(it, site, now) for it in _halves(batch))
        return _both(first, second)

    def _taken(self, batch: Batch, site: Site, now: int, *, bare: bool = False) -> Taken:
        try:
            with self._store.transaction(pipelined=True) as tx:
                taken, items = self._take(tx, batch, site, now, bare=bare)
        except Conflict as error:
            upto = upto_of(self._store, batch.till, batch.epoch)
            return Taken(Outcome.CONFLICT, batch.epoch, upto, why=str(error))
        if len(self._items) > ITEMS_KNOWN_MAX:
            self._items.clear()
        self._items |= items
        return taken

    def _take(
        self, tx: Transaction, batch: Batch, site: Site, now_ms: int, *, bare: bool
    ) -> tuple[Taken, dict[tuple[str, str], tuple[str, str, str]]]:
        work = Work(tx, site, batch, now_ms, _locked(tx, site, batch.epoch), bare)
        cursor, got = work.cursor, None
        start = cursor.next
        if batch.first > start:
            got = ahead.keep(work)
        elif not _joined(work):
            return _before(tx, site, batch), {}
        else:
            _go_on(work)
        new_items = self._news(site, work.out)
        if work.rows or cursor.next != start:
            told = Told(*work.whose, batch.first, 0, 0, "")
            facts = Insert("fact", FACT, work.rows)
            writing.write(tx, told, site.tenant, facts, work.out, alone=cursor.others == 0)
        if cursor.next != start:
            _save(work)
        if work.rows:
            outcome = Outcome.STORED
        elif batch.first > start and got is None:
            outcome = Outcome.GAP
        else:
            outcome = Outcome.KNOWN
        upto, tables = cursor.next - 1, _tables(work.out)
        return Taken(outcome, batch.epoch, upto, got, len(work.rows), tables), new_items

    def _news(self, site: Site, out: Drawn) -> dict[tuple[str, str], tuple[str, str, str]]:
        """Leaves only items to write that are not known to be written so."""
        new = {
            (site.tenant, sku): it
            for sku, it in out.items.items()
            if self._items.get((site.tenant, sku)) != it
        }
        out.items = {sku: it for (_, sku), it in new.items()}
        return new


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    half = len(batch.facts) // 2
    first = replace(batch, facts=batch.facts[:half])
    second = replace(
        batch, first=batch.first + half, prev=first.head, facts=batch.facts[half:], signature=""
    )
    return first, second


def _both(first: Taken, second: Taken) -> Taken:
    """What became of a batch that was taken in two."""
    if second.outcome is Outcome.CONFLICT or first.outcome is Outcome.CONFLICT:
        return first if first.outcome is Outcome.CONFLICT else second
    got = second.got
    if first.got is not None:
        got = (first.got[0], max(first.got[1], second.got[1] if second.got else 0))
    return replace(
        second,
        outcome=Outcome.STORED
        if Outcome.STORED in (first.outcome, second.outcome)
        else second.outcome,
        got=got,
        facts=first.facts + second.facts,
        tables=first.tables | second.tables,
    )


def upto_of(store: Store, till: str, epoch: int) -> int:
    row = store.one(
        "SELECT next FROM cursor WHERE till = :till AND epoch = :epoch", till=till, epoch=epoch
    )
    return row["next"] - 1 if row else 0


def _locked(tx: Transaction, site: Site, epoch: int) -> Cursor:
    """The till's cursor, nobody else's until the transaction ends."""
    row = _lock(tx, site, epoch)
    if row is None:
        tx.insert(Insert("cursor", ("till", "epoch", "next", "hash"), [(site.till, epoch, 1, b"")]))
        row = _lock(tx, site, epoch)
    assert row is not None, "it was made just now"
    run = running.from_text(row["state"]) if row["state"] else Running(currency=site.currency)
    return Cursor(
        *(row["next"], bytes(row["hash"]), run, row["at_ms"], row["others"], row["ahead"] > 0)
    )


def _lock(tx: Transaction, site: Site, epoch: int) -> Row | None:
    """Locked first and read by a question of its own: one that waits for a lock answers, but for the
    locked row, from before it waited."""
    place = {"till": site.till, "epoch": epoch}
    if tx.postgresql and tx.one(_LOCK, **place) is None:
        # It may be there a moment later, made by another: then it must be locked all the same.
        return None
    return tx.one(_CURSOR, shop=site.shop, **place)


_LOCK = "SELECT 1 FROM cursor WHERE till = :till AND epoch = :epoch FOR NO KEY UPDATE"
_CURSOR = (
    "SELECT next, hash, state, at_ms,"
    " (SELECT count(*) FROM till WHERE shop = :shop AND uid <> :till) AS others,"
    " (SELECT count(*) FROM ahead WHERE till = :till AND epoch = :epoch) AS ahead"
    " FROM cursor WHERE till = :till AND epoch = :epoch"
)


def _joined(work: Work) -> bool:
    """Whether it is known what the batch continues: of an epoch's first one, the epoch before."""
    cursor, batch, tx = work.cursor, work.batch, work.tx
    if cursor.hash or cursor.next > 1:
        return True
    found = joins.find(tx, batch.till, batch.name, batch.epoch, batch.prev)
    if found is None:
        return False
    cursor.hash = batch.prev
    cursor.run = joins.running_at(tx, work.site, found) or cursor.run
    tx.insert(
        Insert(
            "epoch",
            ("till", "epoch", "name", "joined_epoch", "joined_seq", "joined_hash"),
            [(batch.till, batch.epoch, plain(batch.name), *found)],
        )
    )
    return True


def _before(tx: Transaction, site: Site, batch: Batch) -> Taken:
    """Nothing can be said about this epoch before the one before it is here."""
    row = tx.one(
        "SELECT epoch, next FROM cursor WHERE till = :till AND epoch < :epoch"
        " ORDER BY epoch DESC LIMIT 1",
        till=site.till,
        epoch=batch.epoch,
    )
    epoch, upto = (row["epoch"], row["next"] - 1) if row else (batch.epoch, 0)
    return Taken(Outcome.GAP, epoch, upto)


# What follows the cursor


def _go_on(work: Work) -> None:
    """Brings the cursor to the end of the batch, and over whatever lay ahead."""
    cursor = work.cursor
    same(work, cursor.next - 1, cursor.hash)
    if work.batch.last < cursor.next - 1:
        return
    islands = ahead.islands(work) if cursor.ahead else []
    while True:
        island = islands[0] if islands else None
        last = work.batch.last if island is None else min(work.batch.last, island["first"] - 1)
        if last >= cursor.next:
            _store(work, cursor.next, last, cursor.run)
        if island is None or island["first"] != cursor.next:
            return
        if bytes(island["prev"]) != cursor.hash:
            raise Conflict(f"fact {work.batch.epoch}/{cursor.next} does not follow the one before")
        ahead.join(work, islands.pop(0))
        if work.batch.last >= cursor.next - 1:
            same(work, cursor.next - 1, cursor.hash)


def _store(work: Work, first: int, last: int, run: Running) -> None:
    facts = work.facts(first, last)
    note(work, first, facts)
    if not work.bare:
        project(work.whose, run, kept(first, facts), work.out)
    cursor = work.cursor
    cursor.next, cursor.hash, cursor.at_ms = last + 1, facts[-1].hash, facts[-1].at_ms


def _save(work: Work) -> None:
    cursor = work.cursor
    work.tx.run(
        "UPDATE cursor SET next = :next, hash = :hash, at_ms = :at_ms, recv_ms = :now,"
        " state = :state WHERE till = :till AND epoch = :epoch",
        next=cursor.next,
        hash=cursor.hash,
        at_ms=cursor.at_ms,
        now=work.now_ms,
        state=running.as_text(cursor.run),
        till=work.site.till,
        epoch=work.batch.epoch,
    )


def _tables(out: Drawn) -> frozenset[str]:
    found = {
        "sales": out.sales,
        "stock": out.movements or out.stocktaking,
        "shifts": out.shifts,
        "transit": out.transits,
    }
    return frozenset(name for name, changed in found.items() if changed)
