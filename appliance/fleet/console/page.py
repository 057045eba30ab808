"""What a page is: an address, a title, who may see it, and what can be done on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.visit import Visit

Show = Callable[[Visit], Response]
BODY_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Act:
    """A post: it changes something, is written to the audit by `do`, and ends with `visit.go`.
    body_max: bytes of the form, more for uploads."""

    path: str
    do: Show
    role: Role = Role.OPERATOR
    body_max: int = BODY_MAX


@dataclass(frozen=True, slots=True)
class Page:
    """path: as Starlette writes it, "/tills/{till}". title: English, for the menu and the browser's
    tab. section: under which word of the menu (`sections.py`). tab: listed among its section's
    tabs; a page of one thing is not. anyone: shown to whoever is not logged in, too."""

    path: str
    title: str
    section: str
    show: Show
    role: Role = Role.VIEWER
    tab: bool = True
    anyone: bool = False
    acts: tuple[Act, ...] = ()
