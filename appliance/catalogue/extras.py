"""An item's rarer traits as one compact JSON object: most items have none, and pay nothing for it."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from appliance.core import codec
from appliance.core.item import Item

NAMES = (
    "components",
    "parent",
    "variant",
    "deposit",
    "tare_kg",
    "min_price_minor",
    "supplier",
    "stock_policy",
    "tracking",
    "reorder_point",
    "reorder_to",
    "quantity_max",
    "needs_manager",
    "sale_hours",
    "choices",
    "service",
    "uktzed",
    "content",
)
"""Fields of the item that stand in the column. Prices do not: they are the lists'."""

_values = attrgetter(*NAMES)
_DEFAULTS = tuple(f.default for name in NAMES for f in fields(Item) if f.name == name)
_BARE = {"id": "", "name": "", "price_minor": 0}
_CACHE = 4_096
"""Goods of one supplier with the same rules are often alike, and a till sells few of them."""


def written(item: Item) -> str:
    """ "" for an item without any."""
    if _values(item) == _DEFAULTS:
        return ""
    told = codec.to_json(item)
    return json.dumps(
        {name: told[name] for name in NAMES if name in told},
        ensure_ascii=False,
        separators=(",", ":"),
    )


@lru_cache(_CACHE)
def read(text: str) -> dict[str, Any]:
    """The fields, to be given to `replace`; nobody changes what is handed out."""
    told = json.loads(text)
    item = codec.from_json(Item, {**_BARE, **told})
    return {name: getattr(item, name) for name in told}
