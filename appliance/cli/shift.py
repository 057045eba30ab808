"""`till shift`: the shift, its drawer and its reports, through the running till."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.journal import FileOption, JsonFlag, journal_file, told
from appliance.cli.send import Actor, done
from appliance.core.x_scope import TILL, of_cashier

shift = typer.Typer(help="The running till's shift: open, count, hand over, close, reports.")

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Such as 500.00.")]
Why = Annotated[str, typer.Option("--reason", help="Of a difference.")]


def register(app: typer.Typer) -> None:
    app.add_typer(shift, name="shift")


@shift.command("open")
def open_(
    float_amount: Annotated[str, typer.Argument(metavar="FLOAT", help="Cash put in, 500.00.")],
    drawer: Annotated[str, typer.Option(help="Its id, where the till has several.")] = "",
    actor: Actor = "",
) -> None:
    """Open the shift with a float."""
    chosen = {"drawer": drawer} if drawer else {}
    done({"command": "open_shift", "float_minor": _minor(float_amount), **chosen}, actor)


@shift.command()
def count(
    counts: Annotated[list[str], typer.Argument(help="VALUExPIECES, such as 500x3 0.50x12.")],
    actor: Actor = "",
) -> None:
    """Count the drawer by denominations."""
    done({"command": "count_drawer", "counts": _pieces(counts)}, actor)


@shift.command()
def foreign(
    currency: Annotated[str, typer.Argument(help="Such as EUR.")],
    amount: Amount,
    actor: Actor = "",
) -> None:
    """Count the foreign notes of one currency."""
    code = currency.strip().upper()
    minor = _minor(amount, code)
    done({"command": "count_foreign", "currency": code, "counted_minor": minor}, actor)


@shift.command()
def close(
    reason: Why = "",
    drop: Annotated[str, typer.Option(help="What of it goes to the safe now.")] = "",
    bag: Annotated[str, typer.Option(help="The number on its bag.")] = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Although money is in doubt.")] = False,
    actor: Actor = "",
) -> None:
    """Close the counted shift and print its Z report."""
    dropped = _minor(drop) if drop else 0
    request = {"reason": reason, "drop_minor": dropped, "bag": bag, "anyway": anyway}
    done({"command": "close_shift", **request}, actor)


@shift.command()
def drop(
    amount: Amount,
    bag: Annotated[str, typer.Argument(help="The number on the bag.")],
    actor: Actor = "",
) -> None:
    """Put notes from the drawer into the safe, in a numbered bag."""
    done({"command": "drop_to_safe", "amount_minor": _minor(amount), "bag": bag}, actor)


@shift.command()
def handover(
    taker: Annotated[str, typer.Argument(help="Who answers for the drawer from here on: an id.")],
    reason: Why = "",
    actor: Actor = "",
) -> None:
    """Hand the drawer over, as it was counted last, or uncounted."""
    done({"command": "hand_over", "taker": taker, "reason": reason}, actor)


@shift.command()
def drawer(
    name: Annotated[str, typer.Argument(metavar="DRAWER", help="Its id in [[cash.drawers]].")],
    actor: Actor = "",
) -> None:
    """Work at another drawer from the next basket on."""
    done({"command": "choose_drawer", "drawer": name}, actor)


@shift.command()
def x(
    till: Annotated[bool, typer.Option("--till", help="Of all open drawers.")] = False,
    cashier: Annotated[str, typer.Option(help="Of what one person sold: an id.")] = "",
    actor: Actor = "",
) -> None:
    """Print an X report of the drawer in use. Nothing is closed."""
    if till and cashier:
        where.fail("Either --till or --cashier, not both", 2)
    scope = of_cashier(cashier) if cashier else TILL if till else ""
    done({"command": "print_x_report", "of": scope}, actor)


@shift.command()
def z(
    number: Annotated[int, typer.Argument(min=1, max=10**9, help="Of the Z report.")],
    epoch: Annotated[int, typer.Option(min=0, max=10**6, help="0: the newest of the number.")] = 0,
    actor: Actor = "",
) -> None:
    """Print a closed shift's Z report once more."""
    done({"command": "print_z_copy", "z_number": number, "epoch": epoch}, actor)


@shift.command("list")
def list_(
    limit: Annotated[int, typer.Option("-n", min=1, max=10_000)] = 30,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Closed shifts, newest first."""
    from appliance.journal import reports
    from appliance.journal.past_shifts import newest

    with told(), reports.reading(journal_file(file)) as con:
        rows = newest(con, limit)
        currency = reports.currency(con)
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        typer.echo("No shift has been closed yet.")
    for row in rows:
        amounts = (_shown(row.gross_minor, currency), _shown(row.difference_minor, currency))
        typer.echo(
            f"Z {row.z_number:<6} {row.closed_at:%Y-%m-%d %H:%M}  {row.closed_by:<12}"
            f" {row.drawer:<8} {row.sales:>5} sales {amounts[0]:>12} {amounts[1]:>10}"
            f"{'  left open: ' + str(row.open_matters) if row.open_matters else ''}"
        )


@shift.command()
def matters(as_json: JsonFlag = False) -> None:
    """What a close would leave open now; exit 1 when there is something."""
    from appliance.ui.sentences.shift import MATTERS

    found = where.ask({"look": True})["look"].get("cash", {}).get("matters", [])
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif not found:
        typer.echo("Nothing is left open.")
    else:
        currency, words = where.settings().shop.currency, {k.value: v for k, v in MATTERS.items()}
        for it in found:
            title, way_out = words[it["kind"]]
            amount = it.get("amount_minor")
            value = "" if amount is None else f" {_shown(amount, currency)} {currency}"
            typer.echo(f"{' '.join(filter(None, (title, it.get('name', ''))))}{value}. {way_out}")
    raise typer.Exit(1 if found else 0)


@shift.command()
def show(as_json: JsonFlag = False) -> None:
    """The open shift as the screen shows it; exit 1 when none is open."""
    look = where.ask({"look": True})["look"]
    shown = look.get("shift")
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
    elif shown is None:
        typer.echo("No shift is open.")
    else:
        _tell(shown)
    raise typer.Exit(0 if shown else 1)


def _tell(shown: dict[str, Any]) -> None:
    currency = where.settings().shop.currency
    taxes = {
        f"tax {tax.get('letter', '')}_minor": tax["tax_minor"] for tax in shown.get("taxes", ())
    }
    for key, value in ({k: v for k, v in shown.items() if k != "taxes"} | taxes).items():
        name = key.removesuffix("_minor").replace("_", " ")
        if value is None:
            text = "after the count"
        else:
            text = str(value) if name == key.replace("_", " ") else _shown(value, currency)
        typer.echo(f"{name:<16} {text:>15}")


def _plain(row: Any) -> dict[str, Any]:
    from dataclasses import fields

    plain = {field.name: getattr(row, field.name) for field in fields(row)}
    return plain | {"closed_at": row.closed_at.isoformat()}


def _shown(minor: int, currency: str) -> str:
    from appliance.core.money import from_minor

    return str(from_minor(minor, currency))


def _pieces(counts: list[str]) -> list[dict[str, int]]:
    rows = []
    for pair in counts:
        value, _, pieces = pair.lower().partition("x")
        if not (pieces.isascii() and pieces.isdigit()):
            where.fail(f"{pair!r} is not VALUExPIECES, such as 500x3", 2)
        rows.append({"value_minor": _minor(value), "count": int(pieces)})
    return rows


def _minor(amount: str, currency: str = "") -> int:
    from decimal import Decimal, InvalidOperation

    from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
    from appliance.core.money import to_minor

    code = currency or where.settings().shop.currency
    if code not in MINOR_UNIT_DECIMALS:
        where.fail(f"{code!r} is no currency of ISO 4217, such as EUR", 2)
    try:
        return to_minor(Decimal(amount.replace(",", ".")), code)
    except (InvalidOperation, ValueError, OverflowError):
        where.fail(f"{amount!r} is not an amount of money, such as 500.00", 2)
