"""Stock: what lies in which shop, what is below zero, what is on the way, and where an item is."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console.listing import Listing, Order, all_rows, matching, paged, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

_ORDER = Order(
    {"name": "coalesce(i.name, k.sku)", "sku": "k.sku", "quantity": "k.quantity", "moved": "k.moved_ms"},
    "name", "k.shop, k.sku",
)  # fmt: skip
_STOCK = (
    "SELECT k.shop, k.sku, k.quantity, k.moved_ms, k.counted, k.count_ms, i.name, i.unit, i.low,"
    " s.name AS shop_name, s.tenant FROM stock k JOIN shop s ON s.shop = k.shop"
    " LEFT JOIN item i ON i.tenant = s.tenant AND i.sku = k.sku"
)
_FOUND_MAX = 50
_EVERYWHERE_MAX = 500
_MOVEMENTS = 30


def show(visit: Visit) -> Response:
    """A shop must be chosen, or only what is below zero: no list of millions is ever made."""
    shop, only, find = visit.query("shop"), visit.query("only"), visit.query("find").strip()
    t = visit.saying.t
    listing: Listing | None = None
    if shop or only == "negative":
        where, params = _filters(visit, shop, only, find)
        sql = f"{_STOCK} WHERE {where}"
        if wants_csv(visit):
            return _csv(visit, all_rows(visit, sql, _ORDER, params))
        count = f"SELECT count(*) AS n FROM ({sql} LIMIT 100000) counted"
        listing = paged(visit, sql, count, _ORDER, params)
    found = _found(visit, find) if find and listing is None else None
    return visit.page(
        "stock.html", title=t("Stock"), listing=listing, shop=shop, only=only, find=find,
        found=found, shops=_shops(visit), reasons=REASONS,
    )  # fmt: skip


def show_item(visit: Visit) -> Response:
    """One item in every shop, and how it moved."""
    sku = visit.path("sku")
    where, params = visit.shops()
    rows = visit.rows(
        f"{_STOCK} WHERE k.sku = :sku AND {where} ORDER BY k.quantity DESC LIMIT :most",
        sku=sku, most=_EVERYWHERE_MAX, **params,
    )  # fmt: skip
    item = visit.row(
        "SELECT i.* FROM item i WHERE i.sku = :sku AND EXISTS (SELECT 1 FROM shop s WHERE"
        f" s.tenant = i.tenant AND {where}) LIMIT 1",
        sku=sku, **params,
    )  # fmt: skip
    if item is None and not rows:
        raise HTTPException(404)
    shop = visit.query("shop") or (rows[0]["shop"] if len(rows) == 1 else "")
    moved = visit.rows(
        "SELECT m.*, t.name AS till_name FROM movement m JOIN shop s ON s.shop = m.shop"
        f" JOIN till t ON t.uid = m.till WHERE m.shop = :shop AND m.sku = :sku AND {where}"
        " ORDER BY m.at_ms DESC LIMIT :most",
        shop=shop, sku=sku, most=_MOVEMENTS, **params,
    ) if shop else []  # fmt: skip
    return visit.page(
        "item.html", title=(item or {}).get("name") or sku, sku=sku, item=item, rows=rows, shop=shop,
        moved=moved, reasons=REASONS, total=sum(int(row["quantity"]) for row in rows),
        cut=len(rows) == _EVERYWHERE_MAX,
    )  # fmt: skip


def show_transit(visit: Visit) -> Response:
    """Goods that one shop sent and the other has not received."""
    where, params = visit.shops()
    sql = (
        "SELECT r.*, a.name AS origin_name, s.name AS target_name, i.name FROM transit r"
        " LEFT JOIN shop s ON s.shop = r.target LEFT JOIN shop a ON a.shop = r.origin"
        " LEFT JOIN item i ON i.sku = r.sku AND i.tenant = coalesce(s.tenant, a.tenant)"
        f" WHERE r.sent <> r.received AND {where}"
    )
    if wants_csv(visit):
        t = visit.saying.t
        names = [
            t("From"),
            t("To"),
            t("Paper"),
            t("Item"),
            t("Name"),
            t("Sent"),
            t("Received"),
            t("When"),
        ]
        return visit.csv("transit", names, (
            (row["origin"], row["target"], row["document"], row["sku"], row["name"],
             visit.saying.plain_quantity(row["sent"]), visit.saying.plain_quantity(row["received"]),
             visit.saying.stamp(row["sent_ms"]))
            for row in all_rows(visit, sql, "r.sent_ms DESC", params)
        ))  # fmt: skip
    listing = paged(
        visit, sql, f"SELECT count(*) AS n FROM ({sql} LIMIT 100000) counted",
        Order({"sent": "r.sent_ms"}, "-sent", "r.document, r.sku"), params,
    )  # fmt: skip
    return visit.page("transit.html", title=visit.saying.t("On the way"), listing=listing)


REASONS = {
    "sale": N_("sold"),
    "return": N_("came back"),
    "count": N_("counted"),
    "received": N_("received"),
    "transfer_in": N_("from another shop"),
    "transfer_out": N_("to another shop"),
    "write_off": N_("written off"),
    "produced": N_("made here"),
    "supplier_return": N_("back to the supplier"),
}


def _filters(visit: Visit, shop: str, only: str, find: str) -> tuple[str, dict[str, Any]]:
    where, scope = visit.shops()
    params: dict[str, Any] = dict(scope)
    if shop:
        where, params["shop"] = f"{where} AND k.shop = :shop", shop
    if only == "negative":
        where += " AND k.quantity < 0"
    elif only == "low":
        where += " AND i.low IS NOT NULL AND k.quantity < i.low"
    if find:
        found, spellings = matching(["i.name", "k.sku"], find)
        where, params = f"{where} AND {found}", params | spellings
    return where, params


def _found(visit: Visit, find: str) -> list[dict[str, Any]]:
    """Items by number or name, whatever shop they lie in."""
    where, params = visit.shops()
    found, spellings = matching(["i.name", "i.sku"], find)
    return visit.rows(
        f"SELECT i.tenant, i.sku, i.name, i.unit FROM item i WHERE {found} AND EXISTS (SELECT 1"
        f" FROM shop s WHERE s.tenant = i.tenant AND {where}) ORDER BY i.name LIMIT :most",
        most=_FOUND_MAX, **spellings, **params,
    )  # fmt: skip


def _shops(visit: Visit) -> list[tuple[str, str]]:
    where, params = visit.shops()
    rows = visit.console.kept.get(
        ("shop choices", str(visit.scope)), 60_000,
        lambda: visit.rows(
            f"SELECT s.shop, s.name FROM shop s WHERE {where} ORDER BY s.name, s.shop LIMIT 5000", **params
        ),
    )  # fmt: skip
    return [
        ("", visit.saying.t("choose")),
        *((row["shop"], row["name"] or row["shop"]) for row in rows),
    ]


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, say = visit.saying.t, visit.saying
    names = [
        t("Shop"),
        t("Item"),
        t("Name"),
        t("On the shelf"),
        t("Unit"),
        t("Counted"),
        t("Moved"),
    ]
    return visit.csv("stock", names, (
        (row["shop"], row["sku"], row["name"], say.plain_quantity(row["quantity"]), row["unit"],
         say.stamp(row["count_ms"]), say.stamp(row["moved_ms"]))
        for row in rows
    ))  # fmt: skip


PAGE = Page("/stock", N_("Stock"), "stock", show)
TRANSIT = Page("/transit", N_("On the way"), "stock", show_transit)
ITEM = Page("/items/{sku:path}", N_("Item"), "stock", show_item, tab=False)
