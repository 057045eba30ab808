"""A batch on its way through the transaction: where its till is, and what will be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from appliance.fleet.store import orders
from appliance.fleet.store.bodies import plain
from appliance.fleet.store.database import Transaction
from appliance.fleet.store.drawn import Drawn, Values
from appliance.fleet.store.projecting import Kept, Whose
from appliance.fleet.store.running import Running
from appliance.wire.batch import Batch, WireFact


@dataclass(frozen=True, slots=True)
class Site:
    """Where the register says a till stands."""

    till: str
    tenant: str
    shop: str
    currency: str = "UAH"


class Conflict(Exception):
    """Takes the transaction back."""


@dataclass(slots=True)
class Cursor:
    next: int
    hash: bytes
    run: Running
    at_ms: int
    others: int
    ahead: bool


@dataclass(slots=True)
class Work:
    """A batch on its way through the transaction."""

    tx: Transaction
    site: Site
    batch: Batch
    now_ms: int
    cursor: Cursor
    bare: bool = False
    """Facts are kept and noted as unread: something that would be made of them fits no column."""
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


def same(work: Work, seq: int, digest: bytes) -> None:
    """The batch and the ledger must tell the same up to where both reach."""
    if not digest:
        return
    if seq <= work.batch.last:
        if work.hash_at(seq) != digest:
            raise Conflict(f"fact {work.batch.epoch}/{seq} is known as another")
        return
    known = work.tx.one(
        "SELECT hash FROM fact WHERE till = :till AND epoch = :epoch AND seq = :seq",
        till=work.site.till,
        epoch=work.batch.epoch,
        seq=work.batch.last,
    )
    # One that retention took away was proven when it came.
    if known is not None and bytes(known["hash"]) != work.hash_at(work.batch.last):
        raise Conflict(f"fact {work.batch.epoch}/{work.batch.last} is known as another")


def note(work: Work, first: int, facts: Sequence[WireFact]) -> None:
    """They go to the ledger; what they say of the fleet's orders holds at once."""
    till, epoch, now = work.site.till, work.batch.epoch, work.now_ms
    work.rows += (
        (
            *(till, epoch, seq, it.at_ms, it.offset_min, plain(it.actor), plain(it.cause)),
            *(it.type, it.version, it.body.decode(), it.hash, now),
        )
        for seq, it in enumerate(facts, first)
    )
    if work.bare:
        leave_unread(work, kept(first, facts))
    else:
        orders.told(work.tx, till, facts, now)


def leave_unread(work: Work, facts: Iterable[Kept]) -> None:
    till, epoch = work.site.till, work.batch.epoch
    work.out.unread += (
        (till, epoch, it.seq, it.type, it.version, "what it would make fits no column")
        for it in facts
    )


FACT = (
    *("till", "epoch", "seq", "at_ms", "offset_min", "actor", "cause", "type", "version", "body"),
    *("hash", "recv_ms"),
)


def kept(first: int, facts: Iterable[WireFact]) -> Iterator[Kept]:
    for seq, it in enumerate(facts, first):
        yield Kept(seq, it.at_ms, it.offset_min, it.actor, it.type, it.version, it.body)
