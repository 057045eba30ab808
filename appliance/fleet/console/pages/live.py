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
_LOOK_BACK_MS = 60_000
_TOLD_MAX = 5_000


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
        first=not visit.query("before"), shop=shop,
    )  # fmt: skip


def show_stream(visit: Visit) -> Response:
    """Each event is some rows of the table, ready to be put on top."""
    newest = _Newest(visit, visit.query("shop"))
    newest()
    return stream(visit, Stream("sales", newest, lambda rows: _drawn(visit, rows)))


class _Newest:
    """Sales that were not told yet. One may arrive after another that is younger, so each time the
    last minute is looked at again; what a till sends after hours without network is no news."""

    def __init__(self, visit: Visit, shop: str) -> None:
        self._visit = visit
        self._where, self._params = visit.shops()
        if shop:
            self._where += " AND x.shop = :shop"
            self._params = self._params | {"shop": shop}
        self._told: dict[tuple[str, int, int], None] = {}

    def __call__(self) -> list[dict[str, Any]]:
        rows = self._visit.rows(
            f"{_ROW} WHERE x.at_ms > :since AND x.status = 'completed' AND {self._where}"
            " ORDER BY x.at_ms DESC LIMIT :most",
            since=self._visit.console.now_ms() - _LOOK_BACK_MS, most=SHOWN, **self._params,
        )  # fmt: skip
        new = [row for row in rows if (row["till"], row["epoch"], row["sale"]) not in self._told]
        self._told |= dict.fromkeys((row["till"], row["epoch"], row["sale"]) for row in new)
        while len(self._told) > _TOLD_MAX:
            del self._told[next(iter(self._told))]
        return new


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
