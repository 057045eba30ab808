"""Records as lines of JSON, for people and for other programs' checks."""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from collections.abc import Iterator

from appliance.core import codec
from appliance.journal import chain, record, schema
from appliance.journal.record import SELECT_ROWS, Row


def lines(con: sqlite3.Connection, after_id: int = 0) -> Iterator[str]:
    """Every record after an id, in order; a line of its own for each epoch's join first."""
    till = schema.till_of(con)
    for epoch, (seq, digest) in chain.joins(con).items():
        join = {"till": till, "epoch": epoch, "joined_seq": seq, "joined_hash": digest.hex()}
        yield codec.canonical(join).decode()
    for row in chain.rows_after(con, after_id):
        yield line(till, row)


def tail(con: sqlite3.Connection, count: int) -> list[str]:
    """The last records, oldest first."""
    till = schema.till_of(con)
    newest = con.execute(SELECT_ROWS + " ORDER BY id DESC LIMIT ?", (count,))
    last: deque[str] = deque()
    last.extendleft(line(till, row) for row in newest)
    return list(last)


def line(till: str, row: Row) -> str:
    row_id, at_ms, offset_min, actor, cause, kind, version, stored, digest = row
    epoch, seq = record.place(row_id)
    at = record.moment(at_ms, offset_min).isoformat(timespec="milliseconds")
    fields = {
        "till": till,
        "epoch": epoch,
        "seq": seq,
        "at": at,
        "actor": actor,
        "cause": cause,
        "type": kind,
        "version": version,
        "hash": digest.hex(),
        "body": json.loads(record.unpack(stored)),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
