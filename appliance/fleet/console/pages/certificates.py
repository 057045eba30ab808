"""Certificates: all tills by when theirs ends, who renewed, who is locked out, and what is revoked."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.authority.registry import NEAR_END_MS
from appliance.fleet.authority.renewal import RENEW_BEFORE_MS
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.listing import Order, all_rows, matching, onwards, paged, wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.joining import deal
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit

AT_ONCE_MAX = 500
NAMES = {
    "ended": N_("ended"),
    "soon": N_("ends soon"),
    "due": N_("to be renewed"),
    "good": N_("good"),
    "denied": N_("locked out"),
}
SIGNS = {"ended": "lost", "soon": "late", "due": "none", "good": "ok", "denied": "lost"}
"""Which sign of a condition stands beside each."""
DEEDS = {
    "deny": N_("Locked out: {count}. Their sessions have ended, nothing of them is taken in."),
    "allow": N_("May come back: {count}. They ask for new certificates within ten minutes."),
    "retire": N_("Retired: {count}. What they sold stays."),
}
_HOW = f"""CASE WHEN t.status = 'denied' THEN 'denied'
    WHEN t.cert_until_ms IS NULL OR t.cert_until_ms < :now THEN 'ended'
    WHEN t.cert_until_ms < :now + {NEAR_END_MS} THEN 'soon'
    WHEN t.cert_until_ms < :now + {RENEW_BEFORE_MS} THEN 'due' ELSE 'good' END"""
_TILLS = f"""SELECT * FROM (SELECT t.uid, t.shop, t.name, t.number, t.cert_until_ms AS until_ms,
    t.cert_fp AS fingerprint, s.name AS shop_name, {_HOW} AS how,
    coalesce(c.given, 0) AS given, c.issued_ms
    FROM till t JOIN shop s ON s.shop = t.shop LEFT JOIN (SELECT till, count(*) AS given,
        max(issued_ms) AS issued_ms FROM certificate GROUP BY till) c ON c.till = t.uid
    WHERE t.status <> 'retired'"""
_REVOKED = (
    "SELECT c.serial, c.till, c.issued_ms, c.not_after_ms, c.revoked_ms, c.reason, t.name, t.shop,"
    " t.status, s.name AS shop_name FROM certificate c JOIN till t ON t.uid = c.till"
    " JOIN shop s ON s.shop = t.shop WHERE c.revoked_ms IS NOT NULL AND c.not_after_ms > :now"
)
_ORDER = Order(
    {"until": "until_ms", "shop": "shop_name", "name": "name", "given": "given", "issued": "issued_ms"},
    "until", "shop_name, number, uid",
)  # fmt: skip


def show(visit: Visit, mistake: str = "") -> Response:
    t = visit.saying.t
    inner, params = visit.shops()
    if find := visit.query("find").strip():
        found, spellings = matching(["s.name", "t.name", "t.uid", "t.cert_fp"], find)
        inner, params = f"{inner} AND {found}", params | spellings
    outer, given = "1=1", {"now": visit.now_ms, **params}
    if (how := visit.query("how")) in NAMES:
        outer, given["how"] = "how = :how", how
    sql = f"{_TILLS} AND {inner}) each_till WHERE {outer}"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, _ORDER, given))
    return visit.page(
        "certificates.html", 400 if mistake else 200, title=t("Certificates"), names=NAMES,
        signs=SIGNS, mistake=mistake, how=[("", t("all")), *((it, t(name)) for it, name in NAMES.items())],
        listing=paged(visit, sql, f"SELECT count(*) AS n FROM ({sql}) counted", _ORDER, given),
        asked={"find": find, "how": how},
    )  # fmt: skip


def show_revoked(visit: Visit) -> Response:
    """What brokers turn away though it has not run out."""
    where, params = visit.shops()
    sql, given = f"{_REVOKED} AND {where}", {"now": visit.now_ms, **params}
    if wants_csv(visit):
        return _csv_revoked(visit, all_rows(visit, sql, "c.revoked_ms DESC", given))
    listing = onwards(visit, sql, ["c.revoked_ms", "c.serial"], given)
    return visit.page("revoked.html", title=visit.saying.t("Revoked"), listing=listing)


def answer(visit: Visit) -> Response:
    """Each till that is ticked, with a line of its own in the audit."""
    tills, deed = visit.form.get("till", "").split(), visit.form.get("deed", "")
    if deed not in DEEDS or len(tills) > AT_ONCE_MAX:
        raise HTTPException(400)
    if not tills:
        return show(visit, visit.saying.t("Tick what you mean first."))
    count = sum(deal(visit, uid, deed) is not None for uid in tills)
    return visit.go("/certificates", visit.saying.t(DEEDS[deed]).format(count=count))


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, stamp = visit.saying.t, visit.saying.stamp
    names = [t("Till"), t("Name"), t("Shop"), t("State"), t("Until"), t("Given"), t("Renewals"),
             t("Fingerprint")]  # fmt: skip
    return visit.csv("certificates", names, (
        (row["uid"], row["name"], row["shop"], row["how"], stamp(row["until_ms"]),
         stamp(row["issued_ms"]), max(0, row["given"] - 1), row["fingerprint"]) for row in rows
    ))  # fmt: skip


def _csv_revoked(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, stamp = visit.saying.t, visit.saying.stamp
    names = [t("Serial number"), t("Till"), t("Name"), t("Shop"), t("When"), t("Why"), t("Until")]
    return visit.csv("revoked", names, (
        (row["serial"], row["till"], row["name"], row["shop"], stamp(row["revoked_ms"]),
         row["reason"], stamp(row["not_after_ms"])) for row in rows
    ))  # fmt: skip


_ADMIN = Role.ADMINISTRATOR
PAGE = Page(
    "/certificates", N_("Certificates"), "tills", show, _ADMIN,
    acts=(Act("/certificates", answer, _ADMIN),),
)  # fmt: skip
REVOKED = Page("/certificates/revoked", N_("Revoked"), "tills", show_revoked, _ADMIN, tab=False)
