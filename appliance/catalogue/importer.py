"""Bring a price list into the catalogue: every row checked, all of it or nothing.

`read` looks at the headings only; rows are read while `apply` runs, so that a million of them
need no more memory than a thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

from appliance.catalogue import traits
from appliance.catalogue.columns import Column
from appliance.catalogue.problems import Kind, Problems, RowError
from appliance.catalogue.row_reader import ReadRow, RowReader, Settings
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import open_table
from appliance.catalogue.writer import CatalogueWriter
from appliance.core.item import Item, ItemId

__all__ = ["ImportPlan", "ImportReport", "Progress", "Settings", "StockSink", "apply", "read"]

_BATCH_ROWS = 2_000

Progress = Callable[[int], None]
"""Told the number of rows read so far, once a batch."""

StockSink = Callable[[ItemId, Decimal], None]
"""Told each item's stock as the file has it. Called before the commit: act on it afterwards."""

# The item's field that each column fills; a merge changes these and leaves the others alone.
_FIELDS = {
    Column.NAME: "name",
    Column.PRICE: "price_minor",
    Column.UNIT: "unit",
    Column.WEIGHED: "unit",
    Column.PLU: "plu",
    Column.TAXES: "taxes",
    Column.CATEGORY: "category",
    Column.COLOUR: "colour",
    Column.PICTURE: "picture",
    Column.DISCOUNTABLE: "discountable",
    Column.OPEN_PRICE: "open_price",
    Column.AGE_MIN: "age_min",
    Column.COST: "cost_minor",
    **{column: name for column, (name, _) in traits.FIELDS.items()},
}


@dataclass(slots=True)
class ImportPlan:
    """A price list whose headings are understood. problems: filled while the rows are read."""

    path: Path
    settings: Settings
    headings: tuple[str, ...]
    columns: dict[Column, int]
    kind: str
    encoding: str
    delimiter: str
    problems: Problems = field(default_factory=Problems)
    rows_read: int = 0

    @property
    def ignored(self) -> list[str]:
        """Headings that mean nothing to the catalogue."""
        used = {at for of, at in self.columns.items() if of is not Column.QUANTITY_MIN}
        return [h for place, h in enumerate(self.headings) if h and place not in used]

    def rows(self) -> Iterator[ReadRow]:
        """The rows that are right by themselves; the others go to `problems`."""
        self.problems, self.rows_read = Problems(), 0
        with open_table(self.path, self.settings.encoding, self.settings.delimiter) as table:
            reader = RowReader(table, self.settings)
            for line, cells in table.rows:
                if not any(cells):
                    continue
                self.rows_read += 1
                read = reader.read(line, cells)
                if isinstance(read, ReadRow):
                    yield read
                else:
                    self.problems.add_row(read)

    def heading(self, column: Column) -> str:
        place = self.columns.get(column, -1)
        return self.headings[place] if place >= 0 else column.value


@dataclass(frozen=True, slots=True)
class ImportReport:
    """applied: the catalogue has the file's items now. version: the catalogue's, after that."""

    applied: bool
    rows: int
    added: int
    changed: int
    same: int
    problems: Problems


class _NotApplied(Exception):
    """Leaves the transaction without a trace."""


def read(path: Path, settings: Settings | None = None) -> ImportPlan:
    """Understand the headings; TableError or EncodingUnknown when the file is no price list."""
    settings = settings or Settings()
    with open_table(path, settings.encoding, settings.delimiter) as table:
        return ImportPlan(
            path,
            settings,
            table.headings,
            table.columns,
            table.kind,
            table.encoding,
            table.delimiter,
        )


def apply(
    plan: ImportPlan,
    catalogue: Catalogue,
    *,
    replace_all: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    stock: StockSink | None = None,
) -> ImportReport:
    """Put the file's rows into the catalogue, in one transaction.

    A merge (the default) adds and changes items by SKU, or by GTIN where the SKU is missing, and
    leaves alone what the file has no column for. replace_all: the file is the whole truth.
    A bad row stops everything unless skip_bad. dry_run: do all of it, then take it back.
    """
    totals = (0, 0, 0)
    applied = False
    try:
        with catalogue.write() as writer, closing(_Seen()) as seen:
            run = _Run(plan, writer, seen, stock)
            if replace_all:
                writer.clear()
            totals = run.all_rows(progress)
            bad = plan.problems.bad_rows > 0
            if dry_run or (bad and not skip_bad):
                raise _NotApplied  # noqa: TRY301 (the way out of the transaction)
        applied = True
    except _NotApplied:
        pass
    return ImportReport(applied, plan.rows_read, *totals, plan.problems)


class _Run:
    """One pass over the rows, inside the writer's transaction."""

    def __init__(
        self, plan: ImportPlan, writer: CatalogueWriter, seen: _Seen, stock: StockSink | None
    ) -> None:
        self._plan = plan
        self._writer = writer
        self._seen = seen
        self._stock = stock
        self._fields = {_FIELDS[column] for column in plan.columns if column in _FIELDS}
        self._named: dict[ItemId, tuple[int, Column]] = {}

    def all_rows(self, progress: Progress | None) -> tuple[int, int, int]:
        added = changed = same = 0
        fresh = self._writer.is_empty
        rows = self._plan.rows()
        while batch := list(islice(rows, _BATCH_ROWS)):
            named = [self._with_id(row) for row in batch]
            unique = self._seen.without_repeats(named, self._bad)
            items = [it for row in unique if (it := self._item(row, fresh=fresh))]
            if fresh:
                self._writer.add(items)
                added += len(items)
            else:
                more, other, equal = self._writer.put(items)
                added, changed, same = added + more, changed + other, same + equal
            if progress:
                progress(self._plan.rows_read)
        self._settle_gtins()
        self._settle_names()
        if progress:
            progress(self._plan.rows_read)
        return added, changed, same

    def _with_id(self, row: ReadRow) -> ReadRow:
        item = row.item
        if item.id:
            return row
        owner = self._writer.owner(item.gtins[0])
        key = owner.id if owner else ItemId(item.gtins[0].removeprefix("0"))
        return replace(row, item=replace(item, id=key))

    def _item(self, row: ReadRow, *, fresh: bool) -> Item | None:
        """The item to keep: the row's, over what the catalogue has of it."""
        item = row.item
        known = None if fresh else self._writer.item(item.id)
        if known is None:
            for column, kind in ((Column.NAME, Kind.NO_NAME), (Column.PRICE, Kind.NO_PRICE)):
                missing = column not in self._plan.columns
                if missing and not (kind is Kind.NO_PRICE and item.open_price):
                    self._bad(row.line, column, item.id, kind)
                    return None
        else:
            news = {name: getattr(item, name) for name in self._fields}
            if Column.GTIN in self._plan.columns:
                news["gtins"] = self._gtins(item, known)
            item = replace(known, **news)
        if item.min_price_minor or item.reorder_to is not None:
            wrong = _contradiction(item)
            if wrong is not None:
                self._bad(row.line, wrong[0], item.id, wrong[1])
                return None
        if item.parent or item.deposit or item.components:
            self._note_names(item, row.line)
        if self._stock and row.stock is not None:
            self._stock(item.id, row.stock)
        return item

    def _note_names(self, item: Item, line: int) -> None:
        """The items that this one refers to: they may stand further down in the file."""
        for column, name in traits.REFERENCES.items():
            if getattr(item, name):
                self._named.setdefault(getattr(item, name), (line, column))
        for part in item.components:
            self._named.setdefault(part.item, (line, Column.COMPONENTS))

    def _settle_names(self) -> None:
        for sku, (line, column) in self._named.items():
            if self._writer.item(sku) is None:
                self._bad(line, column, sku, Kind.UNKNOWN_ITEM)

    def _gtins(self, told: Item, known: Item) -> tuple[str, ...]:
        # An item found by one of its barcodes keeps the others.
        if Column.SKU in self._plan.columns:
            return told.gtins
        return tuple(dict.fromkeys(known.gtins + told.gtins))

    def _settle_gtins(self) -> None:
        for taken in self._writer.settle_gtins():
            line = self._seen.line_of(taken.wanted_by)
            self._bad(line, Column.GTIN, taken.gtin.lstrip("0"), Kind.GTIN_TAKEN, taken.owner)
            item = self._writer.item(taken.wanted_by)
            if item is not None:
                # Only matters when bad rows are skipped: the code stays with its owner.
                kept = tuple(g for g in item.gtins if g != taken.gtin)
                self._writer.put([replace(item, gtins=kept)])

    def _bad(self, line: int, column: Column, value: str, kind: Kind, detail: str = "") -> None:
        error = RowError(line, self._plan.heading(column), value, kind, detail)
        self._plan.problems.add_row([error])


def _contradiction(item: Item) -> tuple[Column, Kind] | None:
    """What an item's own columns may not say together."""
    priced = not item.open_price
    if priced and item.min_price_minor and item.price_minor < item.min_price_minor:
        return Column.PRICE, Kind.BELOW_MIN_PRICE
    if item.reorder_to is not None and item.reorder_to < (item.reorder_point or 0):
        return Column.REORDER_TO, Kind.REORDER_WRONG
    return None


_SKU_LINE = "SELECT line FROM sku WHERE key = ?"
_GTIN_LINE = "SELECT line FROM gtin WHERE key = ?"


class _Seen:
    """Where in the file each SKU and GTIN was first, kept on disk once it outgrows a few megabytes."""

    def __init__(self) -> None:
        self._link = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "PRAGMA cache_size = -32768",
            "CREATE TABLE sku (key TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE TABLE gtin (key INTEGER PRIMARY KEY, line INTEGER NOT NULL)",
            "BEGIN",
        ):
            self._link.execute(statement)

    def close(self) -> None:
        self._link.close()

    def line_of(self, item: ItemId) -> int:
        found = self._link.execute(_SKU_LINE, (item,)).fetchone()
        return int(found[0]) if found else 0

    def without_repeats(
        self, rows: list[ReadRow], bad: Callable[[int, Column, str, Kind, str], None]
    ) -> list[ReadRow]:
        """The rows whose SKU and GTINs were not in the file before."""
        skus = [(row.item.id, row.line) for row in rows]
        codes = [(int(gtin), row.line) for row in rows for gtin in row.item.gtins]
        before = self._link.total_changes
        self._link.executemany("INSERT OR IGNORE INTO sku VALUES (?, ?)", skus)
        self._link.executemany("INSERT OR IGNORE INTO gtin VALUES (?, ?)", codes)
        if self._link.total_changes - before == len(skus) + len(codes):
            return rows
        return [row for row in rows if self._is_first(row, bad)]

    def _is_first(self, row: ReadRow, bad: Callable[[int, Column, str, Kind, str], None]) -> bool:
        item = row.item
        gtins = tuple(map(int, item.gtins))
        for of, column, kind, keys in (
            (_SKU_LINE, Column.SKU, Kind.SKU_TWICE, (item.id,)),
            (_GTIN_LINE, Column.GTIN, Kind.GTIN_TWICE, gtins),
        ):
            for key in keys:
                line = self._link.execute(of, (key,)).fetchone()[0]
                if line != row.line:
                    bad(row.line, column, str(key), kind, f"← {line}")
                    return False
        return True
