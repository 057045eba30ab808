"""How a till comes to live by each document of its fleet: the same ways by which a person changes it.

    catalogue  {"items": {SKU: {heading: cell}}}       as `till catalogue import --replace`
    prices     {"lists": {id: {"name", "customers", "since", "until", "days", "hours", "priority",
                               "prices": {SKU: "12.50" or {from quantity: price}}}}}
                                                       as `till prices import`, one list after another
    staff      {"people": {id: {"name", "role"}}}      as `till staff`; PINs are set at the till
    config     {"toml": text}                          over the till's own settings, from its next start
    firmware   as `wire.firmware` has it               kept for the updater, which judges it
The Till turns to a new catalogue and new people between baskets, by itself.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.catalogue import importer, list_times
from appliance.catalogue.price_importer import TooManyLists, import_prices
from appliance.catalogue.price_lists import PriceList, delete_list
from appliance.catalogue.problems import CellError, Problems
from appliance.catalogue.row_reader import Settings as Reading
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import TableError
from appliance.config import ConfigError, Settings
from appliance.config.read import FLEET_FILE, with_fleet
from appliance.core.policy import Person
from appliance.malformed import Malformed
from appliance.people.staff import StaffBook, StaffMistake
from appliance.telemetry.documents import Apply, NotApplicable
from appliance.wire import firmware
from appliance.wire.document import Content, DocumentName

SHOWN_MAX = 5
"""Wrong rows named in the answer to the fleet."""
_TEXTS = ("name", "customers", "since", "until", "days", "hours")


@dataclass(frozen=True, slots=True)
class Place:
    """What of the till the documents change. settings: the till's own file, None the usual place.
    after_config: told once new settings lie ready; they hold from the next start."""

    data: Path
    catalogue: Path
    reading: Reading
    staff: StaffBook
    roles: Collection[str]
    settings: Path | None
    after_config: Callable[[], None]


def reading_of(settings: Settings) -> Reading:
    """How this shop reads a price list."""
    return Reading(currency=settings.shop.currency, tax_codes=frozenset(settings.taxes))


def appliers(place: Place) -> dict[DocumentName, Apply]:
    """One for each document."""
    return {
        DocumentName.CATALOGUE: lambda new, _: _catalogue(place, new),
        DocumentName.PRICES: lambda new, old: _prices(place, new, old),
        DocumentName.STAFF: lambda new, old: _staff(place, new, old),
        DocumentName.CONFIG: lambda new, _: _config(place, new),
        DocumentName.FIRMWARE: lambda new, _: _firmware(new),
    }


def _catalogue(place: Place, content: Content) -> None:
    rows = []
    for sku, cells in _table(content, "items").items():
        if not isinstance(cells, dict) or not all(isinstance(it, str) for it in cells.values()):
            raise NotApplicable(f"item {sku}: each cell is a text")
        rows.append({**cells, "sku": sku})
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with tempfile.TemporaryDirectory(prefix="kram-") as folder, Catalogue(place.catalogue) as held:
        path = Path(folder) / "catalogue.csv"
        _write(path, headings, rows)
        try:
            plan = importer.read(path, place.reading)
            report = importer.apply(plan, held, replace_all=True)
        except TableError as error:
            raise NotApplicable(str(error)) from None
    if not report.applied:
        raise NotApplicable(_told(report.problems))


def _prices(place: Place, content: Content, before: Content) -> None:
    """Every list is checked before the first is written."""
    wanted = [_list(name, entry) for name, entry in _table(content, "lists").items()]
    gone = set(_table(before, "lists")) - {told.id for told, _ in wanted} if before else set()
    with tempfile.TemporaryDirectory(prefix="kram-") as folder, Catalogue(place.catalogue) as held:
        for dry_run in (True, False):
            for number, (told, rows) in enumerate(wanted):
                path = Path(folder) / f"{number}.csv"
                _write(path, ("sku", "quantity_min", "price"), rows)
                _import(path, told, held, place.reading, dry_run=dry_run)
        with held.write() as writer:
            for known in held.price_lists():
                if known.id in gone:
                    delete_list(writer.link, known)


def _import(
    path: Path, told: PriceList, held: Catalogue, reading: Reading, *, dry_run: bool
) -> None:
    try:
        report = import_prices(path, told, held, reading, dry_run=dry_run)
    except (TableError, TooManyLists) as error:
        raise NotApplicable(f"list {told.id}: {error}") from None
    if report.problems.bad_rows:
        raise NotApplicable(f"list {told.id}: {_told(report.problems)}")


def _list(name: str, entry: Any) -> tuple[PriceList, list[dict[str, str]]]:
    if not isinstance(entry, dict):
        raise NotApplicable(f"list {name}: an object")
    texts = {key: entry[key] for key in _TEXTS if key in entry}
    priority = entry.get("priority", 0)
    if not all(isinstance(it, str) for it in texts.values()) or not isinstance(priority, int):
        raise NotApplicable(f"list {name}: its texts in quotes, its priority a whole number")
    try:
        told = list_times.revised(PriceList(name), priority=priority, **texts)
    except (ValueError, CellError) as error:
        raise NotApplicable(f"list {name}: {error}") from None
    return told, list(_price_rows(name, _table(entry, "prices")))


def _price_rows(name: str, prices: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for sku, price in prices.items():
        steps = price if isinstance(price, dict) else {"": price}
        for quantity, amount in steps.items():
            if not isinstance(amount, str):
                raise NotApplicable(f'list {name}, {sku}: a price in quotes, such as "12.50"')
            yield {"sku": sku, "quantity_min": quantity, "price": amount}


def _staff(place: Place, content: Content, before: Content) -> None:
    people = [_person(place, id_, entry) for id_, entry in _table(content, "people").items()]
    if not any(it.role == "manager" for it in people):
        raise NotApplicable("no manager among the people: nobody could mend anything")
    try:
        for person in people:
            place.staff.put(person)
        known = {it.id for it in place.staff.people}
        for id_ in (set(_table(before, "people")) if before else set()) & known:
            if all(it.id != id_ for it in people):
                place.staff.remove(id_)
    except StaffMistake as error:
        raise NotApplicable(str(error)) from None


def _person(place: Place, id_: str, entry: Any) -> Person:
    match entry:
        case {"name": str(name), "role": str(role), **rest} if not rest and name.strip():
            if role not in place.roles:
                raise NotApplicable(f"{id_}: {role} is none of " + ", ".join(place.roles))
            return Person(id_, name.strip(), role)
    raise NotApplicable(f"{id_}: a name and a role, both texts")


def _config(place: Place, content: Content) -> None:
    text = content.get("toml")
    if not isinstance(text, str) or len(content) != 1:
        raise NotApplicable("toml: the settings as text, and nothing else")
    try:
        with_fleet(text, "the fleet's settings", place.settings)
    except ConfigError as error:
        raise NotApplicable("; ".join(error.mistakes[:SHOWN_MAX])) from None
    whole_files.write(place.data / FLEET_FILE, text.encode())
    place.after_config()


def _firmware(content: Content) -> None:
    try:
        firmware.read(content)
    except Malformed as error:
        raise NotApplicable(str(error)) from None


def _table(content: Content, name: str) -> dict[str, Any]:
    table = content.get(name)
    if not isinstance(table, dict):
        raise NotApplicable(f"{name}: an object")
    return table


def _write(path: Path, headings: Iterable[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(headings), restval="")
        writer.writeheader()
        writer.writerows(rows)


def _told(problems: Problems) -> str:
    shown = [f"{it.value or it.column} {it.what}: {it.remedy}" for it in problems.kept[:SHOWN_MAX]]
    return f"{problems.bad_rows} wrong rows; " + "; ".join(shown)
