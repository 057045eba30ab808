"""What a rollout's next step is decided by: its tills, how they are, how they sell."""

# ruff: noqa: S608 - nothing but constants and the names of parameters stands in these statements

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from appliance.fleet.store import Row, Session
from appliance.fleet.updates import looks, planning
from appliance.fleet.updates.looks import Groups, Looks
from appliance.fleet.updates.plan import Observed, Seen, Until, held_by
from appliance.malformed import Malformed
from appliance.wire.firmware import Stage
from appliance.wire.release import numbers

GONE = ("offline", "shop_offline", "crash_loop", "storage")
"""Alerts that, opened since the till was updated, count against the release."""


@dataclass(frozen=True, slots=True)
class Sight:
    """observed: what the plan decides by. looks: at the wave's sales, to be kept with the rollout."""

    observed: Observed
    looks: Looks


def observe(session: Session, row: Row, release: Row, now_ms: int) -> Sight:
    """row: of the rollout."""
    it, before = planning.rollout_of(row), looks.read(row["looks"])
    tills = tills_of(session, row, release)
    observed = Observed(now_ms, seen_of(tills, row, release))
    if not it.gate.fall:
        return Sight(observed, before)
    running = [till for till in tills if till["wave"] is not None and runs(till, release)]
    groups = Groups(
        [till for till in running if till["wave"] == it.wave],
        frozenset(till["uid"] for till in running),
        release["version"],
    )
    wait = held_by(it, observed, now_ms)
    last_word = wait is not None and wait.until is Until.SALES
    found = looks.looked(session, it, before, groups, now_ms, last_word=last_word)
    return Sight(replace(observed, selling=found.selling, why=found.why), found)


def seen_of(tills: Iterable[Row], row: Row, release: Row) -> tuple[Seen, ...]:
    """tills: as `tills_of` has them."""
    return tuple(_seen(till, release, row["id"]) for till in tills)


def tills_of(session: Session, row: Row, release: Row) -> list[Row]:
    """Those of the rollout's scopes that the release is for, and whoever was offered it already."""
    scopes = row["scopes"].split("\n") if row["scopes"] else [""]
    where, params = _where(scopes)
    found = session.rows(
        "SELECT t.uid, t.shop, t.seen_ms, t.max_seq, c.next, c.at_ms AS upto_ms, f.version,"
        " f.stage, f.good_ms, f.booted_ms, f.wanted, f.rollout, f.compatible, r.wave, r.held,"
        f" (SELECT min(a.opened_ms) FROM alert a WHERE {_AGAINST}) AS wrong_ms"
        " FROM till t JOIN till_firmware f ON f.till = t.uid"
        " LEFT JOIN shop s ON s.shop = t.shop"
        " LEFT JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"
        " LEFT JOIN rollout_till r ON r.till = t.uid AND r.rollout = :id"
        " WHERE t.status = 'active' AND f.compatible = :compatible"
        f" AND (r.wave IS NOT NULL OR {where}) ORDER BY t.uid",
        id=row["id"],
        compatible=release["compatible"],
        **params,
    )
    return [till for till in found if till["wave"] is not None or _may(till, release)]


_AGAINST = (
    "(a.till = t.uid OR a.till = '' AND a.shop = t.shop) AND a.cleared_ms IS NULL"
    " AND a.opened_ms >= f.booted_ms AND a.rule IN ("
    + ", ".join(f"'{rule}'" for rule in GONE)
    + ")"
)


def _where(scopes: Sequence[str]) -> tuple[str, dict[str, str]]:
    if "" in scopes:
        return "1=1", {}
    columns = {"region": "s.region", "shop": "t.shop", "till": "t.uid"}
    tests, params = [], {}
    for number, scope in enumerate(scopes):
        kind, _, name = scope.partition(":")
        tests.append(f"{columns[kind]} = :scope{number}")
        params[f"scope{number}"] = name
    return f"({' OR '.join(tests)})", params


def _may(till: Row, release: Row) -> bool:
    """It runs something older, and not too old to come from."""
    try:
        version = numbers(till["version"])
    except Malformed:
        return False
    return numbers(release["min_version"]) <= version < numbers(release["version"])


def _seen(till: Row, release: Row, rollout: str) -> Seen:
    there = runs(till, release)
    about = till["rollout"] == rollout if till["rollout"] else till["wanted"] == release["version"]
    back = till["stage"] in (Stage.RETURNED, Stage.REFUSED) and about and not there
    return Seen(
        till["uid"],
        till["wave"],
        good_ms(till) if there else 0,
        there and till["wrong_ms"] is not None,
        back,
    )


def good_ms(till: Row) -> int:
    """Since when it has proven what it runs; whoever is done and does not say when, since it was
    first heard of so."""
    done = till["stage"] == Stage.IDLE
    return int(till["good_ms"] or (till["booted_ms"] if done else 0))


def runs(till: Row, release: Row) -> bool:
    """What it booted is the release, or newer."""
    try:
        return numbers(till["version"]) >= numbers(release["version"])
    except Malformed:
        return False
