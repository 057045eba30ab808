"""Drawers of a till that has several, and when one holds too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.config.mistakes import Key
from appliance.config.rules import Section, Text

if TYPE_CHECKING:
    from appliance.config.schema import Sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer(Section):
    """device: its driver's name in [[devices]]; "" for the first drawer there. staff: ids of those
    whose it is: they work at it by themselves."""

    id: Text
    name: Text
    device: Text = ""
    staff: tuple[Text, ...] = ()


def mistakes(settings: Sections) -> Iterator[tuple[Key, str]]:
    devices = {it.name for it in settings.device_tables if it.category == "CashDrawer"}
    people = {it.id for it in settings.staff}
    seen: set[str] = set()
    for number, drawer in enumerate(settings.cash.drawers):
        path: Key = ("cash", "drawers", number)
        if drawer.id in seen:
            yield (*path, "id"), f"{drawer.id!r} is the id of another drawer too"
        seen.add(drawer.id)
        if drawer.device and drawer.device not in devices:
            yield (*path, "device"), f"there is no cash drawer {drawer.device!r} in [[devices]]"
        for person in drawer.staff:
            if person not in people:
                yield (*path, "staff"), f"nobody of [[staff]] has the id {person!r}"
    cash = settings.cash
    if cash.drawer_target > cash.drawer_max:
        yield ("cash", "drawer_target"), "must not be above drawer_max"
