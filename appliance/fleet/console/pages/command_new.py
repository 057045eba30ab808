"""A new command: what, to which tills, and why."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.commands import CommandMistake
from appliance.fleet.console import order_words as words
from appliance.fleet.console import places
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.commands import NEWS, commands_of
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit
from appliance.wire.remote_command import TYPES, CommandClass

TICKED_MAX = 200
"""Tills that are listed one by one; more are addressed as a whole."""


def show(visit: Visit, mistake: str = "") -> Response:
    """Without a type: which there are. With one: its form."""
    kind = visit.form.get("type", visit.query("type"))
    place = visit.form.get("place", visit.query("place"))
    if kind and kind not in TYPES:
        raise HTTPException(404)
    if kind and not _may(visit, kind):
        raise HTTPException(403)
    found = places.tills_of(visit, place)
    return visit.page(
        "command_new.html", 400 if mistake else 200, title=visit.saying.t("New command"),
        kind=kind, kinds={name: it for name, it in TYPES.items() if _may(visit, name)}, words=words,
        place=place, placed=_placed(visit, place), places=places.choices(visit), tills=found,
        ticked=_ticked(visit), listed=len(found) <= TICKED_MAX, typed=visit.form, mistake=mistake,
        money=bool(kind) and TYPES[kind].of is CommandClass.MONEY,
    )  # fmt: skip


def issue(visit: Visit) -> Response:
    kind, t = visit.form.get("type", ""), visit.saying.t
    if kind not in TYPES:
        raise HTTPException(400)
    if not _may(visit, kind):
        raise HTTPException(403)
    tills = places.tills_of(visit, visit.form.get("place", ""), _ticked(visit))
    if visit.form.get("listed") and not _ticked(visit):
        tills = []
    if not tills:
        return show(visit, t("Choose at least one till."))
    try:
        args = words.read(kind, visit.form)
        uids = [it["uid"] for it in tills]
        reason = visit.form.get("reason", "")
        ids = commands_of(visit).issue(visit.login, uids, kind, args, reason, address=visit.address)
    except CommandMistake as error:
        return show(visit, t(str(error)))
    visit.console.news.tell((NEWS,))
    waits = TYPES[kind].of is CommandClass.MONEY
    sent = visit.saying.n(
        "It is on its way to {count} till.", "It is on its way to {count} tills.", len(ids)
    )
    said = t("It waits for a second person, who is not you.") if waits else sent
    return visit.go(f"/commands/{ids[0]}" if len(ids) == 1 else "/commands", said)


def _may(visit: Visit, kind: str) -> bool:
    """Money is a manager's."""
    return visit.may("manager" if TYPES[kind].of is CommandClass.MONEY else "operator")


def _ticked(visit: Visit) -> list[str]:
    return visit.form.get("till", "").split()


def _placed(visit: Visit, place: str) -> str:
    return places.words(visit, place) if place.startswith("till:") else ""


PAGE = Page(
    "/commands/new", N_("New command"), "commands", show, Role.OPERATOR, tab=False,
    acts=(Act("/commands/new", issue, Role.OPERATOR, body_max=512 * 1024),),
)  # fmt: skip
