"""The overview: the whole fleet at a glance, to be read from across the room."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from appliance.fleet.console import atlas, condition, takings
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.problems import open_problems
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

SQUARES_MAX = 400
"""Up to so many tills each has its square; more are told by region."""
_KEPT_MS, _REGISTER_MS = 2_000, 30_000


@dataclass(slots=True)
class Standing:
    """How tills are: of each shop, and of all. owed: facts that are not here yet; since_ms: since
    when the oldest of them waits."""

    shops: dict[str, Counter[str]] = field(default_factory=dict)
    all: Counter[str] = field(default_factory=Counter)
    owed: int = 0
    since_ms: int | None = None


def show(visit: Visit) -> Response:
    """htmx asks for the living part alone, every ten seconds."""
    template = "overview_live.html" if visit.partial else "overview.html"
    now = visit.saying.at(visit.now_ms)
    sold = takings.of(visit, now.date(), now.hour)
    scope = str(visit.scope)
    standing = visit.console.kept.get(("standing", scope), _KEPT_MS, lambda: _standing(visit))
    register = visit.console.kept.get(("register", scope), _REGISTER_MS, lambda: _register(visit))
    total = sum(standing.all.values())
    return visit.page(
        template, title=visit.saying.t("Overview"), sold=sold,
        plot=takings.plot(visit.saying, sold, 290), standing=standing, counts=standing.all,
        total=total, names=condition.NAMES, squares=_squares(visit, total),
        regions=_regions(standing, register), map=_map(visit, standing, register),
        problems=open_problems(visit, 8),
    )  # fmt: skip


def _squares(visit: Visit, total: int) -> list[dict[str, Any]]:
    if not 0 < total <= SQUARES_MAX:
        return []
    where, params = visit.shops()
    return visit.rows(
        f"SELECT t.uid, t.name, s.name AS shop_name, {condition.CONDITION} AS condition"
        f" FROM {condition.TILLS} WHERE {condition.IN_SERVICE} AND {where}"
        " ORDER BY s.region, s.name, t.number LIMIT :most",
        now=visit.now_ms, most=SQUARES_MAX, **params,
    )  # fmt: skip


def _register(visit: Visit) -> dict[str, dict[str, Any]]:
    """Names and places of shops, which hardly ever change."""
    where, params = visit.shops()
    rows = visit.rows(
        f"SELECT s.shop, s.name, s.region, s.lat, s.lon FROM shop s WHERE {where}", **params
    )
    return {row["shop"]: row for row in rows}


def _standing(visit: Visit) -> Standing:
    where, params = visit.shops()
    join = "" if visit.scope.everything else "JOIN shop s ON s.shop = t.shop"
    rows = visit.rows(
        f"SELECT t.shop, {condition.CONDITION} AS condition, count(*) AS tills,"
        f" sum({condition.BACKLOG}) AS owed,"
        f" min(CASE WHEN {condition.BACKLOG} > 0 THEN c.recv_ms END) AS since_ms"
        f" FROM till t {join} LEFT JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"
        f" WHERE {condition.IN_SERVICE} AND {where} GROUP BY t.shop, 2",
        now=visit.now_ms, **params,
    )  # fmt: skip
    found = Standing()
    for row in rows:
        word, tills = row["condition"], row["tills"]
        found.shops.setdefault(row["shop"], Counter())[word] += tills
        found.all[word] += tills
        found.owed += int(row["owed"])
        if row["since_ms"]:
            found.since_ms = min(found.since_ms or row["since_ms"], row["since_ms"])
    return found


def _regions(standing: Standing, register: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each region's tills by condition; regions with most trouble first."""
    by_region: dict[str, Counter[str]] = {}
    for name, conditions in standing.shops.items():
        if shop := register.get(name):
            total = by_region.setdefault(shop["region"], Counter())
            for word, tills in conditions.items():
                total[word] += tills
    rows = [{"region": name, "conditions": found} for name, found in by_region.items()]
    return sorted(
        rows,
        key=lambda row: (-row["conditions"]["lost"], -row["conditions"]["late"], row["region"]),
    )


def _map(visit: Visit, standing: Standing, register: dict[str, dict[str, Any]]) -> Markup:
    """Drawn anew only when a shop's colour changed."""
    places = tuple(
        atlas.Place(
            shop["name"] or name, shop["region"], shop["lat"], shop["lon"],
            next(word for word in condition.WORST_FIRST if conditions[word]), f"/shops/{name}",
        )
        for name, conditions in standing.shops.items()
        if (shop := register.get(name)) and shop["lat"] is not None and shop["lon"] is not None
    )  # fmt: skip
    return atlas.drawn(places, visit.saying.t("Map of shops"), "/shops?near={lat},{lon}")


PAGE = Page("/", N_("Overview"), "overview", show)
