"""`till send` and `till shift`: commands to the running till, from a script or a technician."""

from __future__ import annotations

import json
import sys
import uuid
from typing import Annotated, Any

import typer

from appliance.cli import where

shift = typer.Typer(help="Open, count and close the shift of the running till.")

Actor = Annotated[str, typer.Option("--actor", help="Who asks; default: the signed-in cashier.")]


def register(app: typer.Typer) -> None:
    app.command()(send)
    app.add_typer(shift, name="shift")


def send(
    requests: Annotated[
        list[str], typer.Argument(help='JSON, such as \'{"command": "scan", ...}\'; - reads lines.')
    ],
    actor: Actor = "",
) -> None:
    """Any command that the screen can send, as JSON; prints facts or the refusal (exit 1)."""
    lines = sys.stdin if requests == ["-"] else requests
    refused = False
    for line in lines:
        if not line.strip():
            continue
        answer = _sent(_parsed(line), actor)
        typer.echo(json.dumps(answer, ensure_ascii=False))
        refused |= not answer.get("ok", False)
    raise typer.Exit(1 if refused else 0)


def _parsed(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        where.fail(f"Not JSON: {error}: {line.strip()[:80]}", 2)
    if not isinstance(request, dict):
        where.fail('A command is a JSON object, such as {"command": "no_sale", "reason": ".."}', 2)
    return request


def _sent(request: dict[str, Any], actor: str) -> dict[str, Any]:
    """With an id of its own, so that a retry by hand of the same call is the caller's choice."""
    request.setdefault("id", uuid.uuid4().hex)
    if actor:
        request.setdefault("actor", actor)
    return where.ask(request)


def done(request: dict[str, Any], actor: str) -> None:
    """Sends it and tells the facts; a refusal ends the command with its sentence."""
    answer = _sent(request, actor)
    if not answer.get("ok"):
        where.fail(_sentence(answer), 1)
    for fact in answer["facts"]:
        typer.echo(f"{fact['seq']:>8}  {fact['type']}")


def _sentence(answer: dict[str, Any]) -> str:
    """A refusal as the screen says it, in the shop's language, and its name for a script."""
    from appliance.i18n import translator
    from appliance.ui.words import sentence

    name, params = str(answer.get("refusal")), answer.get("params", {})
    say = translator(where.settings().shop.language)
    detail = f", detail: {params['detail']}" if "detail" in params else ""
    return f"{sentence(say, name, params)} ({name}{detail})"


@shift.command("open")
def shift_open(
    float_amount: Annotated[str, typer.Argument(metavar="FLOAT", help="Cash put in, 500.00.")],
    actor: Actor = "",
) -> None:
    """Open the shift with a float."""
    done({"command": "open_shift", "float_minor": _minor(float_amount)}, actor)


@shift.command("count")
def shift_count(
    counts: Annotated[list[str], typer.Argument(help="VALUExPIECES, such as 500x3 0.50x12.")],
    actor: Actor = "",
) -> None:
    """Count the drawer by denominations."""
    rows = []
    for count in counts:
        value, _, pieces = count.lower().partition("x")
        if not pieces.isdigit():
            where.fail(f"{count!r} is not VALUExPIECES, such as 500x3", 2)
        rows.append({"value_minor": _minor(value), "count": int(pieces)})
    done({"command": "count_drawer", "counts": rows}, actor)


@shift.command("close")
def shift_close(
    reason: Annotated[str, typer.Option(help="Of a difference.")] = "", actor: Actor = ""
) -> None:
    """Close the shift and print its Z report."""
    done({"command": "close_shift", "reason": reason}, actor)


@shift.command("show")
def shift_show(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """The open shift as the screen shows it; exit 1 when none is open."""
    look = where.ask({"look": True})["look"]
    shown = look.get("shift")
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
    elif shown is None:
        typer.echo("No shift is open.")
    else:
        _tell_shift(shown)
    raise typer.Exit(0 if shown else 1)


def _tell_shift(shown: dict[str, Any]) -> None:
    from appliance.core.money import from_minor

    currency = where.settings().shop.currency
    taxes = {f"tax {tax['letter']}_minor": tax["tax_minor"] for tax in shown["taxes"]}
    for key, value in ({k: v for k, v in shown.items() if k != "taxes"} | taxes).items():
        name = key.removesuffix("_minor").replace("_", " ")
        text = value if name == key.replace("_", " ") else from_minor(value, currency)
        typer.echo(f"{name:<16} {text:>12}")


def _minor(amount: str) -> int:
    from decimal import Decimal, InvalidOperation

    from appliance.core.money import to_minor

    try:
        return to_minor(Decimal(amount.replace(",", ".")), where.settings().shop.currency)
    except (InvalidOperation, ValueError):
        where.fail(f"{amount!r} is not an amount of money, such as 500.00", 2)
