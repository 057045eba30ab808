"""The state at some record, kept in the file so that opening does not replay years."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
import typing
import zlib
from dataclasses import dataclass
from typing import Any

from appliance.core import codec
from appliance.core.state import State
from appliance.made_by_build import made_by_build

EVOLVE_VERSION = 1
"""Raise it when `evolve` makes another state of the same facts: older snapshots are then ignored."""

KEPT = 2
"""The one before the last is there in case the last one's page is damaged. Beside these stays the
last of another version of the program: after an update came back, that one has little to replay."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """hash: of the record `id`, after which the state stood."""

    id: int
    hash: bytes
    state: State


@made_by_build
def state_schema() -> str:
    """Names the shape of State and everything in it, so that a changed shape cannot be misread."""
    seen: dict[str, str] = {}
    _describe(State, seen)
    text = json.dumps([EVOLVE_VERSION, seen], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _describe(kind: Any, seen: dict[str, str]) -> None:
    for inner in typing.get_args(kind):
        _describe(inner, seen)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind.__name__ not in seen:
        hints = typing.get_type_hints(kind)
        fields = [(f.name, str(hints[f.name]), _default(f)) for f in dataclasses.fields(kind)]
        seen[kind.__name__] = repr(fields)
        for hint in hints.values():
            _describe(hint, seen)


def _default(field: dataclasses.Field[Any]) -> str:
    """The same in every process: the mark of a missing default is an object with an address."""
    return "" if field.default is dataclasses.MISSING else repr(field.default)


def save(con: sqlite3.Connection, snapshot: Snapshot) -> None:
    """Writes it and drops all but the last; inside the caller's transaction."""
    packed = zlib.compress(codec.canonical(codec.to_json(snapshot.state)))
    digest = hashlib.sha256(packed).digest()
    row = (snapshot.id, state_schema(), snapshot.hash, digest, packed)
    con.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)", row)
    con.execute(
        "DELETE FROM snapshot WHERE id NOT IN"
        " (SELECT id FROM snapshot WHERE schema = :ours ORDER BY id DESC LIMIT :kept) AND id NOT IN"
        " (SELECT id FROM snapshot WHERE schema <> :ours ORDER BY id DESC LIMIT 1)",
        {"ours": state_schema(), "kept": KEPT},
    )


def load(con: sqlite3.Connection) -> Snapshot | None:
    """The newest that is whole and of today's shape, and whose record is in the chain."""
    rows = con.execute(
        "SELECT s.id, s.hash, s.digest, s.state FROM snapshot s JOIN fact f"
        " ON f.id = s.id AND f.hash = s.hash WHERE s.schema = ? ORDER BY s.id DESC",
        (state_schema(),),
    )
    for row_id, digest, packed_digest, packed in rows:
        if hashlib.sha256(packed).digest() != packed_digest:
            continue
        try:
            state = codec.from_json(State, json.loads(zlib.decompress(packed)))
        except (ValueError, zlib.error):
            continue
        return Snapshot(row_id, digest, state)
    return None


def drop_damaged(con: sqlite3.Connection) -> None:
    """A state that is not what was saved is of no use: the facts before it make it again."""
    for row_id, digest, packed in con.execute("SELECT id, digest, state FROM snapshot").fetchall():
        if hashlib.sha256(packed).digest() != digest:
            con.execute("DELETE FROM snapshot WHERE id = ?", (row_id,))


def kept(con: sqlite3.Connection) -> dict[int, bytes]:
    """The canonical bytes of every kept state of today's shape, by record; b"" for a damaged one."""
    rows = con.execute(
        "SELECT id, digest, state FROM snapshot WHERE schema = ?", (state_schema(),)
    ).fetchall()
    return {
        row_id: zlib.decompress(packed) if hashlib.sha256(packed).digest() == digest else b""
        for row_id, digest, packed in rows
    }
