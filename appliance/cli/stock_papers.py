"""`till stock`: goods received, sent, written off and counted; and what lies there, in lists."""

from __future__ import annotations

import csv
import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.journal import JsonFlag, told

if TYPE_CHECKING:
    from appliance.catalogue.store import Catalogue
    from appliance.stockroom import Stockroom

group = typer.Typer(help="Stock: papers, counts, lists.", no_args_is_help=True)

ROWS_MAX = 5_000
"""Rows of one file: one paper."""

ItemArgument = Annotated[str, typer.Argument(help="SKU, or a barcode.")]
QuantityArgument = Annotated[str, typer.Argument(help="How much: 12 or 0.436.")]
ActorOption = Annotated[str, typer.Option("--actor", help="Whose act it is: an id of the staff.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="stock")


# Papers


@group.command()
def receive(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV: sku or gtin, quantity, cost, lot, expiry, serial."),
    ] = None,
    *,
    item: Annotated[str, typer.Option("--item", help="One item instead of a file.")] = "",
    quantity: Annotated[str, typer.Option("--quantity", help="How much of it came.")] = "1",
    cost: Annotated[str, typer.Option("--cost", help="What 1 cost, e.g. 31.50.")] = "",
    lot: Annotated[str, typer.Option("--lot")] = "",
    expiry: Annotated[str, typer.Option("--expiry", help="YYYY-MM-DD")] = "",
    serial: Annotated[str, typer.Option("--serial")] = "",
    supplier: Annotated[str, typer.Option("--supplier")] = "",
    document: Annotated[str, typer.Option("--document", help="Their paper's number.")] = "",
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Goods came in. A file is taken whole, or with every bad row named not at all."""
    if (file is None) == (not item):
        where.fail("Name a CSV file, or one item with --item.", 2)
    rows: list[dict[str, str]]
    if file is not None:
        rows = _read(file)
    else:
        names = ("quantity", "cost", "lot", "expiry", "serial")
        values = (quantity, cost, lot, expiry, serial)
        rows = [{"sku": item, **dict(zip(names, values, strict=True))}]
    moves = _moves(rows, file.name if file else "--item")
    _paper("received", moves, actor, as_json, partner=supplier, document=document)


@group.command()
def transfer(
    item: ItemArgument,
    quantity: QuantityArgument,
    *,
    to: Annotated[str, typer.Option("--to", help="The shop the goods go to.")] = "",
    source: Annotated[str, typer.Option("--from", help="The shop they come from.")] = "",
    lot: Annotated[str, typer.Option("--lot")] = "",
    serial: Annotated[str, typer.Option("--serial")] = "",
    document: Annotated[str, typer.Option("--document")] = "",
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Goods go to another shop, or come from one."""
    if bool(to) == bool(source):
        where.fail("Name the other shop with --to or --from.", 2)
    moves = _moves([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}], "item")
    cause = "transfer_out" if to else "transfer_in"
    _paper(cause, moves, actor, as_json, partner=to or source, document=document)


@group.command("write-off")
def write_off(
    item: ItemArgument,
    quantity: QuantityArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why: broken, past its day, ..")],
    lot: Annotated[str, typer.Option("--lot")] = "",
    serial: Annotated[str, typer.Option("--serial")] = "",
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Goods are spoilt or gone."""
    moves = _moves([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}], "item")
    _paper("write_off", moves, actor, as_json, reason=reason)


@group.command("supplier-return")
def supplier_return(
    item: ItemArgument,
    quantity: QuantityArgument,
    *,
    supplier: Annotated[str, typer.Option("--supplier")] = "",
    lot: Annotated[str, typer.Option("--lot")] = "",
    serial: Annotated[str, typer.Option("--serial")] = "",
    document: Annotated[str, typer.Option("--document")] = "",
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Goods go back to where they were bought."""
    moves = _moves([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}], "item")
    _paper("supplier_return", moves, actor, as_json, partner=supplier, document=document)


@group.command()
def undo(
    paper: Annotated[str, typer.Argument(help="The paper's number, as `till stock papers` shows.")],
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """A mistaken paper is taken back by a counter-movement."""
    _done(_ask({"command": "void_stock_paper", "paper": paper}, actor), as_json)


# Counts


@group.command()
def count(
    *,
    scope: Annotated[str, typer.Option("--category", help="Only this category.")] = "",
    number: Annotated[int | None, typer.Option("--count", help="Which count goes on.")] = None,
    item: Annotated[str, typer.Option("--item", help="What was counted.")] = "",
    quantity: Annotated[str, typer.Option("--quantity", help="How much lies there.")] = "",
    lot: Annotated[str, typer.Option("--lot")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="The count becomes the stock.")] = False,
    rest_to_zero: Annotated[
        bool, typer.Option("--rest-to-zero", help="With --apply: what was not counted is gone.")
    ] = False,
    drop: Annotated[bool, typer.Option("--drop", help="The count is thrown away.")] = False,
    actor: ActorOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Without --count a new count starts; with it one is entered into, looked at or finished."""
    if number is None:
        _done(_ask({"command": "start_count", "scope": scope}, actor), as_json)
    elif apply or drop:
        request = {"command": "finish_count", "count": number, "apply": apply}
        _done(_ask({**request, "rest_to_zero": rest_to_zero}, actor), as_json)
    elif item:
        with _catalogue() as goods:
            sku = _sku(goods, item)
        if sku is None:
            where.fail(f"No item has the code {item}.", 1)
        how_many = str(_decimal(quantity, "--quantity"))
        request = {"command": "count_item", "count": number, "item": sku, "quantity": how_many}
        _done(_ask({**request, "lot": lot}, actor), as_json)
    else:
        with _catalogue() as goods, told():
            _table(_room(goods).differences(number), as_json)


# Lists


@group.command("list")
def levels(
    below: Annotated[str, typer.Option("--below", help="Only what has less than this.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """What lies there of everything that ever moved."""
    with _catalogue() as goods, told():
        rows = _room(goods).levels()
    most = _decimal(below, "--below") if below else None
    _table([row for row in rows if most is None or row.left < most], as_json)


@group.command()
def value(as_json: JsonFlag = False) -> None:
    """What the stock is worth at its average cost."""
    with _catalogue() as goods, told():
        rows = _room(goods).levels()
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
    with _catalogue() as goods, told():
        _table(_room(goods).history(_sku(goods, item) or item, limit), as_json)


@group.command()
def papers(
    limit: Annotated[int, typer.Option("-n", min=1, max=10_000)] = 50, as_json: JsonFlag = False
) -> None:
    """Goods received, sent and written off, the newest first."""
    with _catalogue() as goods, told():
        _table(_room(goods).papers(limit), as_json)


@group.command()
def expiring(
    days: Annotated[
        int | None, typer.Option("--days", min=0, help="So many days ahead.", show_default=False)
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Lots near their last day, and those past it."""
    ahead = where.settings().stock.near_expiry_days if days is None else days
    today = datetime.now().astimezone().date()
    with _catalogue() as goods, told():
        _table(_room(goods).expiring(ahead, today), as_json)


@group.command()
def suggest(
    supplier: Annotated[str, typer.Option("--supplier", help="Only of this one.")] = "",
    to_csv: Annotated[Path | None, typer.Option("--csv", help="Into this file.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What to buy, by supplier."""
    with _catalogue() as goods, told():
        rows = _room(goods).suggest(datetime.now().astimezone())
    rows = tuple(row for row in rows if not supplier or row.supplier == supplier)
    if to_csv is None:
        _table(rows, as_json)
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


# What all of them share


def _catalogue() -> Catalogue:
    from appliance.catalogue.store import Catalogue
    from appliance.daemon import catalogue_path

    return Catalogue(catalogue_path(where.settings()))


def _room(goods: Catalogue) -> Stockroom:
    from appliance.daemon import journal_path
    from appliance.stockroom import Rules, Stockroom

    settings = where.settings()
    rules = Rules(settings.stock.average_days, settings.stock.lead_days)
    return Stockroom(journal_path(settings), goods, rules)


def _sku(goods: Catalogue, code: str) -> str | None:
    from appliance.core.item import ItemId

    item = goods.by_id(ItemId(code)) or goods.by_code(code)
    return None if item is None else str(item.id)


def _decimal(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        where.fail(f'{what}: "{text}" is no number.', 2)
    return number


_COLUMNS = {"sku", "gtin", "quantity", "cost", "lot", "expiry", "serial"}


def _read(file: Path) -> list[dict[str, str]]:
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


def _moves(rows: Sequence[dict[str, str]], source: str) -> list[dict[str, str]]:
    """Rows as the till takes them; ends the command with every bad row when there is one."""
    from appliance.core.money import exponent

    places = exponent(where.settings().shop.currency)
    moves, bad = [], []
    with _catalogue() as goods:
        for number, row in enumerate(rows, 2):
            try:
                moves.append(_move(row, goods, places))
            except ValueError as error:
                bad.append(f"{source}, line {number}: {error}")
    if bad:
        where.fail("\n".join([*bad[:50], "Nothing was taken: mend these and try again."]), 2)
    return moves


def _move(row: dict[str, str], goods: Catalogue, places: int) -> dict[str, str]:
    code = row.get("sku") or row.get("gtin") or ""
    sku = _sku(goods, code) if code else None
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


def _paper(
    cause: str, moves: list[dict[str, str]], actor: str, as_json: bool, **texts: str
) -> None:
    _done(_ask({"command": "move_stock", "cause": cause, "moves": moves, **texts}, actor), as_json)


def _ask(request: dict[str, Any], actor: str) -> dict[str, Any]:
    named = {"actor": actor} if actor else {}
    return where.ask({**request, **named, "id": uuid.uuid4().hex, "spoken": False})


def _done(answer: dict[str, Any], as_json: bool) -> None:
    """What came of it: the number of the paper or count; ends with 1 when the till refused."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        raise typer.Exit(0 if answer.get("ok") else 1)
    if not answer.get("ok"):
        from appliance.cli import send

        where.fail(send._sentence(answer), 1)
    for fact in answer.get("facts", ()):
        kind, body = fact.get("type"), fact.get("body", {})
        if kind == "StockMoved":
            with _catalogue() as goods, told():
                typer.echo(_room(goods).papers(1)[0].number)
        elif kind in ("CountStarted", "CountFinished"):
            typer.echo(str(body["count"]))
        elif kind == "CountEntered":
            typer.echo(f"{body['item']}: {body['counted']} ({body['expected']})")


def _table(rows: Sequence[Any], as_json: bool) -> None:
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
