"""Rows of a delivery's file, or of one item, as the till takes them; every bad row is named."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli import where
from appliance.cli.stock_room import catalogue, sku_of

if TYPE_CHECKING:
    from appliance.catalogue.store import Catalogue

ROWS_MAX = 5_000
"""Rows of one file: one paper."""

_COLUMNS = {"sku", "gtin", "quantity", "cost", "lot", "expiry", "serial"}


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV with a heading; comma, semicolon or tab."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = where.why(error) if isinstance(error, OSError) else "it is not UTF-8"
        where.fail(f"The file cannot be read: {why}", 2)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    names = {name: (name or "").strip().casefold() for name in reader.fieldnames or ()}
    known = set(names.values())
    if not {"sku", "gtin"} & known or "quantity" not in known:
        where.fail(f"{file.name}: needs the columns sku or gtin, and quantity.", 2)
    strange = sorted(known - _COLUMNS)
    if strange:
        columns = ", ".join(sorted(_COLUMNS))
        where.fail(f"{file.name}: unknown column {strange[0]!r}; known: {columns}", 2)
    rows = [
        {names[name]: (cell or "").strip() for name, cell in row.items() if name in names}
        for row in reader
    ]
    if not rows or len(rows) > ROWS_MAX:
        where.fail(f"{file.name}: a paper has 1 to {ROWS_MAX} rows, this one {len(rows)}.", 2)
    return rows


def moves_of(rows: Sequence[dict[str, str]], file: str = "") -> list[dict[str, str]]:
    """Rows as the till takes them; ends the command with every bad row when there is one. file: its
    name, where they are of one."""
    from appliance.core.money import exponent

    places = exponent(where.settings().shop.currency)
    moves, bad = [], []
    with catalogue() as goods:
        for number, row in enumerate(rows, 2):
            try:
                moves.append(_move(row, goods, places))
            except ValueError as error:
                bad.append(f"{file}, line {number}: {error}" if file else f"{error}")
    if bad:
        where.fail("\n".join([*bad[:50], "Nothing was taken: mend these and try again."]), 2)
    return moves


def _move(row: dict[str, str], goods: Catalogue, places: int) -> dict[str, str]:
    code = row.get("sku") or row.get("gtin") or ""
    sku = sku_of(goods, code) if code else None
    if sku is None:
        raise ValueError(f"no item has the code {code!r}")
    quantity = _number(row.get("quantity", ""), "quantity")
    if quantity <= 0:
        raise ValueError("the quantity must be more than nothing")
    made = {"item": sku, "quantity": f"{quantity:f}"}
    if row.get("cost"):
        cost = _number(row["cost"], "cost")
        if cost < 0:
            raise ValueError("a cost is not less than nothing")
        made["cost_minor"] = f"{cost.scaleb(places):f}"
    if row.get("expiry"):
        try:
            made["expiry"] = date.fromisoformat(row["expiry"]).isoformat()
        except ValueError:
            raise ValueError(f"expiry {row['expiry']!r} is not YYYY-MM-DD") from None
    return made | {name: row[name] for name in ("lot", "serial") if row.get(name)}


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"{what} {text!r} is no number") from None
    if not number.is_finite():
        raise ValueError(f"{what} {text!r} is no number")
    return number
