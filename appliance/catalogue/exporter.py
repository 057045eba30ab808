"""Give the catalogue back as CSV, TSV or XLSX that imports to the same catalogue again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from appliance.catalogue.columns import Column
from appliance.catalogue.model import Entry
from appliance.core.item import ItemId
from appliance.core.money import from_minor

COLUMNS = tuple(column for column in Column if column not in {Column.VARIANT, Column.WEIGHED})
"""What the columns are called in every exported file; any of them may be deleted before import."""

Stock = Callable[[ItemId], Decimal | None]
"""The stock of an item now, None where it is not counted."""

FORMATS = (".csv", ".tsv", ".xlsx")


def export(
    entries: Iterable[Entry], path: Path, *, currency: str = "UAH", stock: Stock | None = None
) -> int:
    """Write the file by its ending and say how many items it holds; without stock, no such column."""
    columns = COLUMNS if stock else COLUMNS[:-1]
    rows = ([*_cells(entry, currency), *_stock(entry, stock)] for entry in entries)
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise ValueError(f"{path.name}: write .csv, .tsv or .xlsx at the end")
    # Beside its place first: a cut-off export never stands where a good one stood.
    part = path.with_name(path.name + ".part")
    try:
        count = (_write_xlsx if ending == ".xlsx" else _write_text)(part, ending, columns, rows)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _cells(entry: Entry, currency: str) -> list[str]:
    item = entry.item
    cost = "" if entry.cost_minor is None else f"{from_minor(entry.cost_minor, currency):f}"
    return [
        item.id,
        item.name,
        f"{from_minor(item.price_minor, currency):f}",
        item.unit.value,
        " ".join(_printed(gtin) for gtin in item.gtins),
        item.plu,
        "+".join(item.taxes),
        item.category,
        item.colour,
        item.picture,
        "yes" if item.discountable else "no",
        "yes" if item.open_price else "no",
        str(item.age_min),
        cost,
    ]


def _printed(gtin14: str) -> str:
    """As under the bars: 13 digits, or 14 where the first one says something."""
    return gtin14.removeprefix("0")


def _stock(entry: Entry, stock: Stock | None) -> list[str]:
    if stock is None:
        return []
    counted = stock(entry.item.id)
    return ["" if counted is None else f"{counted:f}"]


def _write_text(
    path: Path, ending: str, columns: tuple[Column, ...], rows: Iterator[list[str]]
) -> int:
    count = 0
    # The mark makes spreadsheet programs read Cyrillic right.
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter="\t" if ending == ".tsv" else ",", lineterminator="\n")
        writer.writerow([column.value for column in columns])
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(
    path: Path, _ending: str, columns: tuple[Column, ...], rows: Iterator[list[str]]
) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("catalogue")
    sheet.append([column.value for column in columns])
    numbers = {i for i, c in enumerate(columns) if c in {Column.PRICE, Column.COST, Column.STOCK}}
    count = 0
    for row in rows:
        line = []
        for place, text in enumerate(row):
            if place in numbers and text:
                cell = WriteOnlyCell(sheet)
                cell.value = Decimal(text)
            else:
                cell = WriteOnlyCell(sheet, value=text or None)
                # Text stays text: a name that begins with "=" is no formula.
                cell.data_type = "s" if text else "n"
            line.append(cell)
        sheet.append(line)
        count += 1
    book.save(path)
    return count
