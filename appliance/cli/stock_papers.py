"""`till stock receive`, `write-off`, `count` and other acts, through the running till."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.cli import stock_lists, where
from appliance.cli.journal import JsonFlag, told
from appliance.cli.stock_files import moves_of, rows_of
from appliance.cli.stock_lists import ItemArgument, table
from appliance.cli.stock_room import catalogue, decimal, room, sku_of

group = typer.Typer(help="Stock: papers, counts, lists.", no_args_is_help=True)

QuantityArgument = Annotated[str, typer.Argument(help="How much: 12 or 0.436.")]
ActorOption = Annotated[str, typer.Option("--actor", help="Whose act it is: an id of the staff.")]


def register(app: typer.Typer) -> None:
    group.add_typer(stock_lists.group)
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
        rows = rows_of(file)
    else:
        names = ("quantity", "cost", "lot", "expiry", "serial")
        values = (quantity, cost, lot, expiry, serial)
        rows = [{"sku": item, **dict(zip(names, values, strict=True))}]
    moves = moves_of(rows, file.name if file else "")
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
    moves = moves_of([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}])
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
    moves = moves_of([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}])
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
    moves = moves_of([{"sku": item, "quantity": quantity, "lot": lot, "serial": serial}])
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
        with catalogue() as goods:
            sku = sku_of(goods, item)
        if sku is None:
            where.fail(f"No item has the code {item}.", 1)
        how_many = str(decimal(quantity, "--quantity"))
        request = {"command": "count_item", "count": number, "item": sku, "quantity": how_many}
        _done(_ask({**request, "lot": lot}, actor), as_json)
    else:
        with catalogue() as goods, told():
            table(room(goods).differences(number), as_json)


# What both share


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
            with catalogue() as goods, told():
                typer.echo(room(goods).papers(1)[0].number)
        elif kind in ("CountStarted", "CountFinished"):
            typer.echo(str(body["count"]))
        elif kind == "CountEntered":
            typer.echo(f"{body['item']}: {body['counted']} ({body['expected']})")
