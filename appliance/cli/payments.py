"""`till payments`: what terminals were asked, what became of it, and whether their sums agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.journal import FileOption, JsonFlag, journal_file, told
from appliance.cli.send import Actor, done

if TYPE_CHECKING:
    from appliance.core.intents import PastIntent

payments = typer.Typer(
    name="payments", help="Cards and QR codes: every question to a terminal.", no_args_is_help=True
)
Terminal = Annotated[str, typer.Argument(help="Its name in [[payments]].")]


def register(app: typer.Typer) -> None:
    app.add_typer(payments)


@payments.command("list")
def list_(
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Such as unknown; several of them too.")
    ] = None,
    terminal: Annotated[str, typer.Option(help="Only of this one.")] = "",
    limit: Annotated[int, typer.Option("-n", min=1, max=10_000)] = 50,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Questions to terminals, newest first; exit 1 when there is none."""
    from appliance.journal import past_payments, reports

    states = [_state(name) for name in state or ()]
    with told(), reports.reading(journal_file(file)) as con:
        found = past_payments.intents(con, states=states, port=terminal, limit=limit)
        currency = reports.currency(con)
    if as_json:
        typer.echo(json.dumps([_plain(it) for it in found], ensure_ascii=False))
    for it in () if as_json else found:
        asked = it.intent
        typer.echo(
            f"{it.epoch}/{asked.sale}-{asked.tender:<5} {it.at:%Y-%m-%d %H:%M:%S}"
            f"  {asked.port:<14} {_shown(asked.asked_minor, currency):>12}"
            f"  {asked.state.value.replace('_', ' ')}{_part(it, currency)}"
        )
    if not found and not as_json:
        typer.echo("No terminal was asked for anything.")
    raise typer.Exit(0 if found else 1)


@payments.command()
def show(
    number: Annotated[str, typer.Argument(help="EPOCH/SALE, as `list` shows it.")],
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """All payments of one sale, with everything that is known of them."""
    from appliance.journal import past_payments, reports
    from appliance.journal.record import EPOCH_STEP

    epoch, _, rest = number.partition("/")
    sale = rest.partition("-")[0]
    if not all(it.isascii() and it.isdigit() and len(it) < 12 for it in (epoch, sale)):
        where.fail(f"{number!r} is not EPOCH/SALE, such as 1/42", 2)
    with told(), reports.reading(journal_file(file)) as con:
        found = past_payments.of_sale(con, int(epoch) * EPOCH_STEP + int(sale))
    if as_json:
        typer.echo(json.dumps([_plain(it) for it in found], ensure_ascii=False))
    elif not found:
        typer.echo(f"No terminal was asked for anything for sale {number}.")
    for it in () if as_json else found:
        for name, value in _plain(it).items():
            if value not in ("", 0, None, False, {}):
                typer.echo(f"{name.replace('_', ' '):<14} {value}")
        typer.echo("")
    raise typer.Exit(0 if found else 1)


@payments.command()
def totals(
    terminal: Terminal,
    close: Annotated[bool, typer.Option("--close", help="And close its batch.")] = False,
    actor: Actor = "",
) -> None:
    """Ask a terminal what it took since its last batch; see `reconcile` for the answer."""
    done({"command": "ask_totals", "port": terminal, "close": close}, actor)


@payments.command()
def accept(
    terminal: Terminal,
    reason: Annotated[str, typer.Option("--reason", help="Of a difference.")] = "",
    actor: Actor = "",
) -> None:
    """Say that a terminal's slip was compared: its day is done with."""
    done({"command": "accept_totals", "port": terminal, "reason": reason}, actor)


@payments.command()
def reconcile(as_json: JsonFlag = False) -> None:
    """Each terminal's sums beside the till's, differences one by one; exit 1 when one is open."""
    pay = where.ask({"look": True})["look"].get("pay", {})
    terminals: list[dict[str, Any]] = pay.get("terminals", [])
    currency = where.settings().shop.currency
    if as_json:
        typer.echo(json.dumps(terminals, ensure_ascii=False))
    for it in () if as_json else terminals:
        typer.echo(f"{it['name']:<18} {_verdict(it, currency)}")
        typer.echo(f"  by the till       {_sums(it.get('ours') or {}, currency)}")
        if it.get("said") is not None:
            typer.echo(f"  by the terminal   {_sums(it['said'], currency)}")
        for doubt in it.get("doubts", ()):
            mark = "  <- this is the difference" if doubt.get("explains") else ""
            kind = str(doubt["kind"]).replace("_", " ")
            typer.echo(
                f"  {doubt['sale']}-{doubt['tender']} {kind:<9}"
                f" asked {_shown(doubt['asked_minor'], currency):>10}"
                f" booked {_shown(doubt.get('amount_minor', 0), currency):>10}{mark}"
            )
    if not terminals and not as_json:
        typer.echo("No terminal is set up.")
    raise typer.Exit(1 if any(it.get("difference_minor") for it in terminals) else 0)


def _verdict(it: dict[str, Any], currency: str) -> str:
    if it.get("waiting"):
        return "is being asked"
    if it.get("difference_minor"):
        return f"differs by {_shown(it['difference_minor'], currency)}"
    if not it.get("open"):
        return "nothing to compare"
    if it.get("by_hand") or not it.get("told", True):
        return "compare by hand"
    return "not asked yet" if it.get("said") is None else "agrees"


def _sums(sums: dict[str, Any], currency: str) -> str:
    took = f"{sums.get('count', 0)} x {_shown(sums.get('amount_minor', 0), currency)}"
    gave = f"{sums.get('refunds', 0)} x {_shown(sums.get('refunds_minor', 0), currency)}"
    return f"{took} taken, {gave} given back"


def _state(name: str) -> Any:
    from appliance.core.intents import IntentState

    try:
        return IntentState(name)
    except ValueError:
        known = ", ".join(it.value for it in IntentState)
        where.fail(f"{name!r} is no state of a payment; known: {known}", 2)


def _part(it: PastIntent, currency: str) -> str:
    differs = it.intent.amount_minor not in (0, it.intent.asked_minor)
    return f" {_shown(it.intent.amount_minor, currency)}" if differs else ""


def _plain(it: PastIntent) -> dict[str, Any]:
    from appliance.core import codec

    head = {
        "epoch": it.epoch,
        "at": it.at.isoformat(),
        "cashier": it.cashier,
        "receipt": it.receipt,
    }
    body: dict[str, Any] = codec.to_json(it.intent)
    return {**head, **body}


def _shown(minor: int, currency: str) -> str:
    from appliance.core.money import from_minor

    return str(from_minor(minor, currency or where.settings().shop.currency))
