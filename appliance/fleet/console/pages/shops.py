"""Shops: which there are, how their tills are, and what each took today."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from appliance.fleet.console import condition
from appliance.fleet.console.listing import Order, all_rows, matching, paged, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

_NEAR_DEGREES = 0.35
"""What a dot of many shops on the map leads to: shops around it."""
_ORDER = Order(
    {
        "name": "s.name", "region": "s.region", "tills": "tills", "trouble": "trouble",
        "gross": "gross", "sales": "sales",
    },
    "-trouble", "s.name, s.shop",
)  # fmt: skip
_SHOPS = f"""SELECT s.shop, s.name, s.region, s.currency, coalesce(k.tills, 0) AS tills,
    coalesce(k.ok, 0) AS ok, coalesce(k.late, 0) AS late, coalesce(k.lost, 0) AS lost,
    coalesce(k.closed, 0) AS closed, coalesce(k.lost, 0) * 1000 + coalesce(k.late, 0) AS trouble,
    coalesce(d.gross, 0) AS gross, coalesce(d.sales, 0) AS sales
    FROM shop s
    LEFT JOIN (SELECT shop, count(*) AS tills, sum(CASE WHEN how = 'ok' THEN 1 ELSE 0 END) AS ok,
        sum(CASE WHEN how = 'late' THEN 1 ELSE 0 END) AS late,
        sum(CASE WHEN how = 'lost' THEN 1 ELSE 0 END) AS lost,
        sum(CASE WHEN how = 'closed' THEN 1 ELSE 0 END) AS closed
        FROM (SELECT t.shop, {condition.CONDITION} AS how FROM {condition.TILLS}
            WHERE {condition.IN_SERVICE}) each_till GROUP BY shop) k ON k.shop = s.shop
    LEFT JOIN (SELECT shop, currency, sum(gross_minor) AS gross, sum(sales) AS sales FROM day_total
        WHERE day = :today GROUP BY shop, currency) d
        ON d.shop = s.shop AND d.currency = s.currency
    WHERE """


def show(visit: Visit) -> Response:
    t = visit.saying.t
    where, params = _filters(visit)
    now = {"now": visit.now_ms, "today": f"{visit.saying.at(visit.now_ms):%Y-%m-%d}"}
    if wants_csv(visit):
        rows = all_rows(visit, _SHOPS + where, _ORDER, now | params)
        names = [t("Shop"), t("Name"), t("Region"), t("Tills"), t("late"), t("lost"), t("Sales"),
                 t("Takings today"), t("Currency")]  # fmt: skip
        return visit.csv("shops", names, (
            (row["shop"], row["name"], row["region"], row["tills"], row["late"], row["lost"],
             row["sales"], visit.saying.plain_money(row["gross"], row["currency"]), row["currency"])
            for row in rows
        ))  # fmt: skip
    count = f"SELECT count(*) AS n FROM shop s WHERE {where}"
    listing = paged(visit, _SHOPS + where, count, _ORDER, params, now)
    return visit.page(
        "shops.html", title=t("Shops"), listing=listing, find=visit.query("find"),
        region=visit.query("region"), regions=region_choices(visit), near=visit.query("near"),
    )  # fmt: skip


def _filters(visit: Visit) -> tuple[str, dict[str, Any]]:
    where, scope = visit.shops()
    params: dict[str, Any] = dict(scope)
    if find := visit.query("find").strip():
        found, spellings = matching(["s.name", "s.shop"], find)
        where, params = f"{where} AND {found}", params | spellings
    if region := visit.query("region"):
        where, params["region"] = f"{where} AND s.region = :region", region
    if near := _place(visit.query("near")):
        where += " AND s.lat BETWEEN :south AND :north AND s.lon BETWEEN :west AND :east"
        lat, lon = near
        params |= {"south": lat - _NEAR_DEGREES, "north": lat + _NEAR_DEGREES}
        params |= {"west": lon - _NEAR_DEGREES, "east": lon + _NEAR_DEGREES}
    return where, params


def _place(text: str) -> tuple[float, float] | None:
    try:
        lat, lon = map(float, text.split(","))
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def region_choices(visit: Visit) -> list[tuple[str, str]]:
    where, params = visit.shops()
    rows = visit.console.kept.get(
        ("regions", str(visit.scope)), 60_000,
        lambda: visit.rows(
            f"SELECT DISTINCT s.region FROM shop s WHERE {where} AND s.region <> ''"
            " ORDER BY s.region LIMIT 500",
            **params,
        ),
    )  # fmt: skip
    return [("", visit.saying.t("all")), *((row["region"], row["region"]) for row in rows)]


PAGE = Page("/shops", N_("Shops"), "shops", show)
