"""Bring one price list in: every row checked, all of it or nothing, while tills go on selling.

The list is written beside what readers see and becomes theirs with their next `refresh`. Its pages
are flushed bit by bit: one large flush at the end would make a till's own commits wait for it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from appliance.catalogue import cells
from appliance.catalogue.columns import Column
from appliance.catalogue.importer import Progress, Settings
from appliance.catalogue.price_lists import (
    BREAKS_MAX,
    LISTS_MAX,
    THOUSANDTHS,
    PriceList,
    all_lists,
    delete_prices,
    write_list,
)
from appliance.catalogue.problems import CellError, Kind, Problems, RowError, shortened
from appliance.catalogue.store import Catalogue
from appliance.catalogue.tables import Cell, Table, TableError, open_table
from appliance.core.item import Unit
from appliance.core.money import exponent

_BATCH_ROWS = 5_000
_FLUSH_ROWS = 50_000

_SKU_OF = {
    Column.SKU: "SELECT sku FROM item WHERE sku = ?",
    Column.GTIN: "SELECT sku FROM item WHERE row = (SELECT row FROM gtin WHERE gtin = ?)",
    Column.PLU: (
        "SELECT sku FROM item WHERE ltrim(plu, '0') = ? AND plu <> '' ORDER BY row LIMIT 1"
    ),
}
_INSERT = "INSERT OR IGNORE INTO price SELECT sku, ?2, ?3, ?4 FROM item WHERE sku = ?1"

Row = tuple[int, str, int, int]
"""The line in the file, the SKU, the quantity in thousandths, the price in minor units."""


@dataclass(frozen=True, slots=True)
class PricesReport:
    """told: the list as it is now. missing: items of the catalogue that the list has no price for;
    the next list, or their own price, holds for them."""

    applied: bool
    told: PriceList
    rows: int
    problems: Problems
    missing: int


class TooManyLists(ValueError):
    """The text says what to do."""


class _NotApplied(Exception):
    """Leaves the transaction without a trace."""


def import_prices(
    path: Path,
    told: PriceList,
    catalogue: Catalogue,
    settings: Settings | None = None,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> PricesReport:
    """The file's rows become the whole list `told.id`, in place of what it had."""
    settings = settings or Settings()
    problems = Problems()
    run: _Run | None = None
    applied, missing = False, 0
    try:
        with (
            open_table(path, settings.encoding, settings.delimiter) as table,
            catalogue.write() as writer,
        ):
            known = {it.id for it in all_lists(writer.link)}
            if told.id not in known and len(known) >= LISTS_MAX:
                raise TooManyLists(f"there are {LISTS_MAX} price lists already; delete one first")
            run = _Run(writer.link, table, exponent(settings.currency), problems)
            told = run.all_rows(told, _flusher(catalogue.path), progress)
            missing = run.missing(told)
            if dry_run or (problems.bad_rows and not skip_bad):
                raise _NotApplied  # noqa: TRY301 (the way out of the transaction)
        applied = True
    except _NotApplied:
        pass
    return PricesReport(applied, told, run.rows if run else 0, problems, missing)


def _flusher(path: Path) -> Callable[[], None]:
    """Flushes what the open transaction has spilled into the log so far."""
    log = path.with_name(path.name + "-wal")

    def flush() -> None:
        with suppress(OSError):
            number = os.open(log, os.O_RDONLY)
            try:
                os.fdatasync(number)
            finally:
                os.close(number)

    return flush


class _Run:
    """One pass over the rows, inside the writer's transaction."""

    def __init__(
        self, link: sqlite3.Connection, table: Table, decimals: int, problems: Problems
    ) -> None:
        if Column.PRICE not in table.columns:
            raise TableError("no price column: one heading must be price or ціна")
        self.rows = 0
        self._link = link
        self._table = table
        self._decimals = decimals
        self._problems = problems
        # An SKU where there is one; else what else names the item.
        self._key = next(column for column in _SKU_OF if column in table.columns)

    def all_rows(
        self, told: PriceList, flush: Callable[[], None], progress: Progress | None
    ) -> PriceList:
        number = write_list(self._link, told)
        delete_prices(self._link, number)
        rows = self._good_rows()
        written, since_flush = 0, 0
        while batch := list(islice(rows, _BATCH_ROWS)):
            count = self._write(batch, number)
            written, since_flush = written + count, since_flush + count
            if since_flush >= _FLUSH_ROWS:
                flush()
                since_flush = 0
            if progress:
                progress(self.rows)
        told = replace(told, prices=written, number=number)
        write_list(self._link, told)
        return told

    def missing(self, told: PriceList) -> int:
        items = self._link.execute("SELECT value FROM meta WHERE key = 'items'").fetchone()[0]
        priced = self._link.execute(
            "SELECT count(DISTINCT sku) FROM price WHERE list = ?", (told.number,)
        ).fetchone()[0]
        return int(items - priced)

    def _good_rows(self) -> Iterator[Row]:
        places = self._table.columns
        key, price = places[self._key], places[Column.PRICE]
        quantity = places.get(Column.QUANTITY_MIN, -1)
        numbers = self._table.kind == "xlsx" and self._key is Column.GTIN
        for line, row in self._table.rows:
            if not any(row):
                continue
            self.rows += 1
            try:
                sku = self._sku(row, key, numbers=numbers)
                amount = cells.amount_minor(_text(row, price, Kind.NO_PRICE), self._decimals)
                least = _text(row, quantity) if quantity >= 0 else ""
                thousandths = _thousandths(least) if least else 0
            except CellError as problem:
                self._problems.add_row([self._error(line, row, problem)])
                continue
            yield line, sku, thousandths, amount

    def _sku(self, row: Sequence[Cell], place: int, *, numbers: bool) -> str:
        text = _text(row, place, Kind.NO_KEY)
        if self._key is Column.SKU:
            return text  # looked for when the batch is written
        code: Any = text.lstrip("0")
        if self._key is Column.GTIN:
            code = int(cells.gtins(cells.gtin_of_number(text) if numbers else text)[0])
        found = self._link.execute(_SKU_OF[self._key], (code,)).fetchone()
        if found is None:
            raise CellError(Kind.UNKNOWN_ITEM)
        return str(found[0])

    def _write(self, batch: list[Row], number: int) -> int:
        """How many of the batch were written; the others are reported."""
        before = self._link.total_changes
        self._link.execute("SAVEPOINT batch")
        self._link.executemany(
            _INSERT, ((sku, number, quantity, price) for _, sku, quantity, price in batch)
        )
        breaks = any(quantity for _, _, quantity, _ in batch)
        written = self._link.total_changes - before
        if written < len(batch) or breaks:
            # Rare: row by row, to tell which one is wrong.
            self._link.execute("ROLLBACK TO batch")
            written = sum(self._write_one(row, number) for row in batch)
        self._link.execute("RELEASE batch")
        return written

    def _write_one(self, row: Row, number: int) -> bool:
        line, sku, quantity, price = row
        wrong: Kind | None = None
        if quantity and self._breaks(sku, number) >= BREAKS_MAX:
            wrong = Kind.TOO_MANY_BREAKS
        elif not self._link.execute(_INSERT, (sku, number, quantity, price)).rowcount:
            known = self._link.execute(_SKU_OF[Column.SKU], (sku,)).fetchone()
            wrong = Kind.PRICE_TWICE if known else Kind.UNKNOWN_ITEM
        if wrong is not None:
            error = RowError(line, self._heading(self._key), shortened(sku), wrong)
            self._problems.add_row([error])
        return wrong is None

    def _breaks(self, sku: str, number: int) -> int:
        found = self._link.execute(
            "SELECT count(*) FROM price WHERE sku = ? AND list = ?", (sku, number)
        ).fetchone()
        return int(found[0])

    def _error(self, line: int, row: Sequence[Cell], problem: CellError) -> RowError:
        """The row again, cell by cell, to name the one that is wrong."""
        checks: dict[Column, Callable[[str], object]] = {
            Column.PRICE: lambda text: cells.amount_minor(text, self._decimals),
            Column.QUANTITY_MIN: lambda text: _thousandths(text) if text else 0,
        }
        for column, check in checks.items():
            place = self._table.columns.get(column, -1)
            text = _text(row, place) if 0 <= place < len(row) else ""
            try:
                check(text)
            except CellError as found:
                kind = problem.kind if not text and column is Column.PRICE else found.kind
                return RowError(line, self._heading(column), shortened(text), kind, found.detail)
        place = self._table.columns[self._key]
        value = shortened(_text(row, place)) if place < len(row) else ""
        return RowError(line, self._heading(self._key), value, problem.kind, problem.detail)

    def _heading(self, column: Column) -> str:
        place = self._table.columns.get(column, -1)
        return self._table.headings[place] if place >= 0 else column.value


def _text(row: Sequence[Cell], place: int, missing: Kind | None = None) -> str:
    text = cells.text_of(row[place]) if place < len(row) else ""
    if not text and missing is not None:
        raise CellError(missing)
    return text


def _thousandths(text: str) -> int:
    value = cells.quantity(text, Unit.KILOGRAM)
    if value < 0:
        raise CellError(Kind.NEGATIVE)
    return int(value * THOUSANDTHS)
