"""Where `till stock` looks: the catalogue's items, and what the journal knows of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.catalogue.store import Catalogue
    from appliance.stockroom import Stockroom


def catalogue() -> Catalogue:
    from appliance.catalogue.store import Catalogue
    from appliance.daemon import catalogue_path

    return Catalogue(catalogue_path(where.settings()))


def room(goods: Catalogue) -> Stockroom:
    from appliance.stockroom import of_shop

    return of_shop(goods, where.settings())


def sku_of(goods: Catalogue, code: str) -> str | None:
    from appliance.core.item import ItemId

    item = goods.by_id(ItemId(code)) or goods.by_code(code)
    return None if item is None else str(item.id)


def decimal(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        where.fail(f'{what}: "{text}" is no number.', 2)
    return number
