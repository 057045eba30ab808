"""The catalogue in its SQLite file: find an item by code or name, from any thread.

Readers hold one snapshot until `refresh`, so that an import that ends while a basket is open
changes no price in it. Two connections read: one for codes, never behind a search in its lock,
and one for everything else. A writer may be another process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from appliance.catalogue import schema
from appliance.catalogue.model import Entry, QuickKey, QuickPage
from appliance.catalogue.search import Search
from appliance.catalogue.writer import CatalogueWriter
from appliance.core.item import Item, ItemId

_WRITE_CACHE_KIB = 65_536  # an import's working set of index pages
_LOG_BYTES_KEPT = 16 << 20  # a large import's log does not stay on the card
_SEARCH_CACHE_KIB = 8_192
_GTIN_LENGTHS = (8, 12, 13, 14)


class Catalogue:
    """path: the file; it is made when it does not exist, and only looked at when it does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        schema.prepare(path)
        self._lookup = schema.connect(path)
        self._browse = schema.connect(path, cache_kib=_SEARCH_CACHE_KIB)
        self._watch = schema.connect(path, cache_kib=64)
        self._lookup_lock = threading.Lock()
        self._browse_lock = threading.Lock()
        self._search = Search(self._browse)
        self._checkpoint: threading.Thread | None = None
        self._version = 0
        self._pin()

    def close(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.join()
        with self._lookup_lock, self._browse_lock:
            for link in (self._lookup, self._browse, self._watch):
                link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is here

    @property
    def version(self) -> int:
        """Rises with every change; this is the one that readers see now."""
        return self._version

    @property
    def count(self) -> int:
        with self._browse_lock:
            return schema.meta(self._browse, "items")

    def refresh(self) -> bool:
        """Move all readers to the newest version, if there is one. Call between baskets."""
        with self._lookup_lock, self._browse_lock:
            if schema.meta(self._watch, "version") == self._version:
                return False
            self._pin()
        self._checkpoint_later()
        return True

    # By code

    def by_id(self, item: ItemId) -> Item | None:
        return self._one("sku = ?", item)

    def by_gtin(self, gtin14: str) -> Item | None:
        """gtin14: 14 digits, as `decode` gives them; shorter ones are padded."""
        if not (gtin14.isascii() and gtin14.isdigit() and len(gtin14) <= 14):
            return None
        return self._one("row = (SELECT row FROM gtin WHERE gtin = ?)", int(gtin14))

    def by_plu(self, plu: str) -> Item | None:
        """Leading zeros do not matter; of two items with one PLU the older."""
        key = plu.strip().lstrip("0")
        if not key:
            return None
        return self._one("ltrim(plu, '0') = ? AND plu <> '' ORDER BY row LIMIT 1", key)

    def by_base(self, base: str, plu: str = "") -> Item | None:
        """The item of a weighed or priced code: base is its 13 digits with the value zeroed.

        plu: the code's item digits, for items that are known by their PLU only.
        """
        return self.by_gtin(base) or (self.by_plu(plu) if plu else None)

    def by_code(self, text: str) -> Item | None:
        """What a person typed: a PLU, else a GTIN of 8, 12, 13 or 14 digits, else a SKU."""
        code = text.strip()
        if not code:
            return None
        found = None
        if code.isascii() and code.isdigit():
            found = self.by_plu(code)
            if found is None and len(code) in _GTIN_LENGTHS:
                found = self.by_gtin(code)
        # The last step is for a code typed without its capitals.
        return (
            found
            or self.by_id(ItemId(code))
            or (self.by_id(ItemId(code.upper())) if code != code.upper() else None)
        )

    # By name

    def search(self, text: str, limit: int = 20) -> list[Item]:
        """Items whose names fit, best first: typos, either script, wrong layout are forgiven."""
        with self._browse_lock:
            rows = self._search.rows(text, limit)
            found = [
                self._browse.execute(schema.SELECT_ITEM + " WHERE row = ?", (row,)).fetchone()
                for row in rows
            ]
        return [schema.to_item(row) for row in found]

    # Pages

    def categories(self) -> list[str]:
        with self._browse_lock:
            return [r[0] for r in self._browse.execute("SELECT name FROM category ORDER BY name")]

    def in_category(self, category: str, limit: int = 200, offset: int = 0) -> list[Item]:
        return self._many("category = ? ORDER BY name LIMIT ? OFFSET ?", category, limit, offset)

    def quick_keys(self) -> tuple[QuickPage, ...]:
        """The pages in order; a key whose item is gone is left out."""
        with self._browse_lock:
            places = self._browse.execute(
                "SELECT page_name, sku, label, colour, picture FROM quick_key ORDER BY page, place"
            ).fetchall()
            pages: dict[str, list[QuickKey]] = {}
            for page, sku, label, colour, picture in places:
                keys = pages.setdefault(page, [])
                row = self._browse.execute(schema.SELECT_ITEM + " WHERE sku = ?", (sku,)).fetchone()
                if row is None:
                    continue
                item = schema.to_item(row)
                keys.append(
                    QuickKey(
                        item, label or item.name, colour or item.colour, picture or item.picture
                    )
                )
        return tuple(QuickPage(name, tuple(keys)) for name, keys in pages.items())

    def entries(self) -> Iterator[Entry]:
        """Every item with its cost, in the order of their coming, from a snapshot of its own."""
        link = schema.connect(self.path)
        try:
            for row in link.execute(schema.SELECT_ITEM + " ORDER BY row"):
                yield Entry(schema.to_item(row), row[13])
        finally:
            link.close()

    # Change

    @contextmanager
    def write(self) -> Iterator[CatalogueWriter]:
        """One change: committed whole at the end of the block, or not at all if it raises.

        Readers, this object's too, see it after their next `refresh`.
        """
        link = schema.connect(self.path, cache_kib=_WRITE_CACHE_KIB)
        try:
            link.execute("PRAGMA synchronous = FULL")
            link.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES_KEPT}")
            link.execute("BEGIN IMMEDIATE")
            try:
                writer = CatalogueWriter(link)
                yield writer
                writer.finish()
                link.execute("COMMIT")
            except BaseException:
                if link.in_transaction:
                    link.execute("ROLLBACK")
                raise
            link.execute("PRAGMA busy_timeout = 0")
            link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            link.close()

    # How

    def _one(self, where: str, key: str | int) -> Item | None:
        with self._lookup_lock:
            row = self._lookup.execute(f"{schema.SELECT_ITEM} WHERE {where}", (key,)).fetchone()
        return schema.to_item(row) if row else None

    def _many(self, where: str, *keys: str | int) -> list[Item]:
        with self._browse_lock:
            rows = self._browse.execute(f"{schema.SELECT_ITEM} WHERE {where}", keys).fetchall()
        return [schema.to_item(row) for row in rows]

    def _pin(self) -> None:
        """Both readers on one snapshot; a commit in between makes a second try."""
        while True:
            for link in (self._lookup, self._browse):
                if link.in_transaction:
                    link.execute("COMMIT")
                link.execute("BEGIN")
            versions = {schema.meta(link, "version") for link in (self._lookup, self._browse)}
            if len(versions) == 1:
                self._version = versions.pop()
                return

    def _checkpoint_later(self) -> None:
        """The readers held the log's end; now it can go, but not in the caller's time."""
        if self._checkpoint is not None and self._checkpoint.is_alive():
            return
        self._checkpoint = threading.Thread(target=self._shorten_log, name="catalogue-checkpoint")
        self._checkpoint.start()

    def _shorten_log(self) -> None:
        link = schema.connect(self.path)
        try:
            link.execute("PRAGMA busy_timeout = 0")
            link.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error:
            return  # the next change tries again; nothing is lost by a longer log
        finally:
            link.close()
