"""A list of cards as a spreadsheet writes it: one till a row, every mistake told with row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.catalogue.encoding import EncodingUnknown, detect
from appliance.provision import document, values
from appliance.provision.document import Provision
from appliance.provision.mistakes import Kind, Mistake, Wrong

ROWS_MAX = 2000
"""More cards than anybody flashes in a week are another file by mistake."""
FILE_BYTES_MAX = 4 * 1024 * 1024
BETWEEN_LINES = "|"
"""Between the lines of an address or a receipt's header, in one cell."""
_DELIMITERS = ";,\t"
_YES, _NO = {"yes", "true", "1", "так", "да"}, {"no", "false", "0", "ні", "нет"}


@dataclass(frozen=True, slots=True)
class Row:
    """line: in the file, counted from 1."""

    line: int
    provision: Provision


@dataclass(frozen=True, slots=True)
class Column:
    """section and field: as in the provisioning file. read: what the field's check is given. titles:
    the headings that mean it, in small letters without spaces and signs."""

    section: str
    field: str
    titles: str
    read: Callable[[str], Any] = str


def _lines(cell: str) -> list[str]:
    return [it.strip() for it in cell.split(BETWEEN_LINES) if it.strip()]


def _number(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", cell):
        raise Wrong(Kind.NOT_A_NUMBER, cell)
    return int(cell)


def _flag(cell: str) -> bool:
    word = cell.lower()
    if word not in _YES | _NO:
        raise Wrong(Kind.NOT_YES_OR_NO, cell)
    return word in _YES


def _one(cell: str) -> list[str]:
    return [cell]


COLUMNS = (
    Column("shop", "id", "shopid shopcode кодмагазину магазинкод"),
    Column("shop", "name", "shop shopname магазин назвамагазину"),
    Column("shop", "legal_name", "legalname юрназва юридичнаназва фоп"),
    Column("shop", "tax_id", "taxid іпн ідентифікаційнийкод податковийномер"),
    Column("shop", "address", "address адреса", _lines),
    Column("shop", "currency", "currency валюта"),
    Column("shop", "language", "language locale мова"),
    Column("shop", "timezone", "timezone часовийпояс"),
    Column("shop", "receipt_header", "receiptheader header шапка шапкачека", _lines),
    Column("till", "number", "number tillnumber номер номеркаси", _number),
    Column("till", "name", "till tillname каса назвакаси"),
    Column("wifi", "name", "wifi wifiname ssid мережа мережаwifi"),
    Column("wifi", "password", "wifipassword password пароль парольwifi"),
    Column("wifi", "psk", "wifipsk psk ключwifi"),
    Column("wifi", "hidden", "wifihidden hidden прихована", _flag),
    Column("wifi", "country", "country країна"),
    Column("fleet", "server", "fleet fleeturl server мережакас сервер"),
    Column("fleet", "token", "token токен кодприєднання"),
    Column("ssh", "keys", "sshkey ключssh", _one),
    Column("machine", "serial", "serial серійнийномер"),
)
REQUIRED = (("shop", "name"), ("till", "number"))
"""What a till of a batch always has of its own; the wizard would ask fifty people otherwise."""
_BY_TITLE = {title: it for it in COLUMNS for title in it.titles.split()}


def read(path: Path) -> list[Row] | list[Mistake]:
    """The cards of a file, or everything that is wrong with it. Raises OSError."""
    found = _rows(path)
    if isinstance(found, Mistake):
        return [found]
    if not found:
        return [Mistake(Kind.NO_ROWS)]
    head, *body = found
    columns, mistakes = _headings(*head)
    if not any(column for _, column in columns):
        return [Mistake(Kind.NO_HEADINGS, line=head[0])]
    if not body:
        mistakes.append(Mistake(Kind.NO_ROWS))
    rows = []
    for line, cells in body[: ROWS_MAX + 1]:
        row, wrong = _row(line, cells, columns)
        mistakes += wrong
        rows.append(row)
    if len(body) > ROWS_MAX:
        mistakes.append(Mistake(Kind.TOO_LONG_A_LIST, line=body[ROWS_MAX][0]))
    mistakes += _twice(rows, columns)
    return sorted(mistakes, key=lambda it: it.line) or rows


def _rows(path: Path) -> list[tuple[int, list[str]]] | Mistake:
    """Rows that hold something, each with the line it begins on."""
    content = path.read_bytes()
    if len(content) > FILE_BYTES_MAX:
        return Mistake(Kind.TOO_LONG_A_LIST)
    try:
        # Excel of a Ukrainian Windows writes windows-1251, or UTF-16 as "Unicode text".
        text = content.decode(detect(path))
    except (EncodingUnknown, UnicodeDecodeError):
        return Mistake(Kind.LETTERS)
    text = text.removeprefix("\ufeff")
    head, _, rest = text.partition("\n")
    start, delimiter = 0, ""
    if re.fullmatch(r"sep=[;,\t]\s*", head, re.IGNORECASE):
        start, delimiter, text = 1, head[4], rest
        head = rest.partition("\n")[0]
    delimiter = delimiter or max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found, line = [], start + 1
    try:
        for cells in reader:
            stripped = [it.strip() for it in cells]
            if any(stripped):
                found.append((line, stripped))
            line = start + reader.line_num + 1
    except csv.Error:
        # An unclosed quotation mark that swallowed the rest.
        return Mistake(Kind.SPARE_CELLS, line=line)
    return found


def _headings(line: int, cells: list[str]) -> tuple[list[tuple[str, Column | None]], list[Mistake]]:
    """Each heading as the file has it, and its column."""
    found, mistakes = [], []
    seen: set[Column] = set()
    for cell in cells:
        column = _BY_TITLE.get(re.sub(r"[\W_]", "", cell.lower()))
        if column is None and cell:
            mistakes.append(Mistake(Kind.UNKNOWN, cell, line))
        if column is not None and column in seen:
            mistakes.append(Mistake(Kind.TWICE, cell, line))
            column = None
        if column is not None:
            seen.add(column)
        found.append((cell, column))
    for section, field in REQUIRED:
        if not any((it.section, it.field) == (section, field) for it in seen):
            title = next(it for it in COLUMNS if (it.section, it.field) == (section, field))
            mistakes.append(Mistake(Kind.MISSING, title.titles.split()[0], line))
    return found, mistakes


def _row(
    line: int, cells: Sequence[str], columns: Sequence[tuple[str, Column | None]]
) -> tuple[Row, list[Mistake]]:
    """A row with mistakes holds the rest: it may be the same till as another, which is told at once."""
    said: dict[str, dict[str, Any]] = {}
    mistakes = []
    for (title, column), cell in zip(columns, cells, strict=False):
        if column is None:
            continue
        if not cell:
            if (column.section, column.field) in REQUIRED:
                mistakes.append(Mistake(Kind.MISSING, title, line))
            continue
        try:
            value = values.SECTIONS[column.section][column.field](column.read(cell))
            said.setdefault(column.section, {})[column.field] = value
        except Wrong as wrong:
            mistakes.append(Mistake(wrong.kind, title, line, wrong.shown))
    if any(cells[len(columns) :]):
        mistakes.append(Mistake(Kind.SPARE_CELLS, line=line))
    wifi = said.get("wifi", {})
    if wifi and "name" not in wifi:
        mistakes.append(Mistake(Kind.MISSING, _title(columns, "wifi", "name"), line))
    if "password" in wifi and "psk" in wifi:
        mistakes.append(Mistake(Kind.WIFI_BOTH, _title(columns, "wifi", "psk"), line))
    if "token" in said.get("fleet", {}) and "server" not in said["fleet"]:
        mistakes.append(Mistake(Kind.MISSING, _title(columns, "fleet", "server"), line))
    return Row(line, document.of_sections(said)), mistakes


def _twice(rows: Sequence[Row], columns: Sequence[tuple[str, Column | None]]) -> list[Mistake]:
    """Two cards that would be one till, or use one token: the second of them is told."""
    mistakes = []
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        it = row.provision
        for kind, place, key in (
            (Kind.SAME_TILL, ("till", "number"), (it.shop.id or it.shop.name, it.till.number)),
            (Kind.SAME_TOKEN, ("fleet", "token"), (it.fleet.token,)),
        ):
            if all(key) and (kind, *key) in seen:
                mistakes.append(Mistake(kind, _title(columns, *place), row.line))
            seen.add((kind, *key))
    return mistakes


def _title(columns: Sequence[tuple[str, Column | None]], section: str, field: str) -> str:
    """The heading as the file has it; without one, the usual."""
    for title, column in columns:
        if column is not None and (column.section, column.field) == (section, field):
            return title
    return next(
        it.titles.split()[0] for it in COLUMNS if (it.section, it.field) == (section, field)
    )
