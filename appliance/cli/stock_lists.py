"""`till stock list`, `value`, `history` and the other lists: what lies there, and why."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.journal import JsonFlag, told
from appliance.cli.stock_room import catalogue, decimal, room, sku_of

group = typer.Typer()

ItemArgument = Annotated[str, typer.Argument(help="SKU, or a barcode.")]


@group.command("list")
def levels(
    below: Annotated[str, typer.Option("--below", help="Only what has less than this.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """What lies there of everything that ever moved."""
    with catalogue() as goods, told():
        rows = room(goods).levels()
    most = decimal(below, "--below") if below else None
    table([row for row in rows if most is None or row.left < most], as_json)


@group.command()
def value(as_json: JsonFlag = False) -> None:
    """What the stock is worth at its average cost."""
    with catalogue() as goods, told():
        rows = room(goods).levels()
    worth = sum(row.value_minor or 0 for row in rows)
    unknown = sum(row.value_minor is None and row.left > 0 for row in rows)
    if as_json:
        typer.echo(json.dumps({"value_minor": worth, "items_without_cost": unknown}))
        return
    from appliance.core.money import from_minor

    currency = where.settings().shop.currency
    typer.echo(f"{from_minor(worth, currency)} {currency}")
    if unknown:
        typer.echo(f"The cost of {unknown} items is not known; they count as nothing.")


@group.command()
def history(
    item: ItemArgument,
    limit: Annotated[int, typer.Option("-n", min=1, max=10_000)] = 50,
    as_json: JsonFlag = False,
) -> None:
    """An item's movements, the newest first."""
    with catalogue() as goods, told():
        table(room(goods).history(sku_of(goods, item) or item, limit), as_json)


@group.command()
def papers(
    limit: Annotated[int, typer.Option("-n", min=1, max=10_000)] = 50, as_json: JsonFlag = False
) -> None:
    """Goods received, sent and written off, the newest first."""
    with catalogue() as goods, told():
        table(room(goods).papers(limit), as_json)


@group.command()
def expiring(
    days: Annotated[
        int | None, typer.Option("--days", min=0, help="So many days ahead.", show_default=False)
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Lots near their last day, and those past it."""
    ahead = where.settings().stock.near_expiry_days if days is None else days
    today = datetime.now(where.settings().shop.zone).date()
    with catalogue() as goods, told():
        table(room(goods).expiring(ahead, today), as_json)


@group.command()
def suggest(
    supplier: Annotated[str, typer.Option("--supplier", help="Only of this one.")] = "",
    to_csv: Annotated[Path | None, typer.Option("--csv", help="Into this file.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What to buy, by supplier."""
    with catalogue() as goods, told():
        rows = room(goods).suggest(datetime.now(where.settings().shop.zone))
    rows = tuple(row for row in rows if not supplier or row.supplier == supplier)
    if to_csv is None:
        table(rows, as_json)
        return
    try:
        with to_csv.open("w", encoding="utf-8-sig", newline="") as out:
            sheet = csv.writer(out)
            sheet.writerow(["supplier", "sku", "name", "order", "unit", "left"])
            for row in rows:
                told_row = (row.supplier, row.item, row.name, f"{row.order:f}")
                sheet.writerow([*told_row, row.unit.value, f"{row.left:f}"])
    except OSError as error:
        where.fail(f"The list cannot be written: {where.why(error)}", 1)
    typer.echo(f"{len(rows)} rows: {to_csv}")


def table(rows: Sequence[Any], as_json: bool) -> None:
    """Rows of one dataclass; --json one object a line's worth of list."""
    if as_json:
        typer.echo(json.dumps([_object(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        typer.echo("Nothing.")
        raise typer.Exit(1)
    from rich.console import Console
    from rich.table import Table

    heads = [field.name for field in fields(rows[0])]
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head.replace("_minor", "").replace("_", " "))
    for row in rows:
        table.add_row(*(_cell(name, getattr(row, name)) for name in heads))
    Console(file=sys.stdout, width=160 if not sys.stdout.isatty() else None).print(table)


def _object(row: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_minor"):
        from appliance.core.money import exponent

        places = exponent(where.settings().shop.currency)
        return f"{Decimal(value).scaleb(-places):.{places}f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(_plain(value))
