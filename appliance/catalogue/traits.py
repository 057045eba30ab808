"""The columns of what only some goods have: which field of the item each fills, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from appliance.catalogue import cells, trade_cells
from appliance.catalogue.columns import Column
from appliance.catalogue.problems import CellError, Kind
from appliance.core.item import ItemId, Unit

_SUPPLIER_CHARS_MAX = 100
_VARIANT_CHARS_MAX = 60

Texts = Mapping[Column, str]
Read = Callable[[str, int], Any]
"""From the cell's text and the currency's decimals."""

FIELDS: dict[Column, tuple[str, Read]] = {
    Column.COMPONENTS: ("components", lambda text, _: trade_cells.components(text)),
    Column.PARENT: ("parent", lambda text, _: ItemId(cells.sku(text))),
    Column.VARIANT: ("variant", lambda text, _: cells.limited(text, _VARIANT_CHARS_MAX)),
    Column.DEPOSIT: ("deposit", lambda text, _: ItemId(cells.sku(text))),
    Column.TARE: ("tare_kg", lambda text, _: trade_cells.positive(text, Unit.KILOGRAM)),
    Column.MIN_PRICE: (
        "min_price_minor",
        lambda text, decimals: cells.amount_minor(text, decimals) if text else 0,
    ),
    Column.SUPPLIER: ("supplier", lambda text, _: cells.limited(text, _SUPPLIER_CHARS_MAX)),
    Column.STOCK_POLICY: ("stock_policy", lambda text, _: trade_cells.stock_policy(text)),
    Column.TRACKING: ("tracking", lambda text, _: trade_cells.tracking(text)),
    Column.REORDER_POINT: (
        "reorder_point",
        lambda text, _: trade_cells.not_negative(text, Unit.KILOGRAM),
    ),
    Column.REORDER_TO: (
        "reorder_to",
        lambda text, _: trade_cells.not_negative(text, Unit.KILOGRAM),
    ),
    Column.QUANTITY_MAX: (
        "quantity_max",
        lambda text, _: trade_cells.positive(text, Unit.KILOGRAM),
    ),
    Column.NEEDS_MANAGER: ("needs_manager", lambda text, _: cells.yes_no(text, default=False)),
    Column.SALE_HOURS: ("sale_hours", lambda text, _: trade_cells.when_sold(text)),
    Column.CHOICES: ("choices", trade_cells.choices),
    Column.SERVICE: ("service", lambda text, _: cells.yes_no(text, default=False)),
    Column.UKTZED: ("uktzed", lambda text, _: trade_cells.uktzed(text)),
    Column.CONTENT: ("content", lambda text, _: trade_cells.content(text)),
}

REFERENCES = {Column.PARENT: "parent", Column.DEPOSIT: "deposit"}
"""Fields that name another item; components name several."""


def read(texts: Texts, column: Column, decimals: int) -> Any:
    """The column's value. A variant belongs to a family: alone it is a part of the name."""
    if column is Column.VARIANT and not texts[Column.PARENT]:
        return ""
    return FIELDS[column][1](texts[column], decimals)


def read_all(texts: Texts, columns: tuple[Column, ...], sku: str, decimals: int) -> dict[str, Any]:
    """The fields of all these columns; CellError also when the item names itself."""
    found = {FIELDS[column][0]: read(texts, column, decimals) for column in columns}
    names = [found.get(name) for name in REFERENCES.values()]
    names += [part.item for part in found.get("components", ())]
    if sku and sku in names:
        raise CellError(Kind.ITSELF)
    return found
