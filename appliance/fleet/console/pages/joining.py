"""Joining: tills are let in by their code or with tokens, locked out, and let in again."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.authority import enrolment
from appliance.fleet.authority.joining import Desk
from appliance.fleet.authority.registry import Registry
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit
from appliance.wire.enrolment import Refused, Token

MISTAKES = {
    "no_code": N_("No till shows this code now. Look again: it holds for 15 minutes."),
    "locked": N_("Too many wrong codes. Wait a quarter of an hour."),
    "forged": N_(
        "The till with this code did not reach this fleet, but somebody in between. Do not let it"
        " in; look at its network."
    ),
    "same_number": N_(
        "This shop has a till with the same number. Give the new one another, or retire the old one"
        " first."
    ),
    "bad_shop": N_("A shop's name has letters, digits, dots and dashes, at most 64."),
    "count": N_("1 to 1000 tokens for 1 to 366 days."),
}
DEEDS = {
    "deny": N_("{till} is locked out: its session has ended, nothing of it is taken in."),
    "allow": N_("{till} may come back. It asks for a new certificate within ten minutes."),
    "retire": N_("{till} is retired. What it sold stays."),
    "accept": N_("{till} may run on the machine that asks next."),
}
_LISTED_MAX = 50


def show(visit: Visit, mistake: str = "", made: Sequence[Token] = ()) -> Response:
    """made: tokens, shown this once."""
    desk = _desk(visit)
    return visit.page(
        "joining.html", 400 if mistake else 200, title=visit.saying.t("Joining"),
        waiting=enrolment.waiting(desk), shops=_shops(visit), mistake=mistake, made=made,
        url=desk.public().url, typed=visit.form, code=visit.query("code"),
        till=visit.form.get("till", visit.query("till")),
        out=_locked_out(visit), everything=visit.scope.everything,
    )  # fmt: skip


def let_in(visit: Visit) -> Response:
    shop = _shop(visit)
    found = enrolment.approve(
        _desk(visit), visit.form.get("code", ""), shop, visit.login, visit.address
    )
    if isinstance(found, Refused):
        return show(visit, visit.saying.t(MISTAKES[found.reason]))
    said = visit.saying.t("{till} of {shop} is let in.").format(till=found.name, shop=found.shop)
    return visit.go("/pair", said)


def make_tokens(visit: Visit) -> Response:
    try:
        count, days = int(visit.form.get("count", "")), int(visit.form.get("days", ""))
    except ValueError:
        count = days = 0
    made = enrolment.tokens(_desk(visit), _shop(visit), count, days, visit.login, visit.address)
    if isinstance(made, Refused):
        return show(visit, visit.saying.t(MISTAKES[made.reason]))
    if visit.form.get("as") == "csv":
        url = _desk(visit).public().url
        lines = ([f"till enrol --server {url} --token {one}"] for one in made)
        return visit.csv("tokens", [visit.saying.t("Typed at the till, one line each")], lines)
    return show(visit, made=made)


def treat(visit: Visit) -> Response:
    """One till: locked out, let in again, retired, or on another machine from now on."""
    deed = visit.form.get("deed", "")
    if deed not in DEEDS:
        raise HTTPException(400)
    name = deal(visit, visit.form.get("till", "").strip(), deed)
    if name is None:
        return show(visit, visit.saying.t("No till is called that. Its page has its name."))
    return visit.go("/pair", visit.saying.t(DEEDS[deed]).format(till=name))


def deal(visit: Visit, uid: str, deed: str) -> str | None:
    """Does one of DEEDS to a till, with the form's reason; what it is called. None: not theirs."""
    row = visit.row("SELECT shop, name FROM till WHERE uid = :uid", uid=uid)
    if row is None or not _is_theirs(visit, row["shop"]):
        return None
    registry, reason = _registry(visit), visit.form.get("reason", "")[:200]
    match deed:
        case "deny":
            registry.deny(uid, visit.login, reason, visit.address)
        case "retire":
            registry.retire(uid, visit.login, reason, visit.address)
        case "allow":
            registry.allow(uid, visit.login, visit.address)
        case "accept":
            registry.accept_hardware(uid, visit.login, address=visit.address)
    return f"{row['shop']}, {row['name']}"


def _locked_out(visit: Visit) -> list[dict[str, str]]:
    where, params = visit.shops()
    return visit.rows(
        "SELECT t.uid, t.name, t.shop, s.name AS shop_name FROM till t JOIN shop s ON s.shop = t.shop"
        f" WHERE t.status = 'denied' AND {where} ORDER BY s.name, t.name LIMIT :most",
        **params, most=_LISTED_MAX,
    )  # fmt: skip


def _shops(visit: Visit) -> list[dict[str, str]]:
    where, params = visit.shops()
    return visit.rows(
        f"SELECT s.shop, s.name FROM shop s WHERE {where} ORDER BY s.name LIMIT 5000", **params
    )


def _shop(visit: Visit) -> str:
    """One of theirs; a new one is opened by whoever has all."""
    shop = visit.form.get("shop", "").strip()
    if not visit.scope.everything and not _is_theirs(visit, shop):
        raise HTTPException(403)
    return shop


def _is_theirs(visit: Visit, shop: str) -> bool:
    where, params = visit.shops()
    sql = f"SELECT s.shop FROM shop s WHERE s.shop = :one AND {where}"
    return visit.row(sql, **params, one=shop) is not None


def _desk(visit: Visit) -> Desk:
    if visit.console.desk is None:
        raise HTTPException(404)
    return visit.console.desk


def _registry(visit: Visit) -> Registry:
    desk = _desk(visit)
    return Registry(desk.store, desk.changed)


_ADMIN = Role.ADMINISTRATOR
PAGE = Page(
    "/pair", N_("Joining"), "tills", show, _ADMIN,
    acts=(
        Act("/pair", let_in, _ADMIN),
        Act("/pair/tokens", make_tokens, _ADMIN),
        Act("/pair/till", treat, _ADMIN),
    ),
)  # fmt: skip
