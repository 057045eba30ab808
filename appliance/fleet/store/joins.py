"""How a till's epochs hang together: which record a new one continues, and what was going on there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from appliance.fleet.store import running
from appliance.fleet.store.database import Session
from appliance.fleet.store.drawn import Drawn
from appliance.fleet.store.projecting import Kept, Whose, project
from appliance.fleet.store.running import Running
from appliance.journal.record import genesis

CHUNK = 5_000
SEARCHED_MAX = 2_000_000
"""Facts of an epoch that are looked through for the one that the next epoch joins: a till's life."""


class Join(NamedTuple):
    """The record that an epoch continues; epoch and seq 0: it is the till's first."""

    epoch: int
    seq: int
    hash: bytes


class Standing(Protocol):
    """As ingest.Site."""

    @property
    def till(self) -> str: ...
    @property
    def shop(self) -> str: ...
    @property
    def currency(self) -> str: ...


FIRST = Join(0, 0, b"")


def find(tx: Session, till: str, name: str, epoch: int, prev: bytes) -> Join | None:
    """What an epoch joins, proven by the hash before its first record; None when that record is not
    here (yet)."""
    if prev == genesis(name, epoch, 0, b""):
        return FIRST
    head = tx.one(
        "SELECT epoch, next, hash FROM cursor WHERE till = :till AND epoch < :epoch AND next > 1"
        " ORDER BY epoch DESC LIMIT 1",
        till=till,
        epoch=epoch,
    )
    if head is None:
        return None
    for seq, digest in _candidates(tx, till, head["epoch"], head["next"] - 1, bytes(head["hash"])):
        if prev == genesis(name, epoch, seq, digest):
            return Join(head["epoch"], seq, digest)
    return None


def _candidates(
    tx: Session, till: str, epoch: int, last: int, digest: bytes
) -> Iterator[tuple[int, bytes]]:
    """Facts that can be joined, the newest first: most epochs begin where the one before ended."""
    yield last, digest
    for high in range(last, max(0, last - SEARCHED_MAX), -CHUNK):
        for row in tx.rows(
            "SELECT seq, hash FROM fact WHERE till = :till AND epoch = :epoch AND seq < :high"
            " AND seq >= :low ORDER BY seq DESC",
            till=till,
            epoch=epoch,
            high=high,
            low=high - CHUNK,
        ):
            yield row["seq"], bytes(row["hash"])


def running_at(tx: Session, site: Standing, join: Join) -> Running | None:
    """What the till was in the middle of after a record; None before its first."""
    if not join.epoch:
        return None
    head = tx.one(
        "SELECT next, state FROM cursor WHERE till = :till AND epoch = :epoch",
        till=site.till,
        epoch=join.epoch,
    )
    if head is not None and head["next"] - 1 == join.seq:
        return running.from_text(head["state"])
    before = tx.one(
        "SELECT joined_epoch, joined_seq, joined_hash FROM epoch WHERE till = :till"
        " AND epoch = :epoch",
        till=site.till,
        epoch=join.epoch,
    )
    run = None
    if before is not None:
        run = running_at(
            tx, site, Join(before["joined_epoch"], before["joined_seq"], before["joined_hash"])
        )
    run = run or Running(currency=site.currency)
    whose = Whose(site.till, site.shop, join.epoch)
    for facts in facts_of(tx, site.till, join.epoch, join.seq):
        project(whose, run, facts, Drawn())
    return run


def facts_of(tx: Session, till: str, epoch: int, last: int, first: int = 1) -> Iterator[list[Kept]]:
    """An epoch's facts in order, some thousands at a time; retention may have taken the oldest."""
    while True:
        rows = tx.rows(
            "SELECT seq, at_ms, offset_min, actor, type, version, body FROM fact WHERE till = :till"
            " AND epoch = :epoch AND seq >= :first AND seq <= :last ORDER BY seq LIMIT :many",
            till=till,
            epoch=epoch,
            first=first,
            last=last,
            many=CHUNK,
        )
        if not rows:
            return
        yield [Kept(**row) for row in rows]
        first = rows[-1]["seq"] + 1
