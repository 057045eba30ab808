"""An item of the catalogue, as the core sees it when it enters a basket."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Item:
    """One sellable thing.

    price_minor: per 1 unit, in minor units of the shop's currency, tax included when the shop's
    prices are. gtins: 14 digits each. taxes: codes of the shop's tax table, in order.
    colour: RRGGBB of its quick key. picture: file name of its quick key's picture.
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
