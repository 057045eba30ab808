"""What the pages of documents have in common: the place that is looked at, and how a change begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.console import places
from appliance.fleet.console.listing import ROWS, Listing
from appliance.fleet.console.saying import zone
from appliance.fleet.console.visit import Visit
from appliance.fleet.documents import DocumentMistake, Library
from appliance.fleet.drafts import Drafts
from appliance.wire.document import Content, DocumentName

_KEPT_MS = 30_000


def library(visit: Visit) -> Library:
    if visit.console.library is None:
        raise HTTPException(404)
    return visit.console.library


def drafts(visit: Visit) -> Drafts:
    return Drafts(visit.console.store, library(visit), visit.console.now_ms)


def place_of(visit: Visit) -> str:
    """Where it is looked at or changed; one of the person's own."""
    place = visit.form.get("place", visit.query("place"))
    if not places.has(visit, place):
        if "place" in visit.form or visit.query("place"):
            raise HTTPException(404)
        own = places.choices(visit, everything=False)
        if not own:
            raise HTTPException(404)
        return own[0][0]
    return place


def held(visit: Visit, name: DocumentName, place: str) -> Content:
    """As it holds there now; kept until somebody publishes."""
    row = visit.row(
        "SELECT max(version) AS top FROM document WHERE name = :name AND effective_ms <= :now",
        name=name.value, now=visit.now_ms,
    )  # fmt: skip
    key = ("held", name, place, row["top"] if row else 0)
    return visit.console.kept.get(key, _KEPT_MS, lambda: library(visit).held(name, place))


def begin(
    visit: Visit, name: DocumentName, place: str, patch: Content, sorry: Callable[[str], Response]
) -> Response:
    """Drafts a change, and leads to its preview."""
    if not places.has(visit, place):
        raise HTTPException(404)
    try:
        id_ = drafts(visit).make(visit.login, name, [place], patch, visit.form.get("note", ""))
    except DocumentMistake as error:
        return sorry(visit.saying.t(str(error)))
    return visit.go(f"/changes/{id_}")


def listed(visit: Visit, rows: list[dict[str, Any]]) -> Listing:
    """Rows that are all at hand, a page at a time."""
    asked = visit.query("page", "1")
    last = max(1, -(-len(rows) // ROWS))
    number = min(
        max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1), last
    )
    first = (number - 1) * ROWS
    shown = rows[first : first + ROWS]
    say = visit.saying
    told = say.t("{first}–{last} of {total}").format(
        first=say.number(first + 1 if shown else 0), last=say.number(first + len(shown)),
        total=say.number(len(rows)),
    )  # fmt: skip
    return Listing(
        shown, told, visit.link(page=number - 1) if number > 1 else "",
        visit.link(page=number + 1) if number < last else "", visit.link(format="csv"), visit,
    )  # fmt: skip


def clock_of(visit: Visit, scopes: tuple[str, ...]) -> tuple[str, bool]:
    """The time zone of the shops there, and whether it is that of all of them."""
    found: dict[str, int] = {}
    for scope in scopes:
        for till in places.tills_of(visit, scope):
            found[till["timezone"]] = found.get(till["timezone"], 0) + 1
    if not found:
        return str(visit.console.home()), True
    return max(found, key=lambda name: found[name]), len(found) == 1


def moment(text: str, timezone: str) -> int:
    """A form's local time in milliseconds; 0 for none. ValueError for what is no time."""
    if not text.strip():
        return 0
    return int(
        datetime.fromisoformat(text.strip()).replace(tzinfo=zone(timezone)).timestamp() * 1000
    )
