"""Updates: what software tills booted, what goes out to them, what waits and who came back."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console import rollout_words as words
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.condition import IN_SERVICE
from appliance.fleet.console.listing import Order, all_rows, paged, wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit
from appliance.fleet.updates import looks
from appliance.fleet.updates.rollouts import Rollouts
from appliance.fleet.updates.standing import standing
from appliance.fleet.updates.trust import UpdateMistake

SHOWN_MAX = 4
"""Rollouts: those that are not over first, then the newest."""
KEPT_MS = 5_000
_WORST = (
    "CASE WHEN f.stage IN ('returned', 'refused') THEN 0 WHEN f.stage = 'failed' THEN 1 ELSE 2 END"
)
_ORDER = Order(
    {"since": "f.since_ms", "shop": "s.name", "version": "f.version", "state": _WORST},
    "state",
    "f.since_ms, f.till",
)
_FOLLOWED = (
    "SELECT f.*, t.name AS till_name, t.shop, s.name AS shop_name FROM till_firmware f"
    " JOIN till t ON t.uid = f.till JOIN shop s ON s.shop = t.shop"
    f" WHERE {IN_SERVICE} AND f.stage <> 'idle'"
)


def rollouts_of(visit: Visit) -> Rollouts:
    if visit.console.rollouts is None:
        raise HTTPException(404)
    return visit.console.rollouts


def show(visit: Visit, mistake: str = "") -> Response:
    t = visit.saying.t
    where, params = visit.shops()
    sql = f"{_FOLLOWED} AND {where}"
    if (stage := visit.query("stage")) in words.STAGES:
        sql, params = f"{sql} AND f.stage = :stage", {**params, "stage": stage}
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, _ORDER, params))
    stages = [(it, t(name)) for it, (name, _) in words.STAGES.items() if it != "idle"]
    return visit.page(
        "updates.html", 400 if mistake else 200, title=t("Updates"), words=words, mistake=mistake,
        versions=_versions(visit), rollouts=shown_rollouts(visit), releases=_releases(visit),
        listing=paged(visit, sql, f"SELECT count(*) AS n FROM ({sql}) counted", _ORDER, params),
        stages=[("", t("all")), *stages], stage=stage,
    )  # fmt: skip


def withdraw(visit: Visit) -> Response:
    row = rollouts_of(visit).releases.find(visit.form.get("release", ""))
    if row is None or not visit.scope.everything:
        raise HTTPException(404)
    rollouts_of(visit).withdraw(
        visit.login, row["sha256"], visit.form.get("why", ""), visit.address
    )
    said = visit.saying.t("{version} is withdrawn: nobody is given it any more.")
    return visit.go("/updates", said.format(version=row["version"]))


def shown_rollouts(visit: Visit) -> list[dict[str, Any]]:
    rows = visit.rows(
        "SELECT o.*, r.version, r.compatible FROM rollout o JOIN release r ON r.sha256 = o.release"
        " ORDER BY CASE WHEN o.state IN ('done', 'aborted') THEN 1 ELSE 0 END, o.created_ms DESC"
        " LIMIT :most",
        most=SHOWN_MAX,
    )
    return [with_standing(visit, row) for row in rows]


def with_standing(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    """With how it stands, kept for a moment: many look at the same page."""
    key = ("rollout", row["id"], row["state"], row["wave"], row["passed"])
    return row | visit.console.kept.get(key, KEPT_MS, lambda: _standing(visit, row))


def _standing(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    release = visit.row("SELECT * FROM release WHERE sha256 = :it", it=row["release"])
    assert release is not None, "a rollout has its release"
    found = standing(visit.console.store, row, release)
    return {"standing": found, "look": looks.read(row["looks"]).shown}


def _versions(visit: Visit) -> list[dict[str, Any]]:
    """What is booted; tills that say nothing of it are none of our image."""
    where, params = visit.shops()
    return visit.rows(
        "SELECT coalesce(f.version, '') AS version, count(*) AS tills,"
        " sum(CASE WHEN f.stage = 'trial' THEN 1 ELSE 0 END) AS trial"
        " FROM till t JOIN shop s ON s.shop = t.shop LEFT JOIN till_firmware f ON f.till = t.uid"
        f" WHERE {IN_SERVICE} AND {where} GROUP BY coalesce(f.version, '')"
        " ORDER BY tills DESC LIMIT 50",
        **params,
    )


def _releases(visit: Visit) -> list[dict[str, Any]]:
    """With whether each may still be handed out."""
    releases = rollouts_of(visit).releases
    try:
        return [row | {"good": releases.is_good(row)} for row in releases.all()[:20]]
    except UpdateMistake:
        return [row | {"good": False} for row in releases.all()[:20]]


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, say = visit.saying.t, visit.saying
    names = [t("Till"), t("Shop"), t("Runs"), t("Should run"), t("State"), t("Why"), t("Since")]
    return visit.csv("updates", names, (
        (row["till"], row["shop"], row["version"], row["wanted"], row["stage"],
         words.why(say, row), say.stamp(row["since_ms"])) for row in rows
    ))  # fmt: skip


PAGE = Page(
    "/updates", N_("Updates"), "tills", show,
    acts=(Act("/updates", withdraw, Role.MANAGER),),
)  # fmt: skip
