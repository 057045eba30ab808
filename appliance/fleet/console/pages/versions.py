"""Versions: what software and which documents tills have, and who has not what they should."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from appliance.fleet.console.condition import IN_SERVICE
from appliance.fleet.console.listing import Order, all_rows, paged, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

DOCUMENTS = {
    "config": N_("Settings"),
    "catalogue": N_("Catalogue"),
    "prices": N_("Prices"),
    "staff": N_("Staff"),
    "firmware": N_("Software"),
}
_KEPT_MS = 10_000
_ORDER = Order(
    {"since": "w.at_ms", "document": "w.document", "shop": "s.name"}, "since", "w.till, w.document"
)


def show(visit: Visit) -> Response:
    t = visit.saying.t
    where, params = visit.shops()
    drift = (
        "SELECT w.*, t.name AS till_name, t.shop, s.name AS shop_name FROM shadow w"
        " JOIN till t ON t.uid = w.till JOIN shop s ON s.shop = t.shop"
        f" WHERE w.desired_version <> w.reported_version AND {where}"
    )
    drift_params = dict(params)
    if document := visit.query("document"):
        drift, drift_params["document"] = f"{drift} AND w.document = :document", document
    if wants_csv(visit):
        names = [
            t("Till"),
            t("Shop"),
            t("Document"),
            t("Should be"),
            t("Is"),
            t("Error"),
            t("Since"),
        ]
        return visit.csv("drift", names, (
            (row["till"], row["shop"], row["document"], row["desired_version"],
             row["reported_version"], row["error"], visit.saying.stamp(row["at_ms"]))
            for row in all_rows(visit, drift, _ORDER, drift_params)
        ))  # fmt: skip
    listing = paged(
        visit, drift, f"SELECT count(*) AS n FROM ({drift}) counted", _ORDER, drift_params
    )
    software, documents = visit.console.kept.get(
        ("versions", str(visit.scope)), _KEPT_MS, lambda: (_software(visit), _documents(visit))
    )
    return visit.page(
        "versions.html", title=t("Versions"), listing=listing, software=software,
        documents=documents, words=DOCUMENTS, document=document,
        most=max((row["tills"] for row in software), default=1),
    )  # fmt: skip


def _software(visit: Visit) -> list[dict[str, Any]]:
    where, params = visit.shops()
    return visit.rows(
        "SELECT t.sw, count(*) AS tills FROM till t JOIN shop s ON s.shop = t.shop"
        f" WHERE {IN_SERVICE} AND {where} GROUP BY t.sw ORDER BY tills DESC LIMIT 50",
        **params,
    )


def _documents(visit: Visit) -> list[dict[str, Any]]:
    """Of each document the newest version, who is behind it, and who refused it."""
    where, params = visit.shops()
    everything = visit.scope.everything
    join = "" if everything else "JOIN till t ON t.uid = w.till JOIN shop s ON s.shop = t.shop"
    return visit.rows(
        "SELECT w.document, max(w.desired_version) AS newest, count(*) AS tills,"
        " sum(CASE WHEN w.desired_version <> w.reported_version THEN 1 ELSE 0 END) AS behind,"
        " sum(CASE WHEN w.error <> '' THEN 1 ELSE 0 END) AS failed"
        f" FROM shadow w {join} WHERE {where} GROUP BY w.document ORDER BY w.document",
        **params,
    )


PAGE = Page("/versions", N_("Versions"), "tills", show)
