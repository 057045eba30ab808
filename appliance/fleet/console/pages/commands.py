"""Commands: the queue, live; one command with its till's answer; a second person's word on it."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.commands import CommandMistake, Commands
from appliance.fleet.console import order_words as words
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.stream import Stream, stream
from appliance.fleet.console.visit import Visit
from appliance.wire.remote_command import TYPES

NEWS = "orders"
SHOWN = 60
OPEN = ("waiting", "sent", "received", "running")
_ROW = (
    "SELECT c.id, c.till, c.type, c.args, c.class, c.state, c.issuer, c.approver, c.reason,"
    " c.issued_ms, c.expires_ms, c.state_ms, c.answer, t.name AS till_name, t.shop, s.name AS shop_name"
    " FROM command c JOIN till t ON t.uid = c.till JOIN shop s ON s.shop = t.shop"
)
_LOOK_BACK_MS = 60_000
_WEEK_MS = 7 * 24 * 3_600_000
_WAITING_MAX = 100


def show(visit: Visit) -> Response:
    t = visit.saying.t
    where, params = visit.shops()
    state, kind, till = visit.query("state"), visit.query("type"), visit.query("till")
    if state == "open":
        where += f" AND c.state IN {OPEN}"
    elif state:
        where, params = f"{where} AND c.state = :state", params | {"state": state}
    for name, value in (("type", kind), ("till", till)):
        if value:
            where, params = f"{where} AND c.{name} = :{name}", params | {name: value}
    sql = f"{_ROW} WHERE {where}"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, "c.issued_ms DESC, c.id DESC", params))
    listing = onwards(visit, sql, ["c.issued_ms", "c.id"], params)
    states = [("", t("all")), ("open", t("not ended yet"))]
    states += [(name, t(said)) for name, (said, _) in words.STATES.items()]
    kinds = [("", t("all")), *((name, t(title)) for name, (title, _) in words.KINDS.items())]
    return visit.page(
        "commands.html", title=t("Commands"), listing=listing, words=words, shown=SHOWN,
        states=states, kinds=kinds, state=state, kind=kind, till=till,
        live=not (visit.query("before") or state or kind or till), waiting=_waiting(visit),
    )  # fmt: skip


def show_stream(visit: Visit) -> Response:
    """Each event is some rows of the queue, in place of what they were."""
    changed = _Changed(visit)
    changed()
    return stream(visit, Stream(NEWS, changed, lambda rows: _drawn(visit, rows)))


class _Changed:
    """Commands that are new, or in another state than they were told in."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._where, self._params = visit.shops()
        self._told: dict[str, str] = {}

    def __call__(self) -> list[dict[str, Any]]:
        now = self._visit.console.now_ms()
        rows = self._visit.rows(
            f"{_ROW} WHERE c.issued_ms > :week AND c.state_ms > :since AND {self._where}"
            " ORDER BY c.state_ms DESC LIMIT :most",
            week=now - _WEEK_MS, since=now - _LOOK_BACK_MS, most=SHOWN, **self._params,
        )  # fmt: skip
        new = [row for row in rows if self._told.get(row["id"]) != row["state"]]
        self._told = {row["id"]: row["state"] for row in rows}
        return new


def _drawn(visit: Visit, rows: list[dict[str, Any]]) -> str:
    return visit.piece("command_rows.html", rows=rows, words=words, fresh=True)


def show_one(visit: Visit, mistake: str = "") -> Response:
    row = _one(visit)
    return visit.page(
        "command.html", 400 if mistake else 200, title=visit.saying.t(words.KINDS[row["type"]][0]),
        row=row, words=words, mistake=mistake, answer=words.answered(visit.saying, row["answer"]),
        of=TYPES[row["type"]].of, own=row["issuer"] == visit.login,
    )  # fmt: skip


def decide(visit: Visit) -> Response:
    """A second person agrees, or somebody takes it back."""
    row = _one(visit)
    deeds = commands_of(visit)
    try:
        match visit.form.get("deed"):
            case "approve":
                deeds.approve(visit.login, row["id"], address=visit.address)
                said = visit.saying.t("Agreed: the till has {minutes} minutes to do it.")
                said = said.format(minutes=TYPES[row["type"]].life_s // 60)
            case "withdraw":
                deeds.withdraw(visit.login, row["id"], address=visit.address)
                said = visit.saying.t("It is withdrawn; the till never hears of it.")
            case _:
                raise HTTPException(400)
    except CommandMistake as error:
        return show_one(visit, visit.saying.t(str(error)))
    visit.console.news.tell((NEWS,))
    return visit.go(f"/commands/{row['id']}", said)


def recent(visit: Visit, till: str, most: int = 6) -> list[dict[str, Any]]:
    """The newest of one till, for its own page; none for whoever may not see commands."""
    if not visit.may(Role.OPERATOR):
        return []
    return visit.rows(
        f"{_ROW} WHERE c.till = :till ORDER BY c.issued_ms DESC, c.id DESC LIMIT :most",
        till=till, most=most,
    )  # fmt: skip


def commands_of(visit: Visit) -> Commands:
    if visit.console.commands is None:
        raise HTTPException(404)
    return visit.console.commands


def _one(visit: Visit) -> dict[str, Any]:
    where, params = visit.shops()
    row = visit.row(f"{_ROW} WHERE c.id = :id AND {where}", id=visit.path("id"), **params)
    if row is None:
        raise HTTPException(404)
    return row


def _waiting(visit: Visit) -> list[dict[str, Any]]:
    """For a second person, the oldest first."""
    where, params = visit.shops()
    return visit.rows(
        f"{_ROW} WHERE c.state = 'waiting' AND c.expires_ms > :now AND {where}"
        " ORDER BY c.issued_ms, c.id LIMIT :most",
        now=visit.now_ms, most=_WAITING_MAX, **params,
    )  # fmt: skip


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, say = visit.saying.t, visit.saying
    names = [t("When"), t("Shop"), t("Till"), t("Command"), t("Class"), t("State"), t("Who"),
             t("Agreed"), t("Why"), t("Answer")]  # fmt: skip
    return visit.csv("commands", names, (
        (say.stamp(row["issued_ms"]), row["shop"], row["till_name"], row["type"], row["class"],
         row["state"], row["issuer"], row["approver"], row["reason"], row["answer"])
        for row in rows
    ))  # fmt: skip


_OPERATOR = Role.OPERATOR
PAGE = Page("/commands", N_("Commands"), "commands", show, _OPERATOR)
STREAM = Page("/commands/stream", N_("Commands"), "commands", show_stream, _OPERATOR, tab=False)
ONE = Page(
    "/commands/{id}", N_("Command"), "commands", show_one, _OPERATOR, tab=False,
    acts=(Act("/commands/{id}", decide, Role.MANAGER),),
)  # fmt: skip
