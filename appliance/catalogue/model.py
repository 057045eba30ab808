"""What the catalogue keeps beside the core's items: the pages of quick keys."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.item import Item, ItemId


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a quick key stands. Empty label, colour or picture: the item's own."""

    item: ItemId
    label: str = ""
    colour: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """A page of quick keys as it is written down."""

    name: str
    keys: tuple[KeyPlace, ...]


@dataclass(frozen=True, slots=True)
class QuickKey:
    """A quick key ready to draw: its item as sold now, and how it looks."""

    item: Item
    label: str
    colour: str
    picture: str


@dataclass(frozen=True, slots=True)
class QuickPage:
    name: str
    keys: tuple[QuickKey, ...]


class GtinTaken(ValueError):
    """A GTIN would belong to two items."""

    def __init__(self, gtin: str, owner: ItemId, wanted_by: ItemId) -> None:
        super().__init__(f"{gtin} belongs to {owner}, {wanted_by} cannot have it too")
        self.gtin = gtin
        self.owner = owner
        self.wanted_by = wanted_by
