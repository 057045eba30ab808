"""Items as they hold for the fleet, a region or a shop: found, changed, added, taken from a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.catalogue.columns import Column
from appliance.catalogue.encoding import EncodingUnknown
from appliance.catalogue.problems import Problems
from appliance.fleet import goods
from appliance.fleet.console import comparing, places
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.listing import wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.documents import begin, held, listed, place_of
from appliance.fleet.console.saying import N_
from appliance.fleet.console.visit import Visit
from appliance.wire.document import Content, DocumentName
from appliance.wire.merge_patch import patched

UPLOAD_MAX = 16 << 20
EDITED = (
    Column.NAME, Column.PRICE, Column.TAXES, Column.UNIT, Column.CATEGORY, Column.GTIN, Column.PLU,
)  # fmt: skip
"""What a form has; all else comes with a price list."""
_FOUND_BY = (Column.NAME, Column.GTIN, Column.PLU, Column.CATEGORY)
_PRICE = "price."


def show(visit: Visit, mistake: str = "", problems: Problems | None = None) -> Response:
    place = place_of(visit)
    found = _found(held(visit, DocumentName.CATALOGUE, place), visit.query("find"))
    if wants_csv(visit):
        return visit.csv("catalogue", ["sku", *EDITED], (
            [row["sku"], *(goods.cell(row["item"], it) for it in EDITED)] for row in found
        ))  # fmt: skip
    return visit.page(
        "catalogue.html", 400 if mistake or problems else 200, title=visit.saying.t("Items"),
        place=place, places=places.choices(visit, everything=False), find=visit.query("find"),
        listing=listed(visit, found), cell=goods.cell, Column=Column, mistake=mistake,
        problems=problems, fields=[(it, comparing.FIELDS[it]) for it in EDITED], typed=visit.form,
    )  # fmt: skip


def show_item(visit: Visit, mistake: str = "") -> Response:
    place, sku = place_of(visit), visit.path("sku")
    item = goods.items(held(visit, DocumentName.CATALOGUE, place)).get(sku)
    if item is None:
        raise HTTPException(404)
    other = {name: text for name, text in item.items() if name not in _own(item)}
    return visit.page(
        "catalogue_item.html", 400 if mistake else 200, title=goods.cell(item, Column.NAME) or sku,
        sku=sku, item=item, place=place, placed=places.words(visit, place), cell=goods.cell,
        fields=[(it, comparing.FIELDS[it]) for it in EDITED], other=other, mistake=mistake,
    )  # fmt: skip


def change_prices(visit: Visit) -> Response:
    """All prices of the page's form that are other than what holds."""
    place = place_of(visit)
    known = goods.items(held(visit, DocumentName.CATALOGUE, place))
    patch: Content = {}
    for name, value in visit.form.items():
        sku = name.removeprefix(_PRICE)
        if name == sku or sku not in known:
            continue
        if value.strip() != goods.cell(known[sku], Column.PRICE):
            patch[sku] = goods.written(known[sku], Column.PRICE, value.strip())
    return _begin(visit, place, {"items": patch} if patch else {})


def add(visit: Visit) -> Response:
    place, sku = place_of(visit), visit.form.get("sku", "").strip()
    if not sku or sku in goods.items(held(visit, DocumentName.CATALOGUE, place)):
        return show(visit, visit.saying.t("Give it an SKU that no other item has."))
    cells = {it.value: visit.form.get(it.value, "").strip() for it in EDITED}
    return _begin(visit, place, {"items": {sku: {k: v for k, v in cells.items() if v}}})


def change_item(visit: Visit) -> Response:
    place, sku = place_of(visit), visit.path("sku")
    item = goods.items(held(visit, DocumentName.CATALOGUE, place)).get(sku)
    if item is None:
        raise HTTPException(404)
    if visit.form.get("deed") == "remove":
        return _begin(visit, place, {"items": {sku: None}})
    cells: dict[str, Any] = {}
    for column in EDITED:
        value = visit.form.get(column.value, "").strip()
        if value != goods.cell(item, column):
            cells |= goods.written(item, column, value)
    return _begin(visit, place, {"items": {sku: cells}} if cells else {})


def upload(visit: Visit) -> Response:
    place, sent = place_of(visit), visit.files.get("file")
    t = visit.saying.t
    if sent is None or not sent.filename:
        return show(visit, t("Choose a file: CSV or XLSX."))
    content = held(visit, DocumentName.CATALOGUE, place)
    with tempfile.TemporaryDirectory(prefix="kram-") as folder:
        path = Path(folder) / "price-list"
        with path.open("wb") as file:
            shutil.copyfileobj(sent.file, file)
        try:
            patch, problems = goods.read(path, content)
        except (goods.TableError, EncodingUnknown) as error:
            return show(visit, str(error).replace("price-list", sent.filename))
    if problems:
        return show(visit, problems=problems)
    left = {
        sku: cells for sku, cells in patch["items"].items()
        if goods.items(content).get(sku) is None or patched(goods.items(content)[sku], cells) != goods.items(content)[sku]
    }  # fmt: skip
    return _begin(visit, place, {"items": left} if left else {})


def _begin(visit: Visit, place: str, patch: Content) -> Response:
    return begin(visit, DocumentName.CATALOGUE, place, patch, lambda said: show(visit, said))


def _found(content: Content, find: str) -> list[dict[str, Any]]:
    wanted = find.strip().casefold()
    rows = [
        {"sku": sku, "item": item, "name": goods.cell(item, Column.NAME)}
        for sku, item in goods.items(content).items()
        if not wanted or wanted in sku.casefold()
        or any(wanted in goods.cell(item, it).casefold() for it in _FOUND_BY)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["name"].casefold(), row["sku"]))


def _own(item: goods.Cells) -> set[str]:
    return {goods.heading(item, it) for it in EDITED}


_MANAGER = Role.MANAGER
PAGE = Page(
    "/catalogue", N_("Items"), "prices", show,
    acts=(
        Act("/catalogue", change_prices, _MANAGER),
        Act("/catalogue/add", add, _MANAGER),
        Act("/catalogue/upload", upload, _MANAGER, body_max=UPLOAD_MAX),
    ),
)  # fmt: skip
ITEM = Page(
    "/catalogue/item/{sku:path}", N_("Item"), "prices", show_item, tab=False,
    acts=(Act("/catalogue/item/{sku:path}", change_item, _MANAGER),),
)  # fmt: skip
