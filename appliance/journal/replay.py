"""Folding facts again: the proven end of a chain into a state, all of it into projections."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.core.evolve import evolve
from appliance.core.state import EMPTY, State
from appliance.journal import chain, projections, record, registry
from appliance.journal.chain import Head
from appliance.journal.errors import WrongJournal
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, Record
from appliance.journal.snapshots import Snapshot

OnFact = Callable[[Record, State, State], None]
"""Called with each record and the states before and after it."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain ends. at: of its last record, None while there is none."""

    head: Head
    state: State
    at: datetime | None


def fold_tail(
    con: sqlite3.Connection, till: str, start: Snapshot | None, on_fact: OnFact | None = None
) -> Tail:
    """Proves the chain after a snapshot, or all of it, and folds it.

    Raises ChainBroken for what the chain does not prove; WrongJournal for a fact of a newer program
    that cannot be passed over.
    """
    epochs = chain.joins(con)
    head, state = chain.first_head(till), EMPTY
    if start is not None:
        epoch, seq = record.place(start.id)
        head, state = Head(epoch, seq, start.hash), start.state
    at = _time_of(con, head)
    for row, body, reached in chain.walk(chain.rows_after(con, head.id), till, head, epochs):
        head = reached
        try:
            fact = registry.read(row[5], row[6], json.loads(body))
        except registry.UnknownFact as error:
            raise WrongJournal(
                f"record {head.epoch}/{head.seq} is of a newer version of the program: {error}"
            ) from error
        at = record.moment(row[1], row[2])
        after = evolve(state, fact)
        if on_fact is not None:
            where = (till, head.epoch, head.seq, at, row[3], row[4], row[5], row[6])
            on_fact(Record(*where, body, head.hash, fact), state, after)
        state = after
    last_epoch = max(epochs, default=1)
    return Tail(chain.into_epoch(till, head, last_epoch, epochs), state, at)


def _time_of(con: sqlite3.Connection, head: Head) -> datetime | None:
    row = con.execute("SELECT at_ms, offset_min FROM fact WHERE id=?", (head.id,)).fetchone()
    return record.moment(*row) if row else None


def rebuild_projections(
    con: sqlite3.Connection,
    till: str,
    progress: Callable[[int, int], None] | None = None,
    into: sqlite3.Connection | None = None,
    after: Callable[[int, State], None] | None = None,
) -> Tail:
    """Empties and refills the projections, of `con` or of another file's connection, inside the
    caller's transaction. after: called with each record's id and the state after it."""
    target = con if into is None else into
    total = con.execute("SELECT count(*) FROM fact").fetchone()[0]
    done = 0
    projections.create(target)
    projector = projections.Projector(target)

    def on_fact(rec: Record, old: State, new: State) -> None:
        nonlocal done
        projector.apply(rec, old, new)
        projector.flush()
        if after is not None:
            after(rec.id, new)
        done += 1
        if progress is not None and (done % 1000 == 0 or done == total):
            progress(done, total)

    return fold_tail(con, till, None, on_fact)


def facts_of_sale(con: sqlite3.Connection, till: str, epoch: int, sale: int) -> tuple[Record, ...]:
    """All records that name a sale, from its start to its last money fact or to now."""
    found = con.execute(
        "SELECT first_id, last_id FROM sale WHERE id=?", (epoch * EPOCH_STEP + sale,)
    ).fetchone()
    if found is None:
        return ()
    first, last = found
    rows = con.execute(
        SELECT_ROWS + " WHERE id >= ? AND id <= coalesce(?, id) ORDER BY id",
        (first, last),
    )
    records = (record.from_row(till, row) for row in rows)
    return tuple(rec for rec in records if getattr(rec.fact, "sale", None) == sale)
