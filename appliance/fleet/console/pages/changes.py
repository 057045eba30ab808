"""Changes to documents: looked at before they hold, planned, published, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.catalogue.problems import Problems
from appliance.fleet import goods
from appliance.fleet.console import comparing, places
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.commands import NEWS
from appliance.fleet.console.pages.documents import clock_of, drafts, library, moment
from appliance.fleet.console.pages.versions import DOCUMENTS
from appliance.fleet.console.saying import N_, zone
from appliance.fleet.console.visit import Visit
from appliance.fleet.documents import DocumentMistake, Preview
from appliance.fleet.drafts import TWO_PEOPLE, Draft
from appliance.wire.document import Content, DocumentName

_CHECKED_MAX = 3
"""Kinds of tills whose goods are read through with the importer, in one preview."""
_PLACES_MAX = 60
_UNKNOWN_SHOWN = 20
_SKUS_AT_ONCE = 500


def show(visit: Visit) -> Response:
    """Open drafts, then every change there was; software goes out by rollouts."""
    where, params = visit.shops()
    sql = (
        "SELECT d.name, d.scope, d.version, d.effective_ms, d.author, d.created_ms FROM document d"
        " WHERE d.name <> 'firmware' AND EXISTS (SELECT 1 FROM shop s WHERE (d.scope = '' OR d.scope = 'shop:' || s.shop"
        " OR d.scope = 'region:' || s.region OR d.scope IN (SELECT 'till:' || t.uid FROM till t"
        f" WHERE t.shop = s.shop)) AND {where})"
    )
    if document := visit.query("document"):
        sql, params = f"{sql} AND d.name = :document", {**params, "document": document}
    if wants_csv(visit):
        rows = all_rows(visit, sql, "d.created_ms DESC", params)
        stamp, t = visit.saying.stamp, visit.saying.t
        names = [t("When"), t("Who"), t("Document"), t("Where"), t("Holds from"), t("Version")]
        return visit.csv("changes", names, (
            (stamp(it["created_ms"]), it["author"], it["name"], it["scope"], stamp(it["effective_ms"]),
             it["version"]) for it in rows
        ))  # fmt: skip
    listing = onwards(visit, sql, ["d.created_ms", "d.version", "d.name", "d.scope"], params)
    mine = (
        [it for it in drafts(visit).waiting() if _is_theirs(visit, it)]
        if visit.may("manager")
        else []
    )
    return visit.page(
        "changes.html", title=visit.saying.t("Changes"), listing=listing, open=mine,
        documents=DOCUMENTS, words=lambda it: places.words(visit, it), document=document,
        needs_two=drafts(visit).needs_two(), has=lambda it: places.has(visit, it),
    )  # fmt: skip


def show_draft(visit: Visit, mistake: str = "") -> Response:
    draft = _draft(visit)
    previews = _previews(visit, draft)
    problems = _problems(draft, previews)
    found = comparing.compared(visit.saying, previews)
    unknown = _unknown(visit, draft, previews)
    timezone, one_clock = clock_of(visit, draft.scopes)
    two = draft.name in TWO_PEOPLE and drafts(visit).needs_two()
    when = visit.saying.at(draft.effective_ms, zone(timezone)) if draft.effective_ms else None
    return visit.page(
        "change.html", 400 if mistake else 200, title=visit.saying.t("Preview"), draft=draft,
        found=found, lines=found.lines[: comparing.SHOWN], problems=problems, mistake=mistake,
        shops=_shops(visit, found.tills), timezone=timezone, one_clock=one_clock, two=two,
        when=f"{when:%Y-%m-%dT%H:%M}" if when else "", documents=DOCUMENTS,
        places=_places(visit, draft), words=lambda it: places.words(visit, it), unknown=len(unknown),
        unknown_first=unknown[:_UNKNOWN_SHOWN],
    )  # fmt: skip


def decide(visit: Visit) -> Response:
    draft, t = _draft(visit), visit.saying.t
    desk = drafts(visit)
    try:
        match visit.form.get("deed"):
            case "look":
                _revise(visit, draft)
                return visit.go(f"/changes/{draft.id}")
            case "publish":
                if draft.state == "draft" and "scope" in visit.form:
                    draft = _revise(visit, draft)
                if _problems(draft, _previews(visit, draft)):
                    return show_draft(visit, t("Tills would refuse this."))
                done = desk.publish(visit.login, draft, visit.address)
                said = (
                    t("Published.") if done else t("It waits for a second person, who is not you.")
                )
            case "drop":
                desk.drop(visit.login, draft, visit.address)
                said = t("Dropped; nothing has changed.")
            case _:
                raise HTTPException(400)
    except DocumentMistake as error:
        return show_draft(visit, t(str(error)))
    visit.console.news.tell((NEWS,))
    return visit.go("/changes", said)


def undo(visit: Visit) -> Response:
    """A new change that takes an old one back."""
    scope, t = visit.form.get("scope", ""), visit.saying.t
    try:
        name, revision = (
            DocumentName(visit.form.get("name", "")),
            int(visit.form.get("version", "")),
        )
    except ValueError:
        raise HTTPException(400) from None
    if not places.has(visit, scope) or name is DocumentName.FIRMWARE:
        raise HTTPException(404)
    patch = library(visit).undoing(name, scope, revision)
    if not patch:
        return visit.go("/changes", t("Nothing of it stands any more."))
    id_ = drafts(visit).make(
        visit.login,
        name,
        [scope],
        patch,
        t("Taking back version {version}").format(version=revision),
    )
    return visit.go(f"/changes/{id_}")


def set_two(visit: Visit) -> Response:
    two = visit.form.get("two") == "1"
    drafts(visit).need_two(visit.login, two=two, address=visit.address)
    return visit.go("/changes", visit.saying.t("Saved."))


def _revise(visit: Visit, draft: Draft) -> Draft:
    scopes = (
        tuple(visit.form.get("scope", "").split("\n")) if "scope" in visit.form else draft.scopes
    )
    if not all(places.has(visit, it) for it in scopes):
        raise HTTPException(404)
    try:
        effective = moment(visit.form.get("when", ""), clock_of(visit, scopes)[0])
    except (ValueError, OverflowError):
        raise DocumentMistake(N_("Write the day and the time.")) from None
    drafts(visit).revise(draft, scopes, effective, visit.form.get("note", ""))
    return _draft(visit)


def _previews(visit: Visit, draft: Draft) -> list[Preview]:
    if not draft.is_open:
        return []
    return library(visit).preview(draft.name, draft.scopes, draft.patch, draft.effective_ms)


def _problems(draft: Draft, previews: list[Preview]) -> Problems | None:
    """What tills would refuse of the goods as they will be."""
    if draft.name is not DocumentName.CATALOGUE:
        return None
    wrong = (goods.wrong(it.after) for it in previews[:_CHECKED_MAX])
    return next((it for it in wrong if it), None)


def _unknown(visit: Visit, draft: Draft, previews: list[Preview]) -> list[str]:
    """SKUs that are given a price and that the fleet knows no item of: in no catalogue of these tills,
    and at none ever seen. A slip of the finger, likelier than an item that comes later."""
    if draft.name is not DocumentName.PRICES:
        return []
    skus = {sku for it in previews for sku in _priced(it.patch)}
    for it in previews[:_CHECKED_MAX]:
        if skus:
            held = library(visit).content(
                DocumentName.CATALOGUE, it.tills[0], draft.effective_ms or None
            )
            skus -= goods.items(held).keys()
    left = sorted(skus)
    for at in range(0, len(left), _SKUS_AT_ONCE):
        some = {f"sku{number}": sku for number, sku in enumerate(left[at : at + _SKUS_AT_ONCE])}
        marks = ", ".join(f":{it}" for it in some)
        skus -= {
            it["sku"] for it in visit.rows(f"SELECT sku FROM item WHERE sku IN ({marks})", **some)
        }
    return sorted(skus)


def _priced(patch: Content) -> Iterator[str]:
    lists = patch.get("lists")
    for each in lists.values() if isinstance(lists, dict) else ():
        prices = each.get("prices") if isinstance(each, dict) else None
        if isinstance(prices, dict):
            yield from (sku for sku, price in prices.items() if price is not None)


def _draft(visit: Visit) -> Draft:
    draft = drafts(visit).find(visit.path("id"))
    if draft is None or not _is_theirs(visit, draft):
        raise HTTPException(404)
    return draft


def _is_theirs(visit: Visit, draft: Draft) -> bool:
    return all(places.has(visit, it) for it in draft.scopes)


def _places(visit: Visit, draft: Draft) -> list[tuple[str, str, bool]]:
    """Where it may hold: what is chosen, and all else while that is not too much to look through."""
    known = dict(places.choices(visit, everything=False))
    chosen = {it: known.get(it) or places.words(visit, it) for it in draft.scopes}
    rest = known if len(known) <= _PLACES_MAX else {}
    return [(it, name, it in draft.scopes) for it, name in {**chosen, **rest}.items()]


def _shops(visit: Visit, tills: set[str]) -> list[dict[str, Any]]:
    """Shops of these tills, with how many."""
    counted: dict[tuple[str, str], int] = {}
    for it in places.tills_of(visit, ""):
        if it["uid"] in tills:
            key = (it["shop"], it["shop_name"])
            counted[key] = counted.get(key, 0) + 1
    return [{"shop": shop, "name": name or shop, "tills": n} for (shop, name), n in counted.items()]


_MANAGER = Role.MANAGER
PAGE = Page(
    "/changes", N_("Changes"), "prices", show,
    acts=(Act("/changes/undo", undo, _MANAGER), Act("/changes/two", set_two, Role.ADMINISTRATOR)),
)  # fmt: skip
DRAFT = Page(
    "/changes/{id}", N_("Preview"), "prices", show_draft, _MANAGER, tab=False,
    acts=(Act("/changes/{id}", decide, _MANAGER),),
)  # fmt: skip
