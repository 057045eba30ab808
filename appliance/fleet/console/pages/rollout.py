"""One rollout: planned, started, watched, stopped, let through."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console import places
from appliance.fleet.console import rollout_words as words
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.listing import Order, paged
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.documents import clock_of, moment
from appliance.fleet.console.pages.updates import rollouts_of, with_standing
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit
from appliance.fleet.updates import planning
from appliance.fleet.updates.plan import Gate, Wave
from appliance.fleet.updates.planning import HOUR_MS, Plan
from appliance.fleet.updates.trust import UpdateMistake

LISTED_MAX = 100
"""Tills that are offered as pilots; in a larger place one looks for a shop first."""
DEEDS = {
    "start": (N_("Started: the first wave goes out."), Role.MANAGER),
    "pause": (N_("Paused: whoever has not begun does not begin."), Role.OPERATOR),
    "resume": (N_("It goes on."), Role.MANAGER),
    "abort": (N_("Ended: nobody else is given it."), Role.MANAGER),
    "pass": (N_("The wave is let through."), Role.MANAGER),
}
"""What is said afterwards, and who may."""
_NUMBER_MAX = 10_000
_ORDER = Order({"since": "f.since_ms", "shop": "s.name", "wave": "m.wave"}, "wave", "m.till")


def show_new(visit: Visit, mistake: str = "") -> Response:
    desk = rollouts_of(visit)
    typed = visit.form or visit.request.query_params
    release = desk.releases.find(typed.get("release", ""))
    if release is None:
        raise HTTPException(404)
    place = _place(visit, typed.get("place", ""))
    tills = places.tills_of(visit, place)
    return visit.page(
        "rollout_new.html", 400 if mistake else 200, title=visit.saying.t("Plan a rollout"),
        release=release, place=place, places=places.choices(visit, everything=False),
        tills=tills if len(tills) <= LISTED_MAX else [], many=len(tills), typed=typed,
        ticked=set(typed.get("pilot", "").split()), mistake=mistake, gate=Gate(),
        window=planning.NIGHT, timezone=clock_of(visit, (place,))[0],
    )  # fmt: skip


def make(visit: Visit) -> Response:
    t, form = visit.saying.t, visit.form
    place = _place(visit, form.get("place", ""))
    known = {it["uid"] for it in places.tills_of(visit, place)}
    pilots = [it for it in form.get("pilot", "").split() if it in known]
    try:
        not_before_ms = _begins(visit, place)
        wanted = _plan(form, pilots, visit.now_ms, not_before_ms)
        id_ = rollouts_of(visit).make(
            visit.login, form.get("release", ""), [place], wanted, form.get("note", ""),
            visit.address,
        )  # fmt: skip
    except UpdateMistake as error:
        return show_new(visit, words.mistake(visit.saying, error))
    except (ValueError, InvalidOperation):
        return show_new(visit, t("Write shares as numbers such as 5, 25, 100; hours and days too."))
    return visit.go(f"/updates/{id_}", t("Planned. No till is given it before you start it."))


def _begins(visit: Visit, place: str) -> int:
    """Not before, by the clocks of most shops there; 0 for at once. Raises UpdateMistake."""
    try:
        return moment(visit.form.get("not_before", ""), clock_of(visit, (place,))[0])
    except (ValueError, OverflowError):
        raise UpdateMistake("Write the day and the time.") from None


def _plan(form: Any, pilots: list[str], now_ms: int, not_before_ms: int) -> Plan:
    """Raises ValueError, InvalidOperation."""
    gate = replace(
        Gate(),
        soak_ms=int(_number(form.get("soak", "24")) * HOUR_MS),
        healthy=_permille(form.get("healthy", "90")),
        returned=_permille(form.get("returned", "2")),
        fall=_permille(form.get("fall", "10")),
    )
    shares = [_permille(it) for it in form.get("shares", "").replace(";", ",").split(",")]
    waves = [Wave(share, (), gate) for share in shares]
    if pilots:
        # Whether a laboratory's tills sell is nobody's question.
        first = replace(gate, fall=0) if form.get("lab") else gate
        waves.insert(0, Wave(0, tuple(pilots), first))
    days = form.get("deadline", "").strip()
    deadline = now_ms + int(_number(days) * 24 * HOUR_MS) if days else 0
    return Plan(tuple(waves), form.get("window", "").strip(), not_before_ms, max(0, deadline))


def _permille(text: str) -> int:
    return int(_number(text) * 10)


def _number(text: str) -> Decimal:
    found = Decimal(text.strip().replace(",", ".").rstrip("% "))
    if not abs(found) < _NUMBER_MAX:
        raise ValueError("not a number that anybody means")
    return found


def show(visit: Visit, mistake: str = "") -> Response:
    row = _row(visit)
    where, params = visit.shops()
    listing = paged(
        visit, f"{_TILLS} AND {where}", f"SELECT count(*) AS n FROM ({_TILLS} AND {where}) counted",
        _ORDER, {"id": row["id"], **params},
    )  # fmt: skip
    found = with_standing(visit, row)
    return visit.page(
        "rollout.html", 400 if mistake else 200, title=row["version"], it=found, words=words,
        plan=planning.read(row["plan"]), listing=listing, mistake=mistake, mine=_is_theirs(visit, row),
        where=[places.words(visit, it) for it in row["scopes"].split("\n")], deeds=_deeds(visit, row),
    )  # fmt: skip


def decide(visit: Visit) -> Response:
    row, deed = _row(visit), visit.form.get("deed", "")
    if deed not in DEEDS:
        raise HTTPException(400)
    said, role = DEEDS[deed]
    if not visit.may(role) or not _is_theirs(visit, row):
        raise HTTPException(403)
    desk = rollouts_of(visit)
    try:
        if deed == "pass":
            desk.let_through(visit.login, row["id"], _wave_seen(visit), visit.address)
        else:
            desk.move(visit.login, row["id"], deed, visit.address)
    except UpdateMistake as error:
        return show(visit, words.mistake(visit.saying, error))
    return visit.go(f"/updates/{row['id']}", visit.saying.t(said))


def _wave_seen(visit: Visit) -> int:
    """Which wave was open on the page that was answered; none where the form does not say it."""
    told = visit.form.get("wave", "")
    return int(told) if told in map(str, range(planning.WAVES_MAX)) else -1


def _deeds(visit: Visit, row: dict[str, Any]) -> list[str]:
    """What this person can do with it now."""
    if not _is_theirs(visit, row):
        return []
    possible = {
        "draft": ("start", "abort"),
        "running": ("pause", "pass", "abort"),
        "paused": ("resume", "abort"),
        "halted": ("resume", "abort"),
    }
    return [it for it in possible.get(row["state"], ()) if visit.may(DEEDS[it][1])]


def _row(visit: Visit) -> dict[str, Any]:
    row = visit.row(
        "SELECT o.*, r.version, r.compatible, r.notes, r.size FROM rollout o"
        " JOIN release r ON r.sha256 = o.release WHERE o.id = :id",
        id=visit.path("id"),
    )
    if row is None:
        raise HTTPException(404)
    return row


def _is_theirs(visit: Visit, row: dict[str, Any]) -> bool:
    return all(places.has(visit, it) for it in row["scopes"].split("\n"))


def _place(visit: Visit, place: str) -> str:
    """One of the person's own; the first of them when none is named."""
    if places.has(visit, place):
        return place
    own = places.choices(visit, everything=False)
    if place or not own:
        raise HTTPException(404)
    return own[0][0]


_TILLS = (
    "SELECT m.till, m.wave, m.offered_ms, m.held, f.*, t.name AS till_name, t.shop,"
    " s.name AS shop_name FROM rollout_till m JOIN till t ON t.uid = m.till"
    " JOIN till_firmware f ON f.till = m.till JOIN shop s ON s.shop = t.shop"
    " WHERE m.rollout = :id"
)
_MANAGER = Role.MANAGER
NEW = Page(
    "/updates/new", N_("Plan a rollout"), "tills", show_new, _MANAGER, tab=False,
    acts=(Act("/updates/new", make, _MANAGER),),
)  # fmt: skip
PAGE = Page(
    "/updates/{id}", N_("Rollout"), "tills", show, tab=False,
    acts=(Act("/updates/{id}", decide, Role.OPERATOR),),
)  # fmt: skip
