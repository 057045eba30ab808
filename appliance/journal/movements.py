"""What a till's journal says of the shop's cards, in order, for another till that keeps them too."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from appliance.core import facts as f
from appliance.core.accounts import SHARED
from appliance.journal import record
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS

_ORIGIN_PARTS = 3


@dataclass(frozen=True, slots=True)
class Move:
    """origin: the record that it was first, "till-2/1/118". opened: the account, as whoever hears
    of it for the first time opens it; of a block the last one said. key: of the tender it paid."""

    origin: str
    account: str
    kind: f.AccountKind
    delta: int = 0
    key: str = ""
    opened: f.AccountOpened | None = None
    blocked: bool | None = None
    reason: str = ""


def origin_of(till: str, row_id: int) -> str:
    epoch, seq = record.place(row_id)
    return f"{till}/{epoch}/{seq}"


def place_of(row_id: int) -> tuple[int, int]:
    """Epoch and seq of a record."""
    return record.place(row_id)


def record_of(origin: str, till: str) -> int:
    """The record that an origin names, if it is one of this till; else 0."""
    parts = origin.split("/")
    if len(parts) != _ORIGIN_PARTS or parts[0] != till:
        return 0
    try:
        return int(parts[1]) * EPOCH_STEP + int(parts[2])
    except ValueError:
        return 0


def key_of(till: str, row_id: int, move: f.AccountMoved) -> str:
    """The name of the tender that a movement paid; "" when the ledger was not asked for one."""
    if not move.tender or move.sale is None:
        return ""
    return tender_key(till, row_id // EPOCH_STEP, move.sale, move.tender)


def tender_key(till: str, epoch: int, sale: int, tender: int) -> str:
    """A tender's name for good: "2-1-118-1"."""
    return f"{till.removeprefix('till-')}-{epoch}-{sale}-{tender}"


def movements(
    con: sqlite3.Connection, till: str, after: int, limit: int, *, own: bool = False
) -> tuple[tuple[Move, ...], int]:
    """What follows a record, oldest first, and the record up to which that is all. own: without
    what came from other tills."""
    last = con.execute("SELECT max(id) FROM fact").fetchone()[0] or 0
    rows = con.execute(
        SELECT_ROWS + " WHERE id > ? AND id <= ? AND type IN ('AccountMoved', 'AccountBlocked')"
        " ORDER BY id LIMIT ?",
        (after, last, limit),
    ).fetchall()
    found = tuple(
        move
        for row in rows
        if (move := _move(con, till, record.from_row(till, row))) is not None
        and not (own and record_of(move.origin, till) != row[0])
    )
    return found, rows[-1][0] if len(rows) == limit else last


def _move(con: sqlite3.Connection, till: str, told: record.Record) -> Move | None:
    fact = told.fact
    assert isinstance(fact, f.AccountMoved | f.AccountBlocked)
    row = con.execute(
        "SELECT kind, hint, customer, expires FROM account WHERE account=?", (fact.account,)
    ).fetchone()
    if row is None or f.AccountKind(row[0]) not in SHARED:
        return None
    kind, origin = f.AccountKind(row[0]), fact.origin or origin_of(till, told.id)
    if isinstance(fact, f.AccountBlocked):
        return Move(origin, fact.account, kind, blocked=fact.blocked, reason=fact.reason)
    digest = fact.account.partition(":")[2]
    opened = f.AccountOpened(fact.account, kind, digest, *row[1:])
    key = "" if fact.origin else key_of(till, told.id, fact)
    return Move(origin, fact.account, kind, fact.delta, key, opened)


def last_heard(con: sqlite3.Connection, till: str) -> int:
    """The last record of another till that this one noted a movement of; 0 for none."""
    rows = con.execute(
        "SELECT origin FROM account_move WHERE origin LIKE ? || '/%'"
        " UNION ALL SELECT origin FROM account_block WHERE origin LIKE ? || '/%'",
        (till, till),
    )
    return max((record_of(it[0], till) for it in rows), default=0)
