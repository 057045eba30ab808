"""Price lists, staff and settings as they hold in a place, and forms that draft a change to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.responses import Response

from appliance.catalogue import cells, list_times
from appliance.catalogue.price_lists import PriceList
from appliance.catalogue.problems import CellError
from appliance.config import ConfigError
from appliance.config.read import parse
from appliance.core.item import Unit
from appliance.core.roles import ROLES
from appliance.fleet.console import places
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.pages.documents import begin, held, place_of
from appliance.fleet.console.saying import N_
from appliance.fleet.console.till_roles import role_words
from appliance.fleet.console.visit import Visit
from appliance.wire.document import Content, DocumentName
from appliance.wire.merge_patch import difference

_LISTS, _STAFF, _CONFIG = DocumentName.PRICES, DocumentName.STAFF, DocumentName.CONFIG
TIMES = {
    "name": N_("Name of the list"), "since": N_("Holds from"), "until": N_("Holds until"),
    "days": N_("Days of the week"), "hours": N_("Hours"), "customers": N_("Customers"),
}  # fmt: skip
_TEXT_MAX = 1 << 20
_DECIMALS = 2


class Mistake(ValueError):
    """A sentence for whoever filled in the form."""


def show_lists(visit: Visit, mistake: str = "") -> Response:
    place = place_of(visit)
    lists = _table(held(visit, _LISTS, place), "lists")
    one = visit.form.get("list", visit.query("list"))
    known = lists.get(one, {})
    return _page(
        visit, "price_lists.html", N_("Price lists"), place, mistake, lists=lists, one=one, known=known,
        times=TIMES, prices=_lines(_table(known, "prices")),
    )  # fmt: skip


def change_list(visit: Visit) -> Response:
    place, name = place_of(visit), visit.form.get("list", "").strip()
    lists = _table(held(visit, _LISTS, place), "lists")
    if visit.form.get("deed") == "remove":
        return _begin(visit, _LISTS, {"lists": {name: None}}, show_lists)
    try:
        wanted = _list(visit, name)
    except (Mistake, CellError, ValueError) as error:
        return show_lists(visit, visit.saying.t(str(error)))
    change = difference(lists.get(name, {}), wanted)
    return _begin(visit, _LISTS, {"lists": {name: change}} if change else {}, show_lists)


def _list(visit: Visit, name: str) -> Content:
    """A list as tills read it: its times checked by the same function."""
    texts = {key: visit.form.get(key, "").strip() for key in TIMES}
    priority = int(visit.form.get("priority", "").strip() or 0)
    list_times.revised(PriceList(name), priority=priority, **texts)
    prices: Content = {}
    for number, line in enumerate(visit.form.get("prices", "").splitlines(), 1):
        if not line.strip():
            continue
        sku, _, rest = (part.strip() for part in line.partition(";"))
        quantity, _, amount = rest.rpartition(";")
        try:
            cells.amount_minor(amount.strip(), _DECIMALS)
            if quantity.strip():
                cells.quantity(quantity.strip(), Unit.KILOGRAM)
        except CellError:
            told = visit.saying.t("Line {number}: write an SKU, a semicolon and a price.")
            raise Mistake(told.format(number=number)) from None
        if quantity.strip() or isinstance(prices.get(sku), dict):
            steps = prices.get(sku, {})
            steps = steps if isinstance(steps, dict) else {"": steps}
            prices[sku] = {**steps, quantity.strip(): amount.strip()}
        else:
            prices[sku] = amount.strip()
    wanted: Content = {key: text for key, text in texts.items() if text}
    return wanted | ({"priority": priority} if priority else {}) | {"prices": prices}


def _lines(prices: dict[str, Any]) -> str:
    """As the form takes them: one line for each step."""
    steps = [
        (sku, quantity, str(amount))
        for sku, price in prices.items()
        for quantity, amount in (price if isinstance(price, dict) else {"": price}).items()
    ]
    return "\n".join("; ".join(filter(None, each)) for each in steps)


def show_staff(visit: Visit, mistake: str = "") -> Response:
    place = place_of(visit)
    people = _table(held(visit, _STAFF, place), "people")
    return _page(
        visit, "staff.html", N_("Staff"), place, mistake, staff=people,
        roles=list(dict.fromkeys([*ROLES, *(str(it.get("role")) for it in people.values())])),
        role_words=role_words,
    )  # fmt: skip


def change_staff(visit: Visit) -> Response:
    id_, name = visit.form.get("person", "").strip(), visit.form.get("name", "").strip()
    if visit.form.get("deed") == "remove":
        return _begin(visit, _STAFF, {"people": {id_: None}}, show_staff)
    role = visit.form.get("role", "").strip()
    if not (id_ and name and role):
        return show_staff(visit, visit.saying.t("Write a number, a name and a role."))
    people = dict(_table(held(visit, _STAFF, place_of(visit)), "people"))
    people[id_] = {"name": name, "role": role}
    if not any(it.get("role") == "manager" for it in people.values()):
        return show_staff(
            visit, visit.saying.t("Begin with a manager: without one, tills refuse the list.")
        )
    return _begin(visit, _STAFF, {"people": {id_: people[id_]}}, show_staff)


def show_settings(visit: Visit, mistake: str = "") -> Response:
    place = place_of(visit)
    firmware = held(visit, DocumentName.FIRMWARE, place)
    toml = visit.form.get("toml", str(held(visit, _CONFIG, place).get("toml", "")))
    return _page(
        visit, "till_settings.html", N_("Settings"), place, mistake, toml=toml, firmware=firmware
    )


def change_settings(visit: Visit) -> Response:
    text = visit.form.get("toml", "").replace("\r\n", "\n")
    try:
        parse(text, visit.saying.t("settings"), Path())
    except ConfigError as error:
        return show_settings(visit, "\n".join(error.mistakes))
    return _begin(visit, _CONFIG, {"toml": text}, show_settings)


def _begin(
    visit: Visit, name: DocumentName, patch: Content, show: Callable[[Visit, str], Response]
) -> Response:
    return begin(visit, name, place_of(visit), patch, lambda said: show(visit, said))


def _page(
    visit: Visit, template: str, title: str, place: str, mistake: str, **more: Any
) -> Response:
    return visit.page(
        template, 400 if mistake else 200, title=visit.saying.t(title), place=place, mistake=mistake,
        places=places.choices(visit, everything=False), **more,
    )  # fmt: skip


def _table(content: Any, name: str) -> dict[str, Any]:
    found = content.get(name, {}) if isinstance(content, dict) else {}
    return found if isinstance(found, dict) else {}


_MANAGER = Role.MANAGER
LISTS = Page(
    "/price-lists", N_("Price lists"), "prices", show_lists,
    acts=(Act("/price-lists", change_list, _MANAGER, body_max=_TEXT_MAX),),
)  # fmt: skip
STAFF = Page(
    "/staff", N_("Staff"), "prices", show_staff, acts=(Act("/staff", change_staff, _MANAGER),)
)
SETTINGS = Page(
    "/till-settings", N_("Settings"), "prices", show_settings, _MANAGER,
    acts=(Act("/till-settings", change_settings, _MANAGER, body_max=_TEXT_MAX),),
)  # fmt: skip
