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
    counts = _counts(visit)
    total = sum(each["tills"] for each in counts.values())
    return visit.page(
        template, title=visit.saying.t("Overview"), sold=sold, plot=takings.plot(visit.saying, sold, 290),
        counts=counts, total=total, owes=_owes(counts), names=condition.NAMES,
        squares=_squares(visit, total),
        regions=_regions(visit), map=_map(visit), problems=open_problems(visit, 8),
    )  # fmt: skip


def _counts(visit: Visit) -> dict[str, dict[str, Any]]:
    """For each condition how many tills, what they owe, and since when the oldest owes."""
    where, params = visit.shops()
    rows = visit.console.kept.get(
        ("conditions", str(visit.scope)), _KEPT_MS,
        lambda: visit.rows(
            f"SELECT {condition.CONDITION} AS condition, count(*) AS tills,"
            f" sum({condition.BACKLOG}) AS owed, min(CASE WHEN {condition.BACKLOG} > 0"
            f" THEN c.recv_ms END) AS since_ms FROM {condition.TILLS}"
            f" WHERE {condition.IN_SERVICE} AND {where} GROUP BY 1",
            now=visit.now_ms, **params,
        ),
    )  # fmt: skip
    return {row["condition"]: row for row in rows}


def _owes(counts: dict[str, dict[str, Any]]) -> tuple[int, int | None]:
    since = [row["since_ms"] for row in counts.values() if row["since_ms"]]
    return sum(int(row["owed"] or 0) for row in counts.values()), min(since, default=None)


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


def _regions(visit: Visit) -> list[dict[str, Any]]:
    """Each region's tills by condition; regions with most trouble first."""
    by_region: dict[str, Counter[str]] = {}
    for shop in _shops(visit):
        found = by_region.setdefault(shop["region"], Counter())
        for word in condition.NAMES:
            found[word] += shop["conditions"][word]
    rows = [{"region": name, "conditions": found} for name, found in by_region.items()]
    return sorted(
        rows,
        key=lambda row: (-row["conditions"]["lost"], -row["conditions"]["late"], row["region"]),
    )


def _shops(visit: Visit) -> list[dict[str, Any]]:
    where, params = visit.shops()
    rows = visit.console.kept.get(
        ("shops", str(visit.scope)), _KEPT_MS,
        lambda: visit.rows(
            f"SELECT s.shop, s.name, s.region, s.lat, s.lon, {condition.CONDITION} AS condition,"
            f" count(*) AS tills FROM {condition.TILLS} WHERE {condition.IN_SERVICE} AND {where}"
            " GROUP BY 1, 2, 3, 4, 5, 6",
            now=visit.now_ms, **params,
        ),
    )  # fmt: skip
    shops: dict[str, dict[str, Any]] = {}
    for row in rows:
        shop = shops.setdefault(row["shop"], row | {"conditions": Counter()})
        shop["conditions"][row["condition"]] += row["tills"]
    return list(shops.values())


def _map(visit: Visit) -> Markup:
    places = [
        atlas.Place(
            shop["name"] or shop["shop"], shop["region"], shop["lat"], shop["lon"],
            next(word for word in condition.WORST_FIRST if shop["conditions"][word]),
            f"/shops/{shop['shop']}",
        )
        for shop in _shops(visit)
        if shop["lat"] is not None and shop["lon"] is not None
    ]  # fmt: skip
    return atlas.drawn(places, visit.saying.t("Map of shops"), "/shops?near={lat},{lon}")


PAGE = Page("/", N_("Overview"), "overview", show)
