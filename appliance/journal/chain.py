"""Walking the chain: which row may follow which, and whether its bytes are the ones recorded."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from appliance.journal import record
from appliance.journal.errors import JournalDamaged
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, Row


class ChainBroken(JournalDamaged):
    """The record `epoch`/`seq` is missing or is not what was written."""

    def __init__(self, epoch: int, seq: int, why: str) -> None:
        super().__init__(f"record {epoch}/{seq}: {why}")
        self.epoch = epoch
        self.seq = seq
        self.why = why


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain so far. seq 0: the epoch has no record yet and hash is its genesis."""

    epoch: int
    seq: int
    hash: bytes

    @property
    def id(self) -> int:
        return self.epoch * EPOCH_STEP + self.seq


Joins = Mapping[int, tuple[int, bytes]]
"""For each epoch the seq and hash of the head that it continues."""


def joins(con: sqlite3.Connection) -> Joins:
    rows = con.execute("SELECT epoch, joined_seq, joined_hash FROM epoch ORDER BY epoch")
    return {epoch: (seq, digest) for epoch, seq, digest in rows}


def first_head(till: str) -> Head:
    return Head(1, 0, record.genesis(till, 1, 0, b""))


def rows_after(con: sqlite3.Connection, row_id: int) -> Iterator[Row]:
    return con.execute(SELECT_ROWS + " WHERE id > ? ORDER BY id", (row_id,))


def into_epoch(till: str, head: Head, epoch: int, epochs: Joins) -> Head:
    """The head at the start of a later epoch; ChainBroken when that one does not join `head`."""
    while head.epoch < epoch:
        # A number may have been skipped: one that was used in a file since replaced.
        following = min((known for known in epochs if known > head.epoch), default=epoch)
        if epochs.get(following) != (head.seq, head.hash):
            raise ChainBroken(following, 1, f"epoch {following} does not join the one before")
        start = record.genesis(till, following, head.seq, head.hash)
        head = Head(following, 0, start)
    return head


def walk(
    rows: Iterable[Row], till: str, head: Head, epochs: Joins
) -> Iterator[tuple[Row, bytes, Head]]:
    """Each row that continues `head`, with its body and the head it makes.

    Raises ChainBroken at the first that does not, and what sqlite3 raises on a damaged page.
    """
    for row in rows:
        epoch, seq = divmod(row[0], EPOCH_STEP)
        if epoch != head.epoch:
            head = into_epoch(till, head, epoch, epochs)
        if seq != head.seq + 1:
            raise ChainBroken(epoch, head.seq + 1, f"missing; the next one there is {seq}")
        try:
            body = record.unpack(row[7])
            digest = record.chain(head.hash, till, row, body)
        except (zlib.error, TypeError, UnicodeError) as error:
            raise ChainBroken(epoch, seq, f"its bytes are damaged ({error})") from error
        if digest != row[8]:
            raise ChainBroken(epoch, seq, "its hash is not that of its contents")
        head = Head(epoch, seq, digest)
        yield row, body, head
