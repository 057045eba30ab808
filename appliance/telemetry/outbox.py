"""The journal as the outbox: what of it may leave the till, read from its file beside the writer.

Reading is read-only, in short statements, and reaches no further than the last fsync: what is behind
it a power cut could take back, and its number would be used twice. The journal keeps every fact, so
a fleet that lost some can have them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection
from typing import get_args

from appliance.core.facts import Fact
from appliance.journal import chain
from appliance.journal.errors import JournalDamaged
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, genesis, unpack
from appliance.journal.schema import connect_reader, till_of
from appliance.telemetry.delivery import End
from appliance.telemetry.privacy import without_people
from appliance.wire.batch import Batch, WireFact, entry_bytes
from appliance.wire.hello import Ended
from appliance.wire.limits import BATCH_BYTES
from appliance.wire.trust import Trust

Reach = Callable[[], tuple[int, int]]
"""The journal's epoch and the last seq that is on the disk for sure; asked from any thread."""

FEW = 8
"""Facts between two breaths: a third of a millisecond, also on a Raspberry Pi under one."""

SEEN = tuple(kind.__name__ for kind in get_args(Fact) if kind.DURABLE)
"""Facts that somebody may be waiting to see; the others are steps towards them."""


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name batches go. sign: what makes the signature of a head; clock: how far the till's
    is to be believed now."""

    uid: str
    sign: Callable[[bytes], str] = lambda _head: ""
    clock: Callable[[], Trust] = lambda: Trust.UNKNOWN
    share_people: bool = False


class Outbox:
    """For one thread. Raises sqlite3.Error, zlib.error or JournalDamaged when the file cannot be read."""

    def __init__(self, path: Path, reach: Reach, sender: Sender) -> None:
        self._con: Connection = connect_reader(path)
        self._reach = reach
        self._sender = sender
        self.name = till_of(self._con)
        self._joins = chain.joins(self._con)
        newest = reach()[0]
        self._old = tuple(
            End(epoch, self._last_of(epoch)) for epoch in self._joins if epoch < newest
        )

    def close(self) -> None:
        self._con.close()

    def ends(self) -> tuple[End, ...]:
        """Every epoch with the last fact that may leave."""
        return (*self._old, End(*self._reach()))

    def told(self, ends: Sequence[End]) -> tuple[Ended, ...]:
        """The same with each last one's hash, as a hello says it."""
        return tuple(Ended(it.epoch, it.last, self._hash(it.epoch, it.last)) for it in ends)

    def hurries(self, epoch: int, after: int, last: int) -> bool:
        """Whether there is a fact among these that shall be seen at once."""
        marks = ",".join("?" * len(SEEN))
        first_id, last_id = epoch * EPOCH_STEP + after + 1, epoch * EPOCH_STEP + last
        found = self._con.execute(
            f"SELECT 1 FROM fact WHERE id BETWEEN ? AND ? AND type IN ({marks}) LIMIT 1",  # noqa: S608 - marks alone
            (first_id, last_id, *SEEN),
        )
        return found.fetchone() is not None

    def at_ms(self, epoch: int, seq: int) -> int | None:
        """When a fact was recorded; None when there is none."""
        found = self._con.execute(
            "SELECT at_ms FROM fact WHERE id=?", (epoch * EPOCH_STEP + seq,)
        ).fetchone()
        return None if found is None else int(found[0])

    def batch(
        self, epoch: int, first: int, most: int, breath: Callable[[], None] = lambda: None
    ) -> Batch:
        """These facts, as many as fit in one message; one at least. Its last may leave the till.

        breath: called after every few facts, for a thread that must not hold up others.
        """
        last = min(first + most - 1, self._last_to_leave(epoch))
        facts: list[WireFact] = []
        size = 0
        while first + len(facts) <= last:
            some = self._facts(epoch, first + len(facts), min(last, first + len(facts) + FEW - 1))
            for fact in some:
                size += entry_bytes(fact)
                if facts and size > BATCH_BYTES:
                    last = 0
                    break
                facts.append(fact)
            breath()
        if not facts:
            raise JournalDamaged(f"fact {epoch}/{first} is missing")
        prev = self._hash(epoch, first - 1)
        sender = self._sender
        made = Batch(sender.uid, self.name, epoch, first, prev, tuple(facts), sender.clock())
        return replace(made, signature=sender.sign(made.head))

    def _facts(self, epoch: int, first: int, last: int) -> Iterator[WireFact]:
        """All of them; JournalDamaged where one is missing."""
        ids = epoch * EPOCH_STEP + first, epoch * EPOCH_STEP + last
        rows = self._con.execute(SELECT_ROWS + " WHERE id BETWEEN ? AND ? ORDER BY id", ids)
        found = rows.fetchall()
        if len(found) != last - first + 1:
            raise JournalDamaged(f"facts {epoch}/{first} to {last} are not all there")
        for _, at_ms, offset, actor, cause, kind, version, stored, digest in found:
            fact = WireFact(kind, at_ms, offset, actor, cause, version, unpack(stored), digest)
            yield fact if self._sender.share_people else without_people(fact)

    def _last_to_leave(self, epoch: int) -> int:
        newest, durable = self._reach()
        return durable if epoch == newest else self._last_of(epoch)

    def _last_of(self, epoch: int) -> int:
        found = self._con.execute(
            "SELECT MAX(id) FROM fact WHERE id BETWEEN ? AND ?",
            (epoch * EPOCH_STEP, (epoch + 1) * EPOCH_STEP - 1),
        ).fetchone()[0]
        return 0 if found is None else int(found) % EPOCH_STEP

    def _hash(self, epoch: int, seq: int) -> bytes:
        """Of a fact; for seq 0 what the epoch begins with."""
        if seq == 0:
            return genesis(self.name, epoch, *self._joins[epoch])
        found = self._con.execute(
            "SELECT hash FROM fact WHERE id=?", (epoch * EPOCH_STEP + seq,)
        ).fetchone()
        if found is None:
            raise JournalDamaged(f"fact {epoch}/{seq} is missing")
        return bytes(found[0])
