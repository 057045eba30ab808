"""A till's hello: what it says of itself is noted, and it is told from which fact on to send."""

from __future__ import annotations

import json
from dataclasses import dataclass

from appliance.fleet.store import Insert, Store, Transaction
from appliance.fleet.store.ingest import Site
from appliance.wire.hello import Ended, Hello


@dataclass(frozen=True, slots=True)
class Greeted:
    """The fleet has all of `epoch` up to `upto`, and of the epochs before. wrong: rules of alerts that
    this hello broke, each with why."""

    epoch: int
    upto: int
    wrong: dict[str, str]


def greet(store: Store, site: Site, hello: Hello, now_ms: int) -> Greeted:
    """Raises what the store raises."""
    with store.transaction() as tx:
        before = tx.one("SELECT hw_serial FROM till WHERE uid = :till", till=site.till)
        wrong = {}
        known = before["hw_serial"] if before else ""
        if known and hello.serial and known != hello.serial:
            wrong["cloned"] = f"it runs on {hello.serial}, was enrolled on {known}"
        told = sorted(hello.epochs, key=lambda it: it.epoch) or [Ended(hello.epoch, 0, b"")]
        _pass_over(tx, site, told[0].epoch, hello.min_kept, wrong)
        epoch, upto = _cursor(tx, site, told, hello, wrong)
        _note(tx, site, hello, now_ms)
    return Greeted(epoch, upto, wrong)


def _pass_over(
    tx: Transaction, site: Site, epoch: int, min_kept: int, wrong: dict[str, str]
) -> None:
    """Facts that the till itself no longer has will never come."""
    if min_kept <= 1:
        return
    next_ = _next(tx, site.till, epoch)
    if next_ >= min_kept:
        return
    wrong["gap"] = f"facts {epoch}/{next_} to {epoch}/{min_kept - 1} are nowhere any more"
    tx.insert(
        Insert(
            "cursor",
            ("till", "epoch", "next", "hash"),
            [(site.till, epoch, min_kept, b"")],
            "(till, epoch) DO UPDATE SET next = excluded.next, hash = excluded.hash",
        )
    )


def _cursor(
    tx: Transaction, site: Site, told: list[Ended], hello: Hello, wrong: dict[str, str]
) -> tuple[int, int]:
    """The first epoch of which something is missing, and how far it is here."""
    for it in told:
        next_ = _next(tx, site.till, it.epoch)
        if 0 < it.last < next_ and not _same(tx, site.till, it):
            wrong["cloned"] = f"its fact {it.epoch}/{it.last} is another here"
        if it.epoch == hello.epoch:
            if next_ - 1 > hello.max_seq:
                wrong["rolled_back"] = (
                    f"it has {hello.max_seq} facts of epoch {it.epoch}, {next_ - 1} are here"
                )
            return it.epoch, next_ - 1
        if next_ - 1 < it.last:
            return it.epoch, next_ - 1
    return hello.epoch, _next(tx, site.till, hello.epoch) - 1


def _next(tx: Transaction, till: str, epoch: int) -> int:
    row = tx.one(
        "SELECT next FROM cursor WHERE till = :till AND epoch = :epoch", till=till, epoch=epoch
    )
    return row["next"] if row else 1


def _same(tx: Transaction, till: str, end: Ended) -> bool:
    row = tx.one(
        "SELECT hash FROM fact WHERE till = :till AND epoch = :epoch AND seq = :seq",
        till=till,
        epoch=end.epoch,
        seq=end.last,
    )
    return row is None or bytes(row["hash"]) == end.hash


def _note(tx: Transaction, site: Site, hello: Hello, now_ms: int) -> None:
    documents = {
        name: {"version": it.version, "sha256": it.sha256.hex()}
        for name, it in hello.documents.items()
    }
    tx.run(
        "UPDATE till SET hw_serial = CASE WHEN hw_serial = '' THEN :serial ELSE hw_serial END,"
        " hw_model = :model, sw = :sw, epoch = :epoch, min_kept = :min_kept, max_seq = :max_seq,"
        " clock_trust = :trust, clock_skew_ms = :skew, seen_ms = :now, hello = :hello"
        " WHERE uid = :till",
        till=site.till,
        serial=hello.serial,
        model=hello.model,
        sw=hello.software,
        epoch=hello.epoch,
        min_kept=hello.min_kept,
        max_seq=hello.max_seq,
        trust=hello.clock.value,
        skew=hello.clock_ms - now_ms if hello.clock_ms else None,
        now=now_ms,
        hello=json.dumps({"name": hello.name, "cert": hello.cert, "documents": documents}),
    )
