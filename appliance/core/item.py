"""An item of the catalogue, as the core sees it when it enters a basket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType

ItemId = NewType("ItemId", str)
"""The shop's own stable key of an item, its SKU."""


class Unit(StrEnum):
    """The sales unit; values are UN/ECE recommendation 20 codes."""

    PIECE = "H87"
    KILOGRAM = "KGM"
    LITRE = "LTR"
    METRE = "MTR"

    @property
    def decimals(self) -> int:
        """Decimals a quantity in this unit may have: pieces are whole, the rest has three."""
        return 0 if self is Unit.PIECE else 3


class StockPolicy(StrEnum):
    """What the till does when more is sold than is there."""

    ALLOW = "allow"
    WARN = "warn"
    BLOCK = "block"


class Tracking(StrEnum):
    """Whether stock is kept by the piece (serial), by batch (lot) or only as a sum."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One price of an item on one price list; it holds when everything that is set does.

    Of the steps that hold, the list of the highest priority wins, and on it the largest
    quantity_min. since, until: local ISO date-times, until not included. days: ISO weekdays.
    start_min, end_min: minutes of the day, the end not included. group: the customer's.
    name: what people call the list, where that is not its id.
    """

    list: str
    price_minor: int
    quantity_min: Decimal = Decimal(0)
    priority: int = 0
    group: str = ""
    since: str = ""
    until: str = ""
    days: tuple[int, ...] = ()
    start_min: int | None = None
    end_min: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """What goes into 1 of a kit, a recipe or a pack."""

    item: ItemId
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Content:
    """What is inside 1 of an item: 0.9 of a litre."""

    quantity: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of wishes of which `least` to `most` are taken ("milk": oat +15.00, cow)."""

    name: str
    options: tuple[tuple[str, int], ...]
    least: int = 0
    most: int = 1

    def lacks(self, wishes: Iterable[str]) -> bool:
        """Whether fewer of its options were wished than must be."""
        return len({name for name, _ in self.options} & set(wishes)) < self.least


@dataclass(frozen=True, slots=True)
class Item:
    """One sellable thing.

    price_minor: per 1 unit, in minor units of the shop's currency, tax included when the shop's
    prices are. gtins: 14 digits each. taxes: codes of the shop's tax table, in order.
    colour: RRGGBB of its quick key. picture: file name of its quick key's picture.
    prices: what other price lists ask. components: what leaves the stock instead of the item
    itself (a case of 12, a coffee's beans). parent, variant: of a variant its family's SKU and
    what makes it different ("M red"); a family itself is never sold. deposit: SKU of the deposit
    that goes with it. tare_kg: of its usual container. min_price_minor: nothing sells it cheaper.
    service: someone of the staff does it. sale_hours: when it may be sold (core.sale_hours).
    uktzed: its customs code, which receipts of excise goods must show. content: what a package
    holds, so that prices of packages can be compared.
    """

    id: ItemId
    name: str
    price_minor: int
    unit: Unit = Unit.PIECE
    gtins: tuple[str, ...] = ()
    plu: str = ""
    taxes: tuple[str, ...] = ()
    category: str = ""
    colour: str = ""
    picture: str = ""
    discountable: bool = True
    open_price: bool = False
    age_min: int = 0
    prices: tuple[PriceStep, ...] = ()
    components: tuple[Component, ...] = ()
    parent: ItemId = ItemId("")
    variant: str = ""
    deposit: ItemId = ItemId("")
    tare_kg: Decimal | None = None
    min_price_minor: int = 0
    cost_minor: int | None = None
    supplier: str = ""
    stock_policy: StockPolicy = StockPolicy.ALLOW
    tracking: Tracking = Tracking.NONE
    reorder_point: Decimal | None = None
    reorder_to: Decimal | None = None
    quantity_max: Decimal | None = None
    needs_manager: bool = False
    sale_hours: tuple[tuple[int, int], ...] = ()
    choices: tuple[Choice, ...] = ()
    service: bool = False
    uktzed: str = ""
    content: Content | None = None
