"""Give the catalogue back as CSV, TSV or XLSX that imports to the same catalogue again."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from appliance.catalogue.columns import Column
from appliance.catalogue.trade_cells import choices_text, components_text, content_text
from appliance.core import sale_hours
from appliance.core.item import Item, ItemId, StockPolicy, Tracking
from appliance.core.money import from_minor

COLUMNS = tuple(c for c in Column if c not in {Column.WEIGHED, Column.QUANTITY_MIN})
"""What the columns are called in every exported file; any of them may be deleted before import."""

_NUMBERS = {
    Column.PRICE,
    Column.COST,
    Column.STOCK,
    Column.TARE,
    Column.MIN_PRICE,
    Column.REORDER_POINT,
    Column.REORDER_TO,
    Column.QUANTITY_MAX,
}

Stock = Callable[[ItemId], Decimal | None]
"""The stock of an item now, None where it is not counted."""

FORMATS = (".csv", ".tsv", ".xlsx")


def export(
    items: Iterable[Item], path: Path, *, currency: str = "UAH", stock: Stock | None = None
) -> int:
    """Write the file by its ending and say how many items it holds; without stock, no such column."""
    columns = COLUMNS if stock else COLUMNS[:-1]
    rows = ([*_cells(item, currency), *_stock(item, stock)] for item in items)
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


def _cells(item: Item, currency: str) -> list[str]:
    return [
        item.id,
        item.name,
        item.variant,
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
        *traits(item, currency).values(),
    ]


def traits(item: Item, currency: str) -> dict[Column, str]:
    """What only some goods have, as text; empty where an item has it not."""
    return {
        Column.COST: _money(item.cost_minor, currency),
        Column.COMPONENTS: components_text(item.components),
        Column.PARENT: item.parent,
        Column.DEPOSIT: item.deposit,
        Column.TARE: _number(item.tare_kg),
        Column.MIN_PRICE: _money(item.min_price_minor or None, currency),
        Column.SUPPLIER: item.supplier,
        Column.STOCK_POLICY: _unless(item.stock_policy, StockPolicy.ALLOW),
        Column.TRACKING: _unless(item.tracking, Tracking.NONE),
        Column.REORDER_POINT: _number(item.reorder_point),
        Column.REORDER_TO: _number(item.reorder_to),
        Column.QUANTITY_MAX: _number(item.quantity_max),
        Column.NEEDS_MANAGER: "yes" if item.needs_manager else "",
        Column.SALE_HOURS: sale_hours.text(item.sale_hours),
        Column.CHOICES: choices_text(item.choices, currency),
        Column.SERVICE: "yes" if item.service else "",
        Column.UKTZED: item.uktzed,
        Column.CONTENT: content_text(item.content),
    }


def _money(amount_minor: int | None, currency: str) -> str:
    return "" if amount_minor is None else f"{from_minor(amount_minor, currency):f}"


def _unless(value: StrEnum, usual: StrEnum) -> str:
    return "" if value is usual else value.value


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _printed(gtin14: str) -> str:
    """As under the bars: 13 digits, or 14 where the first one says something."""
    return gtin14.removeprefix("0")


def _stock(item: Item, stock: Stock | None) -> list[str]:
    if stock is None:
        return []
    counted = stock(item.id)
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
    numbers = {i for i, c in enumerate(columns) if c in _NUMBERS}
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
    # Where rows are gathered anyway, and from there in one piece: a disk that fills up under openpyxl
    # leaves it with half a file that it goes on closing, aloud.
    with tempfile.TemporaryFile() as made, path.open("wb") as out:
        book.save(made)
        made.seek(0)
        shutil.copyfileobj(made, out)
    return count
