"""The catalogue's SQLite file: its tables, and an item as a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.catalogue import extras
from appliance.catalogue.fold import FOLD_VERSION
from appliance.core.item import Item, ItemId, PriceStep, Unit

SCHEMA_VERSION = 2
ADDITIVE = 1000
"""Versions of the same thousand only add tables and columns with defaults: an update that came back
leaves a catalogue that the old program reads and writes all the same."""
"""2: price lists, and an item's rarer traits in one column."""

_BUSY_MS = 10_000  # how long a second importer waits for the first one

# gtin is a rowid table: an integer key is the smallest and fastest index SQLite has.
# word, near: the vocabulary of all names and its spellings with one letter left out (search.py).
# found: the inverted index over folded names; contentless, the names are in `item` already.
_FIRST_TABLES = """
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

# What an older file gets, in place and at once however many items it holds.
# extras: of the few items that have any of them, their rarer traits as a JSON object.
# link: which items are variants of a family, which bring a deposit, by what they point at.
# price: by SKU, so that it outlives an item that a new list of goods leaves out and brings back;
# quantity_min in thousandths.
_SECOND_TABLES = """
ALTER TABLE item ADD COLUMN extras TEXT NOT NULL DEFAULT '';
CREATE TABLE link (
    kind TEXT NOT NULL, target TEXT NOT NULL, sku TEXT NOT NULL, PRIMARY KEY (kind, target, sku)
) WITHOUT ROWID;
CREATE TABLE price_list (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, priority INTEGER NOT NULL,
    customers TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, days TEXT NOT NULL,
    start_min INTEGER, end_min INTEGER, prices INTEGER NOT NULL
);
CREATE TABLE price (
    sku TEXT NOT NULL, list INTEGER NOT NULL, quantity_min INTEGER NOT NULL,
    price_minor INTEGER NOT NULL, PRIMARY KEY (sku, list, quantity_min)
) WITHOUT ROWID;
"""

_COLUMNS = (
    "sku, name, price_minor, unit, gtins, plu, taxes, category, colour, picture,"
    " discountable, open_price, age_min, cost_minor, extras"
)
SELECT_ITEM = f"SELECT {_COLUMNS} FROM item"  # noqa: S608 (a constant)
INSERT_ITEM = f"INSERT INTO item (row, {_COLUMNS}) VALUES ({'?, ' * 15}?)"  # noqa: S608
UPDATE_ITEM = f"UPDATE item SET ({_COLUMNS}) = ({'?, ' * 14}?) WHERE row = ?"  # noqa: S608

INSERT_LINK = "INSERT OR IGNORE INTO link (kind, target, sku) VALUES (?, ?, ?)"
VARIANT, DEPOSIT = "variant", "deposit"

_UNITS = {unit.value: unit for unit in Unit}


class CatalogueDamaged(OSError):
    """The file is no catalogue any more; its text says what to do."""


def connect(path: Path, *, cache_kib: int = 2048) -> sqlite3.Connection:
    """A connection in autocommit mode; whoever shares it between threads brings the lock."""
    link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        link.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        link.execute(f"PRAGMA cache_size = {-cache_kib}")  # reads the file's head
    except sqlite3.DatabaseError as error:
        link.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise CatalogueDamaged(
                f"{path} is damaged. Move it away and import the goods anew:"
                " till catalogue import goods.xlsx"
            ) from error
        raise
    return link


def prepare(path: Path) -> None:
    """Make the file with its tables if it is not there; refuse one from a newer Kram."""
    link = connect(path)
    try:
        found = link.execute("PRAGMA user_version").fetchone()[0]
        if found // ADDITIVE > SCHEMA_VERSION // ADDITIVE:
            raise ValueError(f"{path}: made by a newer version of Kram (format {found})")
        if found >= SCHEMA_VERSION:
            return
        link.execute("PRAGMA journal_mode = WAL")
        link.execute("BEGIN IMMEDIATE")
        # Another process may have made the tables while this one waited.
        found = link.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            _run(link, _FIRST_TABLES)
            link.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("version", 0), ("items", 0), ("fold", FOLD_VERSION), ("next_row", 1)],
            )
        if found < SCHEMA_VERSION:
            _run(link, _SECOND_TABLES)
            link.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        link.execute("COMMIT")
    finally:
        link.close()


def _run(link: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            link.execute(statement)


def meta(link: sqlite3.Connection, key: str) -> int:
    value: int = link.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]
    return value


def to_item(row: Sequence[Any], prices: tuple[PriceStep, ...] = ()) -> Item:
    item = Item(
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
        prices=prices,
        cost_minor=row[13],
    )
    return replace(item, **extras.read(row[14])) if row[14] else item


def links_of(item: Item) -> list[tuple[str, str, str]]:
    """What the item points at, so that it is found from there."""
    if not (item.parent or item.deposit):
        return []
    both = ((VARIANT, item.parent), (DEPOSIT, item.deposit))
    return [(kind, target, item.id) for kind, target in both if target]


def to_row(item: Item) -> tuple[str | int | None, ...]:
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
        item.cost_minor,
        extras.written(item),
    )
