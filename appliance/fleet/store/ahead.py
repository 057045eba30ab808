"""Facts that come before those they follow: islands ahead of a till's cursor, until it reaches them."""

from __future__ import annotations

from appliance.fleet.store import joins, running
from appliance.fleet.store.database import Insert, Row
from appliance.fleet.store.projecting import project, project_ahead
from appliance.fleet.store.running import Running
from appliance.fleet.store.work import Work, kept, leave_unread, note, same

AHEAD_MAX = 16
"""Islands of one till. It has one; a few more while batches overtake each other."""


def islands(work: Work) -> list[Row]:
    return work.tx.rows(
        "SELECT * FROM ahead WHERE till = :till AND epoch = :epoch ORDER BY first",
        till=work.site.till,
        epoch=work.batch.epoch,
    )


def keep(work: Work) -> tuple[int, int] | None:
    """Keeps what of the batch is new; the part of it, from its first, that is here now."""
    held = islands(work)
    first, last = work.batch.first, work.batch.last
    # Islands may touch: the one that has the batch's first comes before the one that ends just there.
    around = next((it for it in reversed(held) if it["first"] <= first <= it["next"]), None)
    after = next((it["first"] for it in held if it["first"] > first), None)
    if after is not None:
        last = min(last, after - 1)
    if around is None:
        if len(held) >= AHEAD_MAX:
            return None
        around = {"first": first, "next": first, "prev": work.batch.prev, "hash": work.batch.prev}
        around["state"] = running.as_text(Running(currency=work.cursor.run.currency))
    same(work, around["next"] - 1, bytes(around["hash"]))
    if last >= around["next"]:
        _store(work, around, last)
    return first, max(last, min(work.batch.last, around["next"] - 1))


def _store(work: Work, island: Row, last: int) -> None:
    first = island["next"]
    facts = work.facts(first, last)
    run = running.from_text(island["state"])
    note(work, first, facts)
    if not work.bare:
        project_ahead(work.whose, run, kept(first, facts), work.out)
    row = (
        *(work.site.till, work.batch.epoch, island["first"], last + 1, bytes(island["prev"])),
        *(facts[-1].hash, running.as_text(run)),
    )
    work.tx.insert(
        Insert(
            "ahead",
            ("till", "epoch", "first", "next", "prev", "hash", "state"),
            [row],
            "(till, epoch, first) DO UPDATE SET next = excluded.next, hash = excluded.hash,"
            " state = excluded.state",
        )
    )


def join(work: Work, island: Row) -> None:
    """The cursor passes over facts that came before their turn: what they mean is known only now."""
    cursor, tx = work.cursor, work.tx
    place = {"till": work.site.till, "epoch": work.batch.epoch, "first": island["first"]}
    done = tx.rows(
        "SELECT seq FROM sale WHERE till = :till AND epoch = :epoch AND seq >= :first"
        " AND seq < :next AND status = 'completed'",
        next=island["next"],
        **place,
    )
    entered = frozenset(row["seq"] for row in done)
    # Of facts ahead only those are noted whose meaning fits no column.
    noted = tx.rows(
        "SELECT seq FROM unread WHERE till = :till AND epoch = :epoch AND seq >= :first"
        " AND seq < :next",
        next=island["next"],
        **place,
    )
    unfit = {row["seq"] for row in noted}
    last = island["next"] - 1
    for facts in joins.facts_of(tx, work.site.till, work.batch.epoch, last, island["first"]):
        news = [it for it in facts if it.seq not in unfit]
        if work.bare:
            leave_unread(work, (it for it in news if it.seq not in entered))
        else:
            project(work.whose, cursor.run, news, work.out, entered)
        cursor.at_ms = facts[-1].at_ms
    tx.run("DELETE FROM ahead WHERE till = :till AND epoch = :epoch AND first = :first", **place)
    cursor.next, cursor.hash = island["next"], bytes(island["hash"])
