"""The overview: the whole fleet at a glance, to be read from across the room."""

from __future__ import annotations

from collections import Counter
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
_KEPT_MS = 2_000


def show(visit: Visit) -> Response:
    """htmx asks for the living part alone, every ten seconds."""
    template = "overview_live.html" if visit.partial else "overview.html"
    now = visit.saying.at(visit.now_ms)
    sold = takings.of(visit, now.date(), now.hour)
    shops = _shops(visit)
    counts = sum((shop["conditions"] for shop in shops), Counter[str]())
    total = sum(counts.values())
    return visit.page(
        template, title=visit.saying.t("Overview"), sold=sold,
        plot=takings.plot(visit.saying, sold, 290), counts=counts, total=total, owes=_owes(shops),
        names=condition.NAMES, squares=_squares(visit, total), regions=_regions(shops),
        map=_map(visit, shops), problems=open_problems(visit, 8),
    )  # fmt: skip


def _owes(shops: list[dict[str, Any]]) -> tuple[int, int | None]:
    """How many facts are not here, and since when the oldest of them waits."""
    since = [shop["since_ms"] for shop in shops if shop["since_ms"]]
    return sum(shop["owed"] for shop in shops), min(since, default=None)


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


def _shops(visit: Visit) -> list[dict[str, Any]]:
    """Each shop with its tills by condition, what they owe, and since when."""
    return visit.console.kept.get(
        ("shops", str(visit.scope)), _KEPT_MS, lambda: _gathered(visit)
    )  # fmt: skip


def _gathered(visit: Visit) -> list[dict[str, Any]]:
    where, params = visit.shops()
    shops: dict[str, dict[str, Any]] = {
        row["shop"]: row | {"conditions": Counter(), "owed": 0, "since_ms": None}
        for row in visit.rows(
            f"SELECT s.shop, s.name, s.region, s.lat, s.lon FROM shop s WHERE {where}", **params
        )
    }
    join = "" if visit.scope.everything else "JOIN shop s ON s.shop = t.shop"
    rows = visit.rows(
        f"SELECT t.shop, {condition.CONDITION} AS condition, count(*) AS tills,"
        f" sum({condition.BACKLOG}) AS owed,"
        f" min(CASE WHEN {condition.BACKLOG} > 0 THEN c.recv_ms END) AS since_ms"
        f" FROM till t {join} LEFT JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"
        f" WHERE {condition.IN_SERVICE} AND {where} GROUP BY t.shop, 2",
        now=visit.now_ms, **params,
    )  # fmt: skip
    for row in rows:
        shop = shops.get(row["shop"])
        if shop is not None:
            shop["conditions"][row["condition"]] += row["tills"]
            shop["owed"] += int(row["owed"])
            since = [it for it in (shop["since_ms"], row["since_ms"]) if it]
            shop["since_ms"] = min(since, default=None)
    return [shop for shop in shops.values() if shop["conditions"]]


def _regions(shops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each region's tills by condition; regions with most trouble first."""
    by_region: dict[str, Counter[str]] = {}
    for shop in shops:
        by_region.setdefault(shop["region"], Counter()).update(shop["conditions"])
    rows = [{"region": name, "conditions": found} for name, found in by_region.items()]
    return sorted(
        rows,
        key=lambda row: (-row["conditions"]["lost"], -row["conditions"]["late"], row["region"]),
    )


def _map(visit: Visit, shops: list[dict[str, Any]]) -> Markup:
    """Drawn anew when a shop's colour changes: that it takes long matters to nobody else."""
    places = tuple(
        atlas.Place(
            shop["name"] or shop["shop"], shop["region"], shop["lat"], shop["lon"],
            next(word for word in condition.WORST_FIRST if shop["conditions"][word]),
            f"/shops/{shop['shop']}",
        )
        for shop in shops
        if shop["lat"] is not None and shop["lon"] is not None
    )  # fmt: skip
    return atlas.drawn(places, visit.saying.t("Map of shops"), "/shops?near={lat},{lon}")


PAGE = Page("/", N_("Overview"), "overview", show)
