"""One shop: its day, its tills, its drawers and what its shelves lack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console import condition, takings
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.problems import open_problems
from appliance.fleet.console.saying import N_, zone
from appliance.fleet.console.visit import Visit

DAYS = 28
_SHIFTS = 8
_SHORT = 10


def show(visit: Visit) -> Response:
    shop = one_shop(visit, visit.path("shop"))
    visit.saying.home = zone(shop["timezone"])
    now = visit.saying.at(visit.now_ms)
    date = _asked(visit.query("day"), now.date())
    hour = now.hour if date == now.date() else 24
    sold = takings.of(visit, date, hour, shop["shop"])
    return visit.page(
        "shop.html", title=shop["name"] or shop["shop"], shop=shop, date=date, today=now.date(),
        sold=sold, plot=takings.plot(visit.saying, sold), days=_days(visit, shop, date, running=date == now.date()),
        tills=_tills(visit, shop["shop"]), cashiers=_cashiers(visit, shop["shop"], date),
        shifts=_shifts(visit, shop["shop"]), short=_short(visit, shop), names=condition.NAMES,
        problems=open_problems(visit, 5, shop=shop["shop"]),
        day_before=date - dt.timedelta(1), day_after=date + dt.timedelta(1),
    )  # fmt: skip


def one_shop(visit: Visit, name: str) -> dict[str, Any]:
    """404 for a shop that is not the visitor's, as for one that is not there."""
    where, params = visit.shops()
    row = visit.row(f"SELECT s.* FROM shop s WHERE s.shop = :shop AND {where}", shop=name, **params)
    if row is None:
        raise HTTPException(404)
    return row


def _asked(text: str, today: dt.date) -> dt.date:
    try:
        return min(dt.date.fromisoformat(text), today) if text else today
    except ValueError:
        return today


def _tills(visit: Visit, shop: str) -> list[dict[str, Any]]:
    return visit.rows(
        f"SELECT t.uid, t.name, t.sw, t.seen_ms, {condition.CONDITION} AS condition,"
        f" {condition.BACKLOG} AS owed FROM {condition.TILLS}"
        f" WHERE t.shop = :shop AND {condition.IN_SERVICE} ORDER BY t.number, t.name LIMIT 200",
        now=visit.now_ms, shop=shop,
    )  # fmt: skip


def _days(visit: Visit, shop: dict[str, Any], date: dt.date, *, running: bool) -> Markup:
    """The last four weeks as a plot."""
    since = date - dt.timedelta(DAYS - 1)
    rows = visit.rows(
        "SELECT day, gross_minor FROM day_total WHERE shop = :shop AND currency = :currency"
        " AND day BETWEEN :since AND :day",
        shop=shop["shop"], currency=shop["currency"], since=since.isoformat(), day=date.isoformat(),
    )  # fmt: skip
    gross = {row["day"]: int(row["gross_minor"]) for row in rows}
    days = [(since + dt.timedelta(number)).isoformat() for number in range(DAYS)]
    label = visit.saying.t("Takings by the day")
    series = [(day, gross.get(day, 0)) for day in days]
    return takings.days_plot(visit.saying, series, shop["currency"], label, running=running)


def _cashiers(visit: Visit, shop: str, date: dt.date) -> list[dict[str, Any]]:
    return visit.rows(
        "SELECT * FROM cashier_day WHERE shop = :shop AND day = :day ORDER BY gross_minor DESC"
        " LIMIT 50",
        shop=shop, day=date.isoformat(),
    )  # fmt: skip


def _shifts(visit: Visit, shop: str) -> list[dict[str, Any]]:
    return visit.rows(
        "SELECT x.*, t.name AS till_name, s.timezone FROM shift x JOIN till t ON t.uid = x.till"
        " JOIN shop s ON s.shop = x.shop"
        " WHERE x.shop = :shop ORDER BY x.day DESC, x.opened_ms DESC LIMIT :most",
        shop=shop, most=_SHIFTS,
    )  # fmt: skip


def _short(visit: Visit, shop: dict[str, Any]) -> list[dict[str, Any]]:
    return visit.rows(
        "SELECT k.sku, k.quantity, i.name, i.unit FROM stock k LEFT JOIN item i"
        " ON i.tenant = :tenant AND i.sku = k.sku WHERE k.shop = :shop AND k.quantity < 0"
        " ORDER BY k.quantity LIMIT :most",
        shop=shop["shop"], tenant=shop["tenant"], most=_SHORT,
    )  # fmt: skip


PAGE = Page("/shops/{shop}", N_("Shop"), "shops", show, tab=False)
