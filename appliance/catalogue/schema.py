"""The catalogue's SQLite file: its tables, and an item as a row."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from appliance.catalogue.fold import FOLD_VERSION
from appliance.catalogue.model import Entry
from appliance.core.item import Item, ItemId, Unit

SCHEMA_VERSION = 1

_BUSY_MS = 10_000  # how long a second importer waits for the first one

# gtin is a rowid table: an integer key is the smallest and fastest index SQLite has.
# word, near: the vocabulary of all names and its spellings with one letter left out (search.py).
# found: the inverted index over folded names; contentless, the names are in `item` already.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE item (
    row INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    price_minor INTEGER NOT NULL, unit TEXT NOT NULL, gtins TEXT NOT NULL, plu TEXT NOT NULL,
    taxes TEXT NOT NULL, category TEXT NOT NULL, colour TEXT NOT NULL, picture TEXT NOT NULL,
    discountable INTEGER NOT NULL, open_price INTEGER NOT NULL, age_min INTEGER NOT NULL,
    cost_minor INTEGER
);
CREATE INDEX item_plu ON item (ltrim(plu, '0'), row) WHERE plu <> '';
CREATE TABLE gtin (gtin INTEGER PRIMARY KEY, row INTEGER NOT NULL);
CREATE TABLE category (name TEXT PRIMARY KEY, items INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE quick_key (
    page INTEGER NOT NULL, place INTEGER NOT NULL, page_name TEXT NOT NULL, sku TEXT NOT NULL,
    label TEXT NOT NULL, colour TEXT NOT NULL, picture TEXT NOT NULL, PRIMARY KEY (page, place)
) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, items INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE near (key TEXT, word TEXT, PRIMARY KEY (key, word)) WITHOUT ROWID;
CREATE VIRTUAL TABLE found USING fts5(
    words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_'"
);
INSERT INTO found (found, rank) VALUES ('hashsize', 16777216);
"""

_COLUMNS = (
    "sku, name, price_minor, unit, gtins, plu, taxes, category, colour, picture,"
    " discountable, open_price, age_min, cost_minor"
)
SELECT_ITEM = f"SELECT {_COLUMNS} FROM item"  # noqa: S608 (a constant)
INSERT_ITEM = f"INSERT INTO item (row, {_COLUMNS}) VALUES ({'?, ' * 14}?)"  # noqa: S608
UPDATE_ITEM = f"UPDATE item SET ({_COLUMNS}) = ({'?, ' * 13}?) WHERE row = ?"  # noqa: S608

_UNITS = {unit.value: unit for unit in Unit}


def connect(path: Path, *, cache_kib: int = 2048) -> sqlite3.Connection:
    """A connection in autocommit mode; whoever shares it between threads brings the lock."""
    link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    link.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    link.execute(f"PRAGMA cache_size = {-cache_kib}")
    return link


def prepare(path: Path) -> None:
    """Make the file with its tables if it is not there; refuse one from a newer Kram."""
    link = connect(path)
    try:
        found = link.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise ValueError(f"{path}: made by a newer version of Kram (format {found})")
        if found == SCHEMA_VERSION:
            return
        link.execute("PRAGMA journal_mode = WAL")
        link.execute("BEGIN IMMEDIATE")
        # Another process may have made the tables while this one waited.
        if link.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    link.execute(statement)
            link.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("version", 0), ("items", 0), ("fold", FOLD_VERSION), ("next_row", 1)],
            )
            link.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        link.execute("COMMIT")
    finally:
        link.close()


def meta(link: sqlite3.Connection, key: str) -> int:
    value: int = link.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]
    return value


def to_item(row: tuple[Any, ...]) -> Item:
    return Item(
        id=ItemId(row[0]),
        name=row[1],
        price_minor=row[2],
        unit=_UNITS[row[3]],
        gtins=tuple(row[4].split()),
        plu=row[5],
        taxes=tuple(row[6].split()),
        category=row[7],
        colour=row[8],
        picture=row[9],
        discountable=bool(row[10]),
        open_price=bool(row[11]),
        age_min=row[12],
    )


def to_row(entry: Entry) -> tuple[str | int | None, ...]:
    item = entry.item
    return (
        item.id,
        item.name,
        item.price_minor,
        item.unit.value,
        " ".join(item.gtins),
        item.plu,
        " ".join(item.taxes),
        item.category,
        item.colour,
        item.picture,
        int(item.discountable),
        int(item.open_price),
        item.age_min,
        entry.cost_minor,
    )
