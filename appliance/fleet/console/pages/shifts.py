"""Shifts of all tills, and what drawers were short or over."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.saying import N_, zone
from appliance.fleet.console.visit import Visit

_SHIFTS = (
    "SELECT x.*, s.name AS shop_name, s.timezone, t.name AS till_name FROM shift x"
    " JOIN shop s ON s.shop = x.shop JOIN till t ON t.uid = x.till"
)


def show(visit: Visit) -> Response:
    t = visit.saying.t
    where, params = _filters(visit)
    sql = f"{_SHIFTS} WHERE {where}"
    key = ["x.opened_ms", "x.till", "x.shift"] if visit.query("only") == "open" else [
        "x.closed_ms", "x.till", "x.shift"]  # fmt: skip
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, f"{key[0]} DESC", params))
    listing = onwards(visit, sql, key, params)
    only = [("", t("closed")), ("difference", t("with a difference")), ("open", t("open now"))]
    return visit.page(
        "shifts.html", title=t("Shifts"), listing=listing, only=only, chosen=visit.query("only"),
        shop=visit.query("shop"), day=visit.query("day"), sums=_sums(visit),
    )  # fmt: skip


def _filters(visit: Visit) -> tuple[str, dict[str, Any]]:
    where, scope = visit.shops()
    params: dict[str, Any] = dict(scope)
    only = visit.query("only")
    where += " AND x.closed_ms IS NULL" if only == "open" else " AND x.closed_ms IS NOT NULL"
    if only == "difference":
        where += " AND x.difference_minor <> 0"
    for name in ("shop", "day"):
        if value := visit.query(name):
            where, params[name] = f"{where} AND x.{name} = :{name}", value
    return where, params


def _sums(visit: Visit) -> list[dict[str, Any]]:
    """Of shifts closed in the last seven days: how many were short or over, and by how much."""
    where, params = visit.shops()
    since = visit.now_ms - 7 * 86_400_000
    return visit.console.kept.get(
        ("shift sums", str(visit.scope)), 30_000,
        lambda: visit.rows(
            "SELECT x.currency, count(*) AS shifts,"
            " sum(CASE WHEN x.difference_minor < 0 THEN 1 ELSE 0 END) AS short,"
            " sum(CASE WHEN x.difference_minor > 0 THEN 1 ELSE 0 END) AS over,"
            " sum(CASE WHEN x.difference_minor < 0 THEN x.difference_minor ELSE 0 END) AS short_minor,"
            " sum(CASE WHEN x.difference_minor > 0 THEN x.difference_minor ELSE 0 END) AS over_minor"
            " FROM shift x JOIN shop s ON s.shop = x.shop"
            f" WHERE x.closed_ms >= :since AND {where} GROUP BY x.currency ORDER BY shifts DESC",
            since=since, **params,
        ),
    )  # fmt: skip


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, say = visit.saying.t, visit.saying
    names = [t("Shop"), t("Till"), t("Shift"), "Z", t("Opened"), t("Closed"), t("Who"), t("Takings"),
             t("Should be in the drawer"), t("Counted"), t("Difference"), t("Currency"), t("Reason")]  # fmt: skip
    return visit.csv("shifts", names, (
        (row["shop"], row["till_name"], row["shift"], row["z_number"],
         say.stamp(row["opened_ms"], zone(row["timezone"])),
         say.stamp(row["closed_ms"], zone(row["timezone"])), row["closed_by"] or row["opened_by"],
         *(say.plain_money(row[name], row["currency"])
           for name in ("gross_minor", "expected_minor", "counted_minor", "difference_minor")),
         row["currency"], row["reason"])
        for row in rows
    ))  # fmt: skip


PAGE = Page("/shifts", N_("Shifts"), "sales", show)
