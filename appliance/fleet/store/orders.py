"""What tills tell of the fleet's commands and documents: by message at once, by fact for certain."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from appliance.fleet.store.bodies import plain
from appliance.fleet.store.database import Transaction
from appliance.wire.batch import WireFact

ENDED = frozenset({"succeeded", "failed", "rejected", "expired", "withdrawn"})
_ORDER = {"sent": 0, "received": 1, "running": 2}
FACTS = frozenset({"FleetCommandReceived", "FleetCommandEnded", "DocumentApplied"})


def told(tx: Transaction, till: str, facts: Iterable[WireFact], now_ms: int) -> None:
    """Follows the facts about them; each once more changes nothing."""
    for fact in facts:
        if fact.type not in FACTS:
            continue
        try:
            _told(tx, till, fact.type, json.loads(fact.body), now_ms)
        except (KeyError, TypeError, ValueError):
            continue  # of a newer till; the fact itself is kept


def _told(tx: Transaction, till: str, kind: str, body: dict[str, Any], now_ms: int) -> None:
    match kind:
        case "FleetCommandReceived":
            follow(tx, till, str(body["id"]), "received", "", now_ms)
        case "FleetCommandEnded":
            answer = str(body.get("answer", "{}"))
            follow(tx, till, str(body["id"]), str(body["end"]), answer, now_ms)
        case "DocumentApplied" if not body.get("error"):
            tx.run(
                _LIVES_BY,
                till=till,
                document=plain(str(body["document"])),
                version=int(body["version"]),
                sha256=plain(str(body["sha256"])),
                now=now_ms,
            )


def follow(tx: Transaction, till: str, id_: str, state: str, answer: str, now_ms: int) -> None:
    """A command's state as its till tells it, in whatever order the words come."""
    if state not in ENDED and state not in _ORDER:
        return
    row = tx.one("SELECT state FROM command WHERE id = :id AND till = :till", id=id_, till=till)
    if row is None or row["state"] in ENDED - {"expired"}:
        return
    if state in _ORDER and _ORDER[state] <= _ORDER.get(row["state"], -1):
        return
    reach(tx, id_, state, now_ms)
    if state in ENDED:
        tx.run("UPDATE command SET answer = :answer WHERE id = :id", id=id_, answer=plain(answer))


def reach(tx: Transaction, id_: str, state: str, now_ms: int) -> None:
    tx.run(
        "UPDATE command SET state = :state, state_ms = :now WHERE id = :id",
        id=id_,
        state=state,
        now=now_ms,
    )


_LIVES_BY = (
    "INSERT INTO shadow (till, document, reported_version, reported_sha256, at_ms)"
    " VALUES (:till, :document, :version, :sha256, :now) ON CONFLICT (till, document) DO UPDATE"
    " SET reported_version = excluded.reported_version,"
    " reported_sha256 = excluded.reported_sha256, error = '', at_ms = excluded.at_ms"
    " WHERE shadow.reported_version <= excluded.reported_version"
)
