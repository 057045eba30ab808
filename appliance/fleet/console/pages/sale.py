"""One sale, as its receipt: what was sold, what was paid."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.till import one_till
from appliance.fleet.console.saying import N_, zone
from appliance.fleet.console.visit import Visit

TENDERS = {
    "cash": N_("Cash"),
    "foreign_cash": N_("Foreign cash"),
    "card": N_("Card"),
    "qr": N_("QR code"),
    "gift_card": N_("Gift card"),
    "voucher": N_("Store credit"),
    "account": N_("On the tab"),
    "advance": N_("Paid in advance"),
    "loyalty": N_("Points"),
}
STATUSES = {
    "completed": N_("paid"),
    "voided": N_("voided"),
    "suspended": N_("put aside"),
    "open": N_("open"),
}


def show(visit: Visit) -> Response:
    till = one_till(visit, visit.path("till"))
    visit.saying.home = zone(till["timezone"])
    key = {"till": till["uid"]} | {name: _number(visit.path(name)) for name in ("epoch", "sale")}
    same = "till = :till AND epoch = :epoch AND sale = :sale"
    sale = visit.row(f"SELECT * FROM sale WHERE {same}", **key)
    if sale is None:
        raise HTTPException(404)
    lines = visit.rows(
        "SELECT x.*, i.name, i.unit FROM sale_line x LEFT JOIN item i ON i.tenant = :tenant"
        " AND i.sku = x.sku WHERE x.till = :till AND x.epoch = :epoch AND x.sale = :sale"
        " ORDER BY x.line LIMIT 10000",
        tenant=till["tenant"], **key,
    )  # fmt: skip
    payments = visit.rows(f"SELECT * FROM payment WHERE {same} ORDER BY tender LIMIT 200", **key)
    receipt = sale["receipt"]
    title = (
        visit.saying.t("Receipt {number}").format(number=receipt)
        if receipt
        else visit.saying.t("Basket {number}").format(number=sale["sale"])
    )
    return visit.page(
        "sale.html", title=title, till=till, sale=sale, lines=lines, payments=payments,
        tenders=TENDERS, statuses=STATUSES,
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise HTTPException(404)
    return int(text)


PAGE = Page("/tills/{till}/sales/{epoch}/{sale}", N_("Receipt"), "sales", show, tab=False)
