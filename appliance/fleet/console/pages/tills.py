"""Tills: all of them, with what each is doing and what it still owes."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from appliance.fleet.console import condition
from appliance.fleet.console.listing import Order, all_rows, matching, paged, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.shops import region_choices
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

_WORST = "CASE how WHEN 'lost' THEN 0 WHEN 'late' THEN 1 WHEN 'waiting' THEN 2 WHEN 'ok' THEN 3 ELSE 4 END"
_ORDER = Order(
    {"shop": "shop_name", "name": "name", "state": _WORST, "seen": "seen_ms", "owed": "owed", "sw": "sw",
     "cert": "cert_until_ms"},
    "state", "shop_name, number, uid",
)  # fmt: skip
_LATE_FIRST = Order(
    {"owed": "owed", "since": "since_ms", "shop": "shop_name"}, "-owed", "since_ms, uid"
)
_TILLS = f"""SELECT * FROM (SELECT t.uid, t.shop, t.name, t.number, t.sw, t.seen_ms, t.cert_until_ms,
    t.state AS doing, s.name AS shop_name, s.region, {condition.CONDITION} AS how,
    {condition.BACKLOG} AS owed, c.at_ms AS upto_ms,
    CASE WHEN {condition.BACKLOG} > 0 THEN coalesce(c.recv_ms, t.enrolled_ms) END AS since_ms
    FROM {condition.TILLS} WHERE {condition.IN_SERVICE}"""


def show(visit: Visit) -> Response:
    t = visit.saying.t
    inner, outer, params = _filters(visit)
    sql = f"{_TILLS} AND {inner}) each_till WHERE {outer}"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, _ORDER, params))
    count = f"SELECT count(*) AS n FROM ({sql}) counted"
    listing = paged(visit, sql, count, _ORDER, params)
    how = [
        ("", t("all")),
        *((word, t(name)) for word, name in condition.NAMES.items() if word != "none"),
    ]
    return visit.page(
        "tills.html", title=t("Tills"), listing=listing, names=condition.NAMES, how=how,
        regions=region_choices(visit),
        asked={name: visit.query(name) for name in ("find", "how", "region", "sw")},
    )  # fmt: skip


def show_late(visit: Visit) -> Response:
    """Sync lag: who has facts that are not here yet, and since when."""
    inner, _, params = _filters(visit)
    sql = f"{_TILLS} AND {inner} AND {condition.BACKLOG} > 0) each_till WHERE 1=1"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, _LATE_FIRST, params))
    count = f"SELECT count(*) AS n FROM ({sql}) counted"
    listing = paged(visit, sql, count, _LATE_FIRST, params)
    where, scope = visit.shops()
    unread = visit.rows(
        "SELECT u.type, u.why, count(*) AS facts, count(DISTINCT u.till) AS tills FROM unread u"
        f" JOIN till t ON t.uid = u.till JOIN shop s ON s.shop = t.shop WHERE {where}"
        " GROUP BY u.type, u.why ORDER BY facts DESC LIMIT 20",
        **scope,
    )  # fmt: skip
    return visit.page(
        "lag.html", title=visit.saying.t("Delivery"), listing=listing, names=condition.NAMES,
        unread=unread,
    )  # fmt: skip


def _filters(visit: Visit) -> tuple[str, str, dict[str, Any]]:
    """Conditions inside (over tables) and outside (over what was made of them)."""
    inner, scope = visit.shops()
    outer = "1=1"
    params: dict[str, Any] = {"now": visit.now_ms, **scope}
    if find := visit.query("find").strip():
        found, spellings = matching(["s.name", "s.shop", "t.name", "t.uid", "t.hw_serial"], find)
        inner, params = f"{inner} AND {found}", params | spellings
    for name, column in (("region", "s.region"), ("sw", "t.sw")):
        if value := visit.query(name):
            inner, params[name] = f"{inner} AND {column} = :{name}", value
    if (how := visit.query("how")) in condition.NAMES:
        outer, params["how"] = "how = :how", how
    return inner, outer, params


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t = visit.saying.t
    names = [t("Till"), t("Name"), t("Shop"), t("Region"), t("State"), t("Heard"),
             t("Not delivered"), t("Version"), t("Certificate until")]  # fmt: skip
    return visit.csv("tills", names, (
        (row["uid"], row["name"], row["shop"], row["region"], row["how"],
         visit.saying.stamp(row["seen_ms"]), row["owed"], row["sw"],
         visit.saying.stamp(row["cert_until_ms"]))
        for row in rows
    ))  # fmt: skip


PAGE = Page("/tills", N_("Tills"), "tills", show)
LAG = Page("/lag", N_("Delivery"), "tills", show_late)
