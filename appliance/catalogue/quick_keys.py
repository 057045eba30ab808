"""Read pages of quick keys from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.catalogue.model import KeyPlace, PagePlan
from appliance.core.item import ItemId

PAGES_MAX = 40
KEYS_MAX = 60
"""More than three screens of keys on one page are slower than a search."""

_KEY_FIELDS = {"sku", "label", "colour", "picture"}


def read_quick_keys(path: Path) -> tuple[PagePlan, ...]:
    """The file's pages in order; ValueError says the file, the page and the key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path}: {problem}") from problem
    if set(table) - {"page"}:
        raise ValueError(f"{path}: unknown {sorted(set(table) - {'page'})}, only [[page]] is known")
    pages = table.get("page", [])
    if not isinstance(pages, list) or len(pages) > PAGES_MAX:
        raise ValueError(f"{path}: write [[page]], at most {PAGES_MAX} times")
    plans = tuple(_page(path, number, page) for number, page in enumerate(pages, start=1))
    names = [plan.name for plan in plans]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{path}: two pages are called {name!r}")
    return plans


def _page(path: Path, number: int, page: Mapping[str, Any]) -> PagePlan:
    where = f"{path}: page {number}"
    name, keys = page.get("name"), page.get("keys", [])
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"{where}: name is missing")
    if set(page) - {"name", "keys"}:
        raise ValueError(f"{where}: unknown {sorted(set(page) - {'name', 'keys'})}")
    if not isinstance(keys, list) or len(keys) > KEYS_MAX:
        raise ValueError(f"{where} ({name}): keys is a list of at most {KEYS_MAX}")
    return PagePlan(
        name, tuple(_key(f"{where} ({name}), key {i + 1}", k) for i, k in enumerate(keys))
    )


def _key(where: str, key: object) -> KeyPlace:
    """A key is an SKU alone, or a table with its own label, colour or picture."""
    if isinstance(key, str):
        key = {"sku": key}
    if not isinstance(key, dict) or not all(isinstance(value, str) for value in key.values()):
        raise ValueError(f'{where}: write "SKU" or {{ sku = "SKU", label = "Words" }}')
    if not key.get("sku"):
        raise ValueError(f"{where}: sku is missing")
    if set(key) - _KEY_FIELDS:
        raise ValueError(f"{where}: unknown {sorted(set(key) - _KEY_FIELDS)}")
    return KeyPlace(
        ItemId(key["sku"]), key.get("label", ""), key.get("colour", ""), key.get("picture", "")
    )
