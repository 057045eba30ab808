"""Items as a document of the fleet holds them, read and checked by the till's own importer."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from appliance.catalogue import cells, importer
from appliance.catalogue.columns import Column, recognise
from appliance.catalogue.problems import Problems
from appliance.catalogue.row_reader import Settings
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import TableError, open_table
from appliance.core.item import Item
from appliance.wire.document import Content

Cells = Mapping[str, str]
ANY_TAX = Settings()
"""Which taxes there are is each till's own to say."""


def items(content: Content) -> dict[str, dict[str, str]]:
    found = content.get("items", {})
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=256)
def _headings(names: tuple[str, ...]) -> dict[Column, str]:
    return {column: names[place] for column, place in recognise(names).items()}


def heading(item: Cells, column: Column) -> str:
    """Under which word the item has it, or would."""
    return _headings(tuple(item)).get(column, column.value)


def cell(item: Cells, column: Column) -> str:
    return str(item.get(heading(item, column), ""))


def written(item: Cells, column: Column, text: str) -> dict[str, str | None]:
    """A patch of one cell, under the column's own word: in one document two words for the same
    thing would be two columns, of which tills read one."""
    said: dict[str, str | None] = {column.value: text or None}
    if (known := heading(item, column)) != column.value:
        said[known] = None
    return said


def wrong(content: Content) -> Problems | None:
    """What a till would refuse of these items; None for nothing."""
    if not items(content):
        return None
    with _shelf() as (shelf, folder):
        return _brought(shelf, folder, content)


def read(path: Path, content: Content) -> tuple[Content, Problems | None]:
    """A price list as a patch to these items: what it says, as it says it, and what is wrong with it.
    Raises TableError."""
    with _shelf() as (shelf, folder):
        _brought(shelf, folder, content)
        plan = importer.read(path, ANY_TAX)
        report = importer.apply(plan, shelf)
        if not report.applied:
            return {}, report.problems
        shelf.refresh()
        return {"items": dict(_said(path, shelf, items(content)))}, None


def _brought(shelf: Catalogue, folder: Path, content: Content) -> Problems | None:
    held = items(content)
    if not held:
        return None
    path = folder / "held.csv"
    names = list(dict.fromkeys(["sku", *(name for each in held.values() for name in each)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows({**each, "sku": sku} for sku, each in held.items())
    report = importer.apply(importer.read(path, ANY_TAX), shelf, replace_all=True)
    return None if report.applied else report.problems


def _said(path: Path, shelf: Catalogue, held: Mapping[str, Cells]) -> Iterable[tuple[str, Content]]:
    """Row by row: the cells that are filled."""
    with open_table(path) as table:
        key, code = table.columns.get(Column.SKU), table.columns.get(Column.GTIN)
        told = [it for it in table.columns.items() if it[0] not in (Column.SKU, Column.STOCK)]
        for _, row in table.rows:
            texts = [cells.text_of(it) for it in row]
            sku = _at(texts, key) or _owner(shelf, _at(texts, code))
            if not sku:
                continue
            said: Content = {}
            for column, place in told:
                if text := _at(texts, place):
                    said |= written(held.get(sku, {}), column, text)
            yield sku, said


def _at(texts: list[str], place: int | None) -> str:
    return texts[place].strip() if place is not None and place < len(texts) else ""


def _owner(shelf: Catalogue, code: str) -> str:
    found: Item | None = shelf.by_gtin(cells.gtins(code)[0]) if code else None
    return found.id if found else ""


@contextmanager
def _shelf() -> Iterator[tuple[Catalogue, Path]]:
    with tempfile.TemporaryDirectory(prefix="kram-") as name:
        folder = Path(name)
        with Catalogue(folder / "catalogue.db") as shelf:
            yield shelf, folder


__all__ = ["TableError", "cell", "heading", "items", "read", "written", "wrong"]
