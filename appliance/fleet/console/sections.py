"""The menu: sections, and within each the pages that a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.fleet.console.saying import N_

if TYPE_CHECKING:
    from appliance.fleet.console.page import Page
    from appliance.fleet.console.visit import Visit

SECTIONS: dict[str, str] = {
    "overview": N_("Overview"),
    "shops": N_("Shops"),
    "tills": N_("Tills"),
    "sales": N_("Sales"),
    "stock": N_("Stock"),
    "prices": N_("Prices"),
    "commands": N_("Commands"),
    "alerts": N_("Alerts"),
    "people": N_("People"),
}
"""In the order of the menu. A section without a page that the person may see is left out."""


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    title: str
    here: bool


def menu(visit: Visit) -> list[Entry]:
    here = _here(visit)
    found = {section: _tabs_of(visit, section) for section in SECTIONS}
    return [
        Entry(pages[0].path, SECTIONS[section], bool(here and here.section == section))
        for section, pages in found.items()
        if pages
    ]


def tabs(visit: Visit) -> list[Entry]:
    """Of the section that the page belongs to; one alone needs no tabs."""
    here = _here(visit)
    pages = _tabs_of(visit, here.section) if here else []
    if len(pages) < 2:
        return []
    return [Entry(page.path, page.title, page is here) for page in pages]


def _tabs_of(visit: Visit, section: str) -> list[Page]:
    pages: tuple[Page, ...] = visit.request.app.state.pages
    return [page for page in pages if page.section == section and page.tab and visit.may(page.role)]


def _here(visit: Visit) -> Page | None:
    return getattr(visit.request.state, "page", None)
