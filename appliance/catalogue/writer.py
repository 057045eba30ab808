"""One change of the catalogue, seen by readers whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from appliance.catalogue.fold import FOLD_VERSION
from appliance.catalogue.model import GtinTaken, PagePlan
from appliance.catalogue.schema import (
    INSERT_ITEM,
    INSERT_LINK,
    SELECT_ITEM,
    UPDATE_ITEM,
    links_of,
    meta,
    to_item,
    to_row,
)
from appliance.catalogue.search_index import SearchIndex
from appliance.core.item import Item, ItemId

# Fewer changes than this leave the search index as quick as it was.
_OPTIMISE_CHANGES_MIN = 5_000


class CatalogueWriter:
    """Made by `Catalogue.write`, inside its transaction."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        self._index = SearchIndex(link)
        self._next_row = meta(link, "next_row")
        self._items = meta(link, "items")
        self._changes = 0
        # GTINs that another item held when this one asked: settled at the end, so that two items
        # may swap theirs.
        self._contested: list[tuple[str, ItemId]] = []
        if meta(link, "fold") != FOLD_VERSION:
            self._index.rebuild()
            self._changes += self._items

    @property
    def link(self) -> sqlite3.Connection:
        """For who writes other tables in the same change."""
        return self._link

    @property
    def is_empty(self) -> bool:
        return self._items == 0

    def clear(self) -> None:
        """Forget every item; quick keys stay, for the items that come back under the same SKU."""
        self._link.execute("DELETE FROM item")
        self._link.execute("DELETE FROM gtin")
        self._link.execute("DELETE FROM link")
        self._index.clear()
        self._items = 0
        self._next_row = 1

    def add(self, items: Sequence[Item]) -> None:
        """Items whose SKUs are not in the catalogue; a SKU that is there is an IntegrityError."""
        first = self._next_row
        self._next_row += len(items)
        self._items += len(items)
        self._changes += len(items)
        self._link.executemany(
            INSERT_ITEM, [(first + i, *to_row(item)) for i, item in enumerate(items)]
        )
        wanted = [
            (int(gtin), first + i, gtin, item.id)
            for i, item in enumerate(items)
            for gtin in item.gtins
        ]
        before = self._link.total_changes
        self._link.executemany("INSERT OR IGNORE INTO gtin VALUES (?, ?)", [w[:2] for w in wanted])
        if self._link.total_changes - before < len(wanted):
            self._note_contested(wanted)
        self._link.executemany(INSERT_LINK, [link for item in items for link in links_of(item)])
        self._index.add((first + i, item.name) for i, item in enumerate(items))

    def put(self, items: Iterable[Item]) -> tuple[int, int, int]:
        """Add or change items by SKU: how many are (added, changed, the same as before)."""
        fresh: list[Item] = []
        changed = same = 0
        for item in items:
            held = self.item(item.id)
            if held is None:
                fresh.append(item)
            elif held == item:
                same += 1
            else:
                changed += 1
                self._change(held, item)
        self.add(fresh)
        return len(fresh), changed, same

    def remove(self, item: ItemId) -> bool:
        known = self._row_of(item)
        if known is None:
            return False
        row, name, gtins = known
        self._release_links(self.item(item))
        self._release_gtins(row, gtins)
        self._link.execute("DELETE FROM item WHERE row = ?", (row,))
        self._index.remove(row, name)
        self._items -= 1
        self._changes += 1
        return True

    def item(self, sku: ItemId) -> Item | None:
        """Without the prices of lists: those are not the item's own."""
        found = self._link.execute(SELECT_ITEM + " WHERE sku = ?", (sku,)).fetchone()
        return to_item(found) if found else None

    def owner(self, gtin14: str) -> Item | None:
        found = self._link.execute(
            f"{SELECT_ITEM} WHERE row = (SELECT row FROM gtin WHERE gtin = ?)",  # noqa: S608
            (int(gtin14),),
        ).fetchone()
        return to_item(found) if found else None

    def set_quick_keys(self, pages: Iterable[PagePlan]) -> None:
        self._link.execute("DELETE FROM quick_key")
        self._link.executemany(
            "INSERT INTO quick_key VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (i, place, page.name, key.item, key.label, key.colour, key.picture)
                for i, page in enumerate(pages)
                for place, key in enumerate(page.keys)
            ],
        )

    def finish(self) -> None:
        """The last step before the commit; raises GtinTaken when a GTIN has two owners."""
        for taken in self.settle_gtins():
            raise taken
        self._index.finish(optimise=self._changes >= _OPTIMISE_CHANGES_MIN)
        self._link.execute("DELETE FROM category")
        self._link.execute(
            "INSERT INTO category SELECT category, count(*) FROM item"
            " WHERE category <> '' GROUP BY category"
        )
        for key, value in (("items", self._items), ("next_row", self._next_row)):
            self._link.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))
        self._link.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")

    def _row_of(self, item: ItemId) -> tuple[int, str, str] | None:
        found: tuple[int, str, str] | None = self._link.execute(
            "SELECT row, name, gtins FROM item WHERE sku = ?", (item,)
        ).fetchone()
        return found

    def _change(self, held: Item, item: Item) -> None:
        known = self._row_of(item.id)
        assert known is not None
        row, name, gtins = known
        self._changes += 1
        self._release_links(held)
        self._link.executemany(INSERT_LINK, links_of(item))
        self._release_gtins(row, gtins)
        self._link.execute(UPDATE_ITEM, (*to_row(item), row))
        wanted = [(int(gtin), row, gtin, item.id) for gtin in item.gtins]
        self._link.executemany("INSERT OR IGNORE INTO gtin VALUES (?, ?)", [w[:2] for w in wanted])
        self._note_contested(wanted)
        if name != item.name:
            self._index.remove(row, name)
            self._index.add([(row, item.name)])

    def _release_links(self, item: Item | None) -> None:
        if item is not None:
            self._link.executemany(
                "DELETE FROM link WHERE (kind, target, sku) = (?, ?, ?)", links_of(item)
            )

    def _release_gtins(self, row: int, gtins: str) -> None:
        # An item's GTINs stand in its row too, so that no index from item to GTIN is needed.
        self._link.executemany(
            "DELETE FROM gtin WHERE gtin = ? AND row = ?",
            [(int(gtin), row) for gtin in gtins.split()],
        )

    def _note_contested(self, wanted: Iterable[tuple[int, int, str, ItemId]]) -> None:
        for number, row, gtin, item in wanted:
            held = self._link.execute("SELECT row FROM gtin WHERE gtin = ?", (number,)).fetchone()
            if held[0] != row:
                self._contested.append((gtin, item))

    def settle_gtins(self) -> list[GtinTaken]:
        """Give the GTINs that were taken to who asked for them, where the owner let go meanwhile.

        What is left has two owners; it stays with the first.
        """
        taken = []
        for gtin, wanted_by in self._contested:
            known = self._row_of(wanted_by)
            if known is None or gtin not in known[2].split():
                continue
            self._link.execute("INSERT OR IGNORE INTO gtin VALUES (?, ?)", (int(gtin), known[0]))
            owner = self.owner(gtin)
            if owner is not None and owner.id != wanted_by:
                taken.append(GtinTaken(gtin, owner.id, wanted_by))
        self._contested = [(t.gtin, t.wanted_by) for t in taken]
        return taken
