"""Rules of software updates: a rollout that halted, a till that came back, a till that stays behind."""

from __future__ import annotations

import json
from collections.abc import Iterable

from appliance.fleet.alerts.rule import (
    CRITICAL,
    WARNING,
    Finding,
    Key,
    Limits,
    Moment,
    Rule,
    held,
)
from appliance.fleet.store import Row


def halted(rows: list[Row], _moment: Moment, _limits: Limits) -> Iterable[Finding]:
    for row in rows:
        trouble = json.loads(row["why"]).get("trouble", "")
        detail = {"version": row["version"], "trouble": trouble}
        yield Finding(Key("rollout_halted", "", "", row["id"]), CRITICAL, detail)


def returned(rows: list[Row], _moment: Moment, _limits: Limits) -> Iterable[Finding]:
    for row in rows:
        detail = {"version": row["wanted"], "returned": row["why"]}
        yield Finding(
            Key("till_returned", row["shop"], row["uid"]), WARNING, detail, row["since_ms"]
        )


def behind(rows: list[Row], _moment: Moment, limits: Limits) -> Iterable[Finding]:
    for row in rows:
        detail = {"version": row["version"], "days": limits["days"]}
        yield Finding(Key("update_stuck", row["shop"], row["uid"]), WARNING, detail)


RULES = (
    Rule(
        "rollout_halted",
        "SELECT o.id, o.why, r.version FROM rollout o JOIN release r ON r.sha256 = o.release"
        " WHERE o.state = 'halted'",
        halted,
        held(0, 0),
        of_contact=False,
    ),
    Rule(
        "till_returned",
        "SELECT t.uid, t.shop, f.wanted, f.why, f.since_ms FROM till_firmware f"
        " JOIN till t ON t.uid = f.till AND t.status = 'active'"
        " WHERE f.stage IN ('returned', 'refused')",
        returned,
        held(0, 0),
    ),
    Rule(
        "update_stuck",
        # Of the newest rollout for its hardware: what a later one offers is waited for there.
        "SELECT t.uid, t.shop, r.version FROM rollout_till m"
        " JOIN rollout o ON o.id = m.rollout AND o.state IN ('running', 'done')"
        " JOIN release r ON r.sha256 = o.release"
        " JOIN till t ON t.uid = m.till AND t.status = 'active'"
        " JOIN till_firmware f ON f.till = m.till AND f.version <> r.version"
        " AND f.stage NOT IN ('returned', 'refused')"
        " WHERE m.held = 0 AND m.offered_ms < :now - 86400000 * :days"
        " AND NOT EXISTS (SELECT 1 FROM rollout later JOIN release l ON l.sha256 = later.release"
        " WHERE l.compatible = r.compatible AND later.started_ms > o.started_ms"
        " AND later.state <> 'aborted')",
        behind,
        held(0, 0, days=7),
        every_s=300,
    ),
)
