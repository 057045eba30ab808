"""The catalogue in its SQLite file: find an item by code or name, from any thread.

Readers hold one snapshot until `refresh`, so that an import that ends while a basket is open
changes no price in it. Two connections read: one for codes, never behind a search in its lock,
and one for everything else. A writer may be another process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from appliance.catalogue import schema
from appliance.catalogue.model import QuickKey, QuickPage
from appliance.catalogue.price_lists import PriceList, Steps, all_lists, prices_of
from appliance.catalogue.writer import CatalogueWriter
from appliance.core.item import Item, ItemId

if TYPE_CHECKING:
    from appliance.catalogue.search import Search

_WRITE_CACHE_KIB = 57_344  # an import's working set of index pages
_LOG_BYTES_KEPT = 16 << 20  # a large import's log does not stay on the card
_SEARCH_CACHE_KIB = 8_192
_GTIN_LENGTHS = (8, 12, 13, 14)
_LISTS_HOLD = timedelta(minutes=1)
"""How long the choice of lists near the hour stays; it reaches a day further than that. By the
shop's clock: one that is set, forward or back, is followed at the next lookup."""


class Catalogue:
    """path: the file; it is made when it does not exist, and only looked at when it does.

    clock: the shop's local time; items carry the prices of lists that may hold about now.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = datetime.now) -> None:
        self.path = path
        self._clock = clock
        schema.prepare(path)
        self._lookup = schema.connect(path)
        self._browse = schema.connect(path, cache_kib=_SEARCH_CACHE_KIB)
        self._watch = schema.connect(path, cache_kib=64)
        self._lookup_lock = threading.Lock()
        self._browse_lock = threading.Lock()
        self._search: Search | None = None
        self._checkpoint: threading.Thread | None = None
        self._version = 0
        self._lists: list[PriceList] = []
        self._steps_at = clock().replace(tzinfo=None)
        self._steps = Steps((), self._steps_at)
        self._families = False
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

    # What belongs together

    def variants_of(self, family: ItemId) -> list[Item]:
        """The items that differ in size or colour only, by name; none: it is no family."""
        return self._pointing_at(schema.VARIANT, family) if self._families else []

    def is_deposit(self, item: ItemId) -> bool:
        """Whether it goes with other goods, so that its containers are taken back."""
        with self._lookup_lock:
            found = self._lookup.execute(
                "SELECT 1 FROM link WHERE (kind, target) = (?, ?) LIMIT 1",
                (schema.DEPOSIT, item),
            ).fetchone()
        return found is not None

    def deposits(self, limit: int = 200) -> list[Item]:
        """What containers are taken back for, by name."""
        return self._many(
            "sku IN (SELECT DISTINCT target FROM link WHERE kind = ?) ORDER BY name LIMIT ?",
            schema.DEPOSIT,
            limit,
        )

    def _pointing_at(self, kind: str, target: ItemId, limit: int = 200) -> list[Item]:
        with self._lookup_lock:
            rows = self._lookup.execute(
                f"{schema.SELECT_ITEM} WHERE sku IN"  # noqa: S608
                " (SELECT sku FROM link WHERE (kind, target) = (?, ?)) ORDER BY row LIMIT ?",
                (kind, target, limit),
            ).fetchall()
            return [self._item(self._lookup, row) for row in rows]

    # Price lists

    def price_lists(self) -> list[PriceList]:
        """The one that wins first."""
        return list(self._lists)

    def prices_of(self, told: PriceList) -> Iterator[tuple[str, Decimal, int]]:
        """(SKU, from this quantity, price), from a snapshot of its own."""
        link = schema.connect(self.path)
        try:
            yield from prices_of(link, told)
        finally:
            link.close()

    # By name

    def search(self, text: str, limit: int = 20) -> list[Item]:
        """Items whose names fit, best first: typos, either script, wrong layout are forgiven."""
        from appliance.catalogue.search import Search

        with self._browse_lock:
            if self._search is None:
                self._search = Search(self._browse)
            rows = self._search.rows(text, limit)
            found = [
                self._browse.execute(schema.SELECT_ITEM + " WHERE row = ?", (row,)).fetchone()
                for row in rows
            ]
            return [self._item(self._browse, row) for row in found]

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
                item = self._item(self._browse, row)
                keys.append(
                    QuickKey(
                        item, label or item.name, colour or item.colour, picture or item.picture
                    )
                )
        return tuple(QuickPage(name, tuple(keys)) for name, keys in pages.items())

    def items(self) -> Iterator[Item]:
        """Every item in the order of their coming, from a snapshot of its own, without what other
        price lists ask."""
        link = schema.connect(self.path)
        try:
            for row in link.execute(schema.SELECT_ITEM + " ORDER BY row"):
                yield schema.to_item(row)
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
            return self._item(self._lookup, row) if row else None

    def _many(self, where: str, *keys: str | int) -> list[Item]:
        with self._browse_lock:
            rows = self._browse.execute(f"{schema.SELECT_ITEM} WHERE {where}", keys).fetchall()
            return [self._item(self._browse, row) for row in rows]

    def _item(self, link: sqlite3.Connection, row: Sequence[Any]) -> Item:
        """With the prices that other lists ask; nothing is read where there are no lists."""
        if not self._lists:
            return schema.to_item(row)
        now = self._clock().replace(tzinfo=None)
        if abs(now - self._steps_at) > _LISTS_HOLD:
            self._choose_lists(now)
        return schema.to_item(row, self._steps.of(link, row[0]))

    def _choose_lists(self, now: datetime) -> None:
        self._steps = Steps(self._lists, now)
        self._steps_at = now

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
                break
        self._lists = all_lists(self._lookup)
        self._choose_lists(self._clock().replace(tzinfo=None))
        some = "SELECT EXISTS (SELECT 1 FROM link WHERE kind = ?)"
        self._families = bool(self._lookup.execute(some, (schema.VARIANT,)).fetchone()[0])

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
