"""The states in which every screen is pictured, by subject: what happened at the till, and where to
look."""

from __future__ import annotations

from tests.ui.scenes import (
    accounts,
    appliance,
    day,
    machine,
    offers,
    paying,
    people,
    reports,
    returning,
    selling,
    stock,
    terminals,
)
from tests.ui.scenes.scene import Scene

SCENES: tuple[Scene, ...] = (
    *accounts.SCENES,
    *selling.SCENES,
    *offers.SCENES,
    *paying.SCENES,
    *returning.SCENES,
    *day.SCENES,
    *terminals.SCENES,
    *stock.SCENES,
    *people.SCENES,
    *reports.SCENES,
    *machine.SCENES,
    *appliance.SCENES,
)
