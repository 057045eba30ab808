"""Open a price list as rows of cells: CSV with any delimiter, TSV, or XLSX."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from appliance.catalogue.columns import Column, is_usable, recognise
from appliance.catalogue.encoding import detect

Cell = Any
"""Text from CSV; from XLSX also int, float, bool, a date or None."""

Row = tuple[int, Sequence[Cell]]
"""The line in the file where the row begins, counted from 1, and its cells."""

_DELIMITERS = ",;\t|"
_TITLE_ROWS_MAX = 20  # rows above the headings: accounting programs write a title there
_CELL_CHARS_MAX = 100_000  # a longer cell is an unclosed quotation mark


class TableError(ValueError):
    """The file cannot be read as a price list at all; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its recognised columns and the rows below the headings, read as they go."""

    headings: tuple[str, ...]
    columns: dict[Column, int]
    rows: Iterator[Row]
    kind: str
    encoding: str = ""
    delimiter: str = ""


@contextmanager
def open_table(path: Path, encoding: str = "", delimiter: str = "") -> Iterator[Table]:
    """encoding, delimiter: told by a person; empty means to find out."""
    with path.open("rb") as source:
        magic = source.read(8)
    if not magic:
        raise TableError(f"{path.name}: the file is empty")
    if magic.startswith(b"PK"):
        with _open_xlsx(path) as table:
            yield table
    elif magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{path.name}: an old .xls file; save it as .xlsx or .csv")
    else:
        with _open_text(path, encoding, delimiter) as table:
            yield table


@contextmanager
def _open_text(path: Path, encoding: str, delimiter: str) -> Iterator[Table]:
    encoding = encoding or detect(path)
    try:
        with path.open(encoding=encoding, newline="") as source:
            head = [line for _, line in zip(range(_TITLE_ROWS_MAX + 1), source, strict=False)]
    except (LookupError, UnicodeError) as problem:
        raise TableError(f"{path.name}: cannot be read as {encoding}: {problem}") from problem
    if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:
        delimiter = delimiter or head[0][4]
    delimiter = delimiter or max(_DELIMITERS, key=lambda d: _columns_with(head, d))
    with path.open(encoding=encoding, newline="") as source:
        headings, columns, rows = _below_headings(_csv_rows(path, source, delimiter), path)
        yield Table(headings, columns, rows, "csv", encoding, delimiter)


def _columns_with(lines: list[str], delimiter: str) -> int:
    """Columns that are recognised when the file is cut at this delimiter."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0
    return max((len(recognise(row)) for row in rows), default=0)


def _csv_rows(path: Path, source: TextIO, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(_CELL_CHARS_MAX)
    reader = csv.reader(source, delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as problem:
        raise TableError(
            f"{path.name}, line {line}: {problem}; is a quotation mark not closed?"
        ) from problem
    except UnicodeError as problem:
        raise TableError(f"{path.name}, after line {line}: {problem}") from problem


@contextmanager
def _open_xlsx(path: Path) -> Iterator[Table]:
    # A second of start-up that only a spreadsheet needs.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as problem:
        raise TableError(
            f"{path.name}: not a spreadsheet that can be read ({problem})"
        ) from problem
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the file; without it the rows themselves count.
        sheet.reset_dimensions()
        rows: Iterator[Row] = (
            (line, cells)
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
            if any(cell is not None for cell in cells)
        )
        headings, columns, rest = _below_headings(rows, path)
        yield Table(headings, columns, rest, "xlsx")
    finally:
        book.close()


def _below_headings(
    rows: Iterator[Row], path: Path
) -> tuple[tuple[str, ...], dict[Column, int], Iterator[Row]]:
    """The row with the most known headings among the first ones, and what follows it."""
    head = list(islice(rows, _TITLE_ROWS_MAX))
    texts = [["" if cell is None else str(cell).strip() for cell in cells] for _, cells in head]
    known = [recognise(text) for text in texts]
    best = max(range(len(head)), key=lambda i: len(known[i]), default=-1)
    if best < 0 or not is_usable(known[best]):
        seen = ", ".join(text for text in (texts[0] if texts else []) if text)[:200]
        raise TableError(
            f"{path.name}: no headings found (first row: {seen}). One row must name the columns,"
            " at least sku (or gtin, or plu) and one more of: name, price, unit, taxes, stock"
        )
    return tuple(texts[best]), known[best], chain(head[best + 1 :], rows)
