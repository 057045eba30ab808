"""Live sales: the newest on top, as they arrive, without reloading the page."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.sale import STATUSES
from appliance.fleet.console.saying import N_, zone
from appliance.fleet.console.stream import Stream, stream
from appliance.fleet.console.visit import Visit

SHOWN = 60
_ROW = (
    "SELECT x.till, x.epoch, x.sale, x.at_ms, x.receipt, x.cashier, x.status, x.lines,"
    " x.total_minor, x.discount_minor, x.currency, x.shop, s.name AS shop_name, s.timezone,"
    " t.name AS till_name FROM sale x JOIN shop s ON s.shop = x.shop JOIN till t ON t.uid = x.till"
)
_RECENT_MS = 15 * 60_000
"""What a till sends after a day without network is no news: it is in the list below."""


def show(visit: Visit) -> Response:
    t = visit.saying.t
    where, params = visit.shops()
    if shop := visit.query("shop"):
        where, params = f"{where} AND x.shop = :shop", params | {"shop": shop}
    sql = f"{_ROW} WHERE x.status IN ('completed', 'voided') AND {where}"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, "x.at_ms DESC", params))
    listing = onwards(visit, sql, ["x.at_ms", "x.till", "x.sale"], params)
    return visit.page(
        "live.html", title=t("Live sales"), listing=listing, shown=SHOWN, statuses=STATUSES,
        first=not visit.query("before"), shop=shop, fresh=frozenset(),
    )  # fmt: skip


def show_stream(visit: Visit) -> Response:
    """Each event is some rows of the table, ready to be put on top."""
    shop = visit.query("shop")
    return stream(visit, Stream("sales", _since(visit, shop), lambda rows: _drawn(visit, rows)))


def _since(visit: Visit, shop: str) -> Any:
    """Asks for sales later than the last that was seen."""
    seen: dict[tuple[str, int, int], None] = {}
    mark = [visit.console.now_ms()]

    def ask() -> list[dict[str, Any]]:
        where, params = visit.shops()
        if shop:
            where, params = f"{where} AND x.shop = :shop", params | {"shop": shop}
        # A sale may arrive some seconds after one that is younger: look back a little.
        rows = visit.rows(
            f"{_ROW} WHERE x.at_ms > :since AND x.status = 'completed' AND {where}"
            " ORDER BY x.at_ms DESC LIMIT :most",
            since=mark[0] - _LOOK_BACK_MS, most=SHOWN, **params,
        )  # fmt: skip
        mark[0] = max(
            [mark[0], *(row["at_ms"] for row in rows if row["at_ms"] <= visit.console.now_ms())]
        )
        new = [row for row in rows if (row["till"], row["epoch"], row["sale"]) not in seen]
        for row in new:
            seen[row["till"], row["epoch"], row["sale"]] = None
        while len(seen) > _SEEN_MAX:
            del seen[next(iter(seen))]
        return new

    ask()
    return ask


_LOOK_BACK_MS = 60_000
_SEEN_MAX = 5_000


def _drawn(visit: Visit, rows: list[dict[str, Any]]) -> str:
    return visit.piece("live_rows.html", rows=rows, statuses=STATUSES, fresh=True)


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, say = visit.saying.t, visit.saying
    names = [t("When"), t("Shop"), t("Till"), t("Receipt"), t("Cashier"), t("State"), t("Discount"),
             t("Amount"), t("Currency")]  # fmt: skip
    return visit.csv("sales", names, (
        (say.stamp(row["at_ms"], zone(row["timezone"])), row["shop"], row["till_name"], row["receipt"],
         row["cashier"], row["status"], say.plain_money(row["discount_minor"], row["currency"]),
         say.plain_money(row["total_minor"], row["currency"]), row["currency"])
        for row in rows
    ))  # fmt: skip


PAGE = Page("/sales", N_("Live sales"), "sales", show)
STREAM = Page("/sales/stream", N_("Live sales"), "sales", show_stream, tab=False)
