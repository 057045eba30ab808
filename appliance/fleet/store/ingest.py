"""One batch, one transaction: its facts, what they mean, and how far the till has come.

A till's cursor is locked first, so that of two batches of one till, at whatever collectors, the one
waits for the other; what is not new changes nothing, and nothing is moved on past a gap. A batch that
comes too early is kept `ahead`; the cursor passes over it when what lies between has come.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.fleet.store import joins, orders, running, writing
from appliance.fleet.store.bodies import plain
from appliance.fleet.store.database import Insert, Row, Store, Transaction
from appliance.fleet.store.drawn import Drawn, Told, Values
from appliance.fleet.store.projecting import Kept, Whose, project, project_ahead
from appliance.fleet.store.running import Running
from appliance.wire.batch import Batch, WireFact

AHEAD_MAX = 16
"""Islands of facts ahead of a till's cursor. It has one; a few more while batches overtake each other."""
ITEMS_KNOWN_MAX = 50_000
"""Items whose name needs no writing again; some megabytes."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the register says a till stands."""

    till: str
    tenant: str
    shop: str
    currency: str = "UAH"


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


class _Conflict(Exception):
    """Takes the transaction back."""


@dataclass(slots=True)
class _Cursor:
    next: int
    hash: bytes
    run: Running
    at_ms: int
    others: int
    ahead: bool


@dataclass(slots=True)
class _Work:
    """A batch on its way through the transaction."""

    tx: Transaction
    site: Site
    batch: Batch
    now_ms: int
    cursor: _Cursor
    out: Drawn = field(default_factory=Drawn)
    rows: list[Values] = field(default_factory=list)

    @property
    def whose(self) -> Whose:
        return Whose(self.site.till, self.site.shop, self.batch.epoch)

    def facts(self, first: int, last: int) -> Sequence[WireFact]:
        start = self.batch.first
        return self.batch.facts[max(0, first - start) : max(0, last - start + 1)]

    def hash_at(self, seq: int) -> bytes:
        """Of this fact of the batch, or of the one before its first."""
        if seq < self.batch.first:
            return self.batch.prev
        return self.batch.facts[seq - self.batch.first].hash


class Ingest:
    """Any thread may call `take`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._items: dict[tuple[str, str], tuple[str, str, str]] = {}

    def take(self, batch: Batch, site: Site, now_ms: int | None = None) -> Taken:
        """Raises what the store raises; then nothing of the batch is kept."""
        now = int(time.time() * 1000) if now_ms is None else now_ms
        try:
            with self._store.transaction(pipelined=True) as tx:
                taken, items = self._take(tx, batch, site, now)
        except _Conflict as error:
            upto = upto_of(self._store, batch.till, batch.epoch)
            return Taken(Outcome.CONFLICT, batch.epoch, upto, why=str(error))
        if len(self._items) > ITEMS_KNOWN_MAX:
            self._items.clear()
        self._items |= items
        return taken

    def _take(
        self, tx: Transaction, batch: Batch, site: Site, now_ms: int
    ) -> tuple[Taken, dict[tuple[str, str], tuple[str, str, str]]]:
        work = _Work(tx, site, batch, now_ms, _locked(tx, site, batch.epoch))
        cursor, got = work.cursor, None
        start = cursor.next
        if batch.first > start:
            got = _keep_ahead(work)
        elif not _joined(work):
            return _before(tx, site, batch), {}
        else:
            _go_on(work)
        new_items = self._news(site, work.out)
        if work.rows or cursor.next != start:
            told = Told(*work.whose, batch.first, 0, 0, "")
            facts = Insert("fact", _FACT, work.rows)
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


def upto_of(store: Store, till: str, epoch: int) -> int:
    row = store.one(
        "SELECT next FROM cursor WHERE till = :till AND epoch = :epoch", till=till, epoch=epoch
    )
    return row["next"] - 1 if row else 0


def _locked(tx: Transaction, site: Site, epoch: int) -> _Cursor:
    """The till's cursor, nobody else's until the transaction ends."""
    row = _lock(tx, site, epoch)
    if row is None:
        tx.insert(Insert("cursor", ("till", "epoch", "next", "hash"), [(site.till, epoch, 1, b"")]))
        row = _lock(tx, site, epoch)
    assert row is not None, "it was made just now"
    run = running.from_text(row["state"]) if row["state"] else Running(currency=site.currency)
    return _Cursor(
        *(row["next"], bytes(row["hash"]), run, row["at_ms"], row["others"], row["ahead"] > 0)
    )


def _lock(tx: Transaction, site: Site, epoch: int) -> Row | None:
    """Locked first and read by a question of its own: one that waits for a lock answers, but for the
    locked row, from before it waited."""
    place = {"till": site.till, "epoch": epoch}
    if tx.postgresql:
        tx.run(_LOCK, **place)
    return tx.one(_CURSOR, shop=site.shop, **place)


_LOCK = "SELECT 1 FROM cursor WHERE till = :till AND epoch = :epoch FOR NO KEY UPDATE"
_CURSOR = (
    "SELECT next, hash, state, at_ms,"
    " (SELECT count(*) FROM till WHERE shop = :shop AND uid <> :till) AS others,"
    " (SELECT count(*) FROM ahead WHERE till = :till AND epoch = :epoch) AS ahead"
    " FROM cursor WHERE till = :till AND epoch = :epoch"
)


def _joined(work: _Work) -> bool:
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


def _go_on(work: _Work) -> None:
    """Brings the cursor to the end of the batch, and over whatever lay ahead."""
    cursor = work.cursor
    _same(work, cursor.next - 1, cursor.hash)
    if work.batch.last < cursor.next - 1:
        return
    islands = _islands(work) if cursor.ahead else []
    while True:
        island = islands[0] if islands else None
        last = work.batch.last if island is None else min(work.batch.last, island["first"] - 1)
        if last >= cursor.next:
            _store(work, cursor.next, last, cursor.run)
        if island is None or island["first"] != cursor.next:
            return
        if bytes(island["prev"]) != cursor.hash:
            raise _Conflict(f"fact {work.batch.epoch}/{cursor.next} does not follow the one before")
        _join(work, islands.pop(0))
        if work.batch.last >= cursor.next - 1:
            _same(work, cursor.next - 1, cursor.hash)


def _same(work: _Work, seq: int, digest: bytes) -> None:
    """The batch and the ledger must tell the same up to where both reach."""
    if not digest:
        return
    if seq <= work.batch.last:
        if work.hash_at(seq) != digest:
            raise _Conflict(f"fact {work.batch.epoch}/{seq} is known as another")
        return
    known = work.tx.one(
        "SELECT hash FROM fact WHERE till = :till AND epoch = :epoch AND seq = :seq",
        till=work.site.till,
        epoch=work.batch.epoch,
        seq=work.batch.last,
    )
    # One that retention took away was proven when it came.
    if known is not None and bytes(known["hash"]) != work.hash_at(work.batch.last):
        raise _Conflict(f"fact {work.batch.epoch}/{work.batch.last} is known as another")


def _store(work: _Work, first: int, last: int, run: Running) -> None:
    facts = work.facts(first, last)
    _note(work, first, facts)
    project(work.whose, run, _kept(first, facts), work.out)
    orders.told(work.tx, work.site.till, facts, work.now_ms)
    cursor = work.cursor
    cursor.next, cursor.hash, cursor.at_ms = last + 1, facts[-1].hash, facts[-1].at_ms


def _note(work: _Work, first: int, facts: Sequence[WireFact]) -> None:
    till, epoch, now = work.site.till, work.batch.epoch, work.now_ms
    work.rows += (
        (
            *(till, epoch, seq, it.at_ms, it.offset_min, plain(it.actor), plain(it.cause)),
            *(it.type, it.version, it.body.decode(), it.hash, now),
        )
        for seq, it in enumerate(facts, first)
    )


_FACT = (
    *("till", "epoch", "seq", "at_ms", "offset_min", "actor", "cause", "type", "version", "body"),
    *("hash", "recv_ms"),
)


def _kept(first: int, facts: Iterable[WireFact]) -> Iterator[Kept]:
    for seq, it in enumerate(facts, first):
        yield Kept(seq, it.at_ms, it.offset_min, it.actor, it.type, it.version, it.body)


def _save(work: _Work) -> None:
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


# What lies ahead of it


def _islands(work: _Work) -> list[Row]:
    return work.tx.rows(
        "SELECT * FROM ahead WHERE till = :till AND epoch = :epoch ORDER BY first",
        till=work.site.till,
        epoch=work.batch.epoch,
    )


def _keep_ahead(work: _Work) -> tuple[int, int] | None:
    """Keeps what of the batch is new; the part of it, from its first, that is here now."""
    islands = _islands(work)
    first, last = work.batch.first, work.batch.last
    # Islands may touch: the one that has the batch's first comes before the one that ends just there.
    around = next((it for it in reversed(islands) if it["first"] <= first <= it["next"]), None)
    after = next((it["first"] for it in islands if it["first"] > first), None)
    if after is not None:
        last = min(last, after - 1)
    if around is None:
        if len(islands) >= AHEAD_MAX:
            return None
        around = {"first": first, "next": first, "prev": work.batch.prev, "hash": work.batch.prev}
        around["state"] = running.as_text(Running(currency=work.cursor.run.currency))
    _same(work, around["next"] - 1, bytes(around["hash"]))
    if last >= around["next"]:
        _store_ahead(work, around, last)
    return first, max(last, min(work.batch.last, around["next"] - 1))


def _store_ahead(work: _Work, island: Row, last: int) -> None:
    first = island["next"]
    facts = work.facts(first, last)
    run = running.from_text(island["state"])
    _note(work, first, facts)
    project_ahead(work.whose, run, _kept(first, facts), work.out)
    row = (
        *(work.site.till, work.batch.epoch, island["first"], last + 1, bytes(island["prev"])),
        *(facts[-1].hash, running.as_text(run)),
    )
    work.tx.insert(
        Insert(
            "ahead",
            ("till", "epoch", "first", "next", "prev", "hash", "state"),
            [row],
            "(till, epoch, first) DO UPDATE SET next = excluded.next, hash = excluded.hash,"
            " state = excluded.state",
        )
    )


def _join(work: _Work, island: Row) -> None:
    """The cursor passes over facts that came before their turn: what they mean is known only now."""
    cursor, tx = work.cursor, work.tx
    place = {"till": work.site.till, "epoch": work.batch.epoch, "first": island["first"]}
    done = tx.rows(
        "SELECT seq FROM sale WHERE till = :till AND epoch = :epoch AND seq >= :first"
        " AND seq < :next AND status = 'completed'",
        next=island["next"],
        **place,
    )
    entered = frozenset(row["seq"] for row in done)
    last = island["next"] - 1
    for facts in joins.facts_of(tx, work.site.till, work.batch.epoch, last, island["first"]):
        project(work.whose, cursor.run, facts, work.out, entered)
        cursor.at_ms = facts[-1].at_ms
    tx.run("DELETE FROM ahead WHERE till = :till AND epoch = :epoch AND first = :first", **place)
    cursor.next, cursor.hash = island["next"], bytes(island["hash"])


def _tables(out: Drawn) -> frozenset[str]:
    found = {
        "sales": out.sales,
        "stock": out.movements or out.stocktaking,
        "shifts": out.shifts,
        "transit": out.transits,
    }
    return frozenset(name for name, changed in found.items() if changed)
