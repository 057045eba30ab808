"""`till account`: gift cards, vouchers, advances, tabs and points, as the journal has them."""

from __future__ import annotations

import csv
import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import private, where

if TYPE_CHECKING:
    from appliance.journal.ledger import AccountRow, Ledger

account = typer.Typer(
    name="account", help="Gift cards, vouchers, advances, tabs and points.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")]
Actor = Annotated[
    str, typer.Option(help="Whose act it is; without it of who is signed in at the till.")
]
Kind = Annotated[
    str, typer.Option(help="gift_card, voucher, advance, customer (tabs) or loyalty (points).")
]


def register(app: typer.Typer) -> None:
    app.add_typer(account)


@contextmanager
def ledger() -> Iterator[Ledger]:
    """The ledger, read only, while the till may be selling; ends the command with 1 without one."""
    from appliance.daemon import journal_path
    from appliance.journal import JournalError
    from appliance.journal.ledger import Ledger
    from appliance.journal.reports import reading

    try:
        with reading(journal_path(where.settings())) as con:
            yield Ledger(con)
    except JournalError as error:
        where.fail(str(error), 1)


def ask(command: dict[str, Any], actor: str) -> dict[str, Any]:
    """Through the running till, which asks nobody's name but knows whose act it is."""
    named = {"actor": actor} if actor else {}
    return where.ask({**command, **named, "id": uuid.uuid4().hex})


def row_json(row: AccountRow) -> dict[str, Any]:
    held = row.stored
    return {
        "account": held.account,
        "kind": held.kind.value,
        "hint": held.hint,
        "customer": held.customer,
        "balance": held.balance,
        "expires": held.expires,
        "blocked": held.blocked,
        "blocked_for": row.blocked_for,
        "opened_at": row.opened_at.isoformat(),
        "moved_at": row.moved_at.isoformat(),
    }


def _kind(kind: str) -> Any:
    from appliance.core.facts import AccountKind

    if not kind:
        return None
    try:
        return AccountKind(kind)
    except ValueError:
        known = ", ".join(it.value for it in AccountKind)
        where.fail(f'"{kind}" is no kind of account; known: {known}', 2)


@account.command("list")
def list_accounts(
    kind: Kind = "",
    every: Annotated[bool, typer.Option("--all", help="The empty ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the shop owes by card and voucher, and is owed by tab. Exit code 1: nothing at all."""
    with ledger() as books:
        rows = books.accounts(_kind(kind), every=every)
        sums = books.liabilities()
    if as_json:
        totals = {it.kind.value: {"accounts": it.accounts, "balance": it.balance} for it in sums}
        _print_json({"accounts": [row_json(row) for row in rows], "totals": totals})
        return
    if not rows:
        where.fail("No card, voucher, advance, tab or points hold anything.", 1)
    for row in rows:
        held = row.stored
        name = f"…{held.hint}" if held.account[:3] in ("gc:", "vc:") else held.hint
        mark = " blocked" if held.blocked else ""
        until = f" until {held.expires}" if held.expires else ""
        amount = _amount(held.kind.value, held.balance)
        typer.echo(f"{held.kind.value:10} {amount:>14}  {name or held.customer}{until}{mark}")
        typer.echo(f"{'':10} {held.account}")
    for total in sums:
        typer.echo(f"{total.kind.value}: {_amount(total.kind.value, total.balance)}")


def _amount(kind: str, balance: int) -> str:
    from appliance.core.money import from_minor

    if kind == "loyalty":
        return f"{balance} pts"
    currency = where.settings().shop.currency
    return f"{from_minor(balance, currency)} {currency}"


@account.command()
def show(
    name: Annotated[str, typer.Argument(help="The account, as `list` names it.")],
    as_json: AsJson = False,
) -> None:
    """One account with all its movements: a statement. Exit code 1: it is not known."""
    with ledger() as books:
        held = books.account(name)
        moves = books.moves(name)
    if held is None:
        where.fail(f"There is no account {name}; see: till account list", 1)
    rows = [
        {
            "at": it.at.isoformat(),
            "delta": it.delta,
            "balance": it.after,
            "sale": it.sale,
            "reason": it.reason,
            "origin": it.origin,
            "actor": it.actor,
        }
        for it in moves
    ]
    if as_json:
        _print_json(
            {
                "account": held.account,
                "kind": held.kind.value,
                "balance": held.balance,
                "expires": held.expires,
                "blocked": held.blocked,
                "moves": rows,
            }
        )
        return
    typer.echo(f"{held.kind.value} {_amount(held.kind.value, held.balance)}")
    for it in moves:
        amounts = (
            f"{_amount(held.kind.value, it.delta):>14} {_amount(held.kind.value, it.after):>14}"
        )
        about = it.origin or it.reason or (f"sale {it.sale}" if it.sale else "")
        typer.echo(f"{it.at:%Y-%m-%d %H:%M} {amounts}  {about} {it.actor}".rstrip())


@account.command()
def block(
    name: Annotated[str, typer.Argument(help="The account, as `list` names it.")],
    reason: Annotated[str, typer.Option(help="Why; it is written down.")],
    off: Annotated[bool, typer.Option("--off", help="It pays again.")] = False,
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """A lost card pays no more, at once, through the running till."""
    command = {"command": "block_account", "account": name, "reason": reason, "blocked": not off}
    answer = ask(command, actor)
    if as_json:
        _print_json(answer)
    if not answer.get("ok"):
        where.fail(f"It was not done: {answer.get('refusal', answer)}", 1)
    if not as_json:
        typer.echo("It pays again." if off else "It is blocked.")


@account.command("take-back")
def take_back(
    name: Annotated[str, typer.Argument(help="The account, as `list` names it.")],
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """An unused gift card comes back: the till has a basket open then that pays its money out."""
    command = {"command": "return_gift_card", "account": name}
    answer = ask(command, actor)
    if as_json:
        _print_json(answer)
    if not answer.get("ok"):
        where.fail(f"It was not taken back: {answer.get('refusal', answer)}", 1)
    if not as_json:
        typer.echo("The basket that pays it out is open on the till.")


@account.command()
def expire(actor: Actor = "") -> None:
    """Write off what cards and vouchers hold that pay no more; by itself when a shift is opened."""
    answer = ask({"command": "write_off_expired"}, actor)
    if not answer.get("ok"):
        where.fail(f"Nothing was written off: {answer.get('refusal', answer)}", 1)
    gone = [it["body"] for it in answer["facts"] if it["type"] == "AccountMoved"]
    total = -sum(it["delta"] for it in gone)
    typer.echo(f"{len(gone)} written off: {_amount('gift_card', total)}")


@account.command()
def books(
    since: Annotated[str, typer.Option("--from", help="First day, 2026-11-01.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    as_json: AsJson = False,
) -> None:
    """What cards and vouchers moved: issued, redeemed, expired; and what the shop owes by them now."""
    from datetime import date

    try:
        first, last = (date.fromisoformat(it) if it else None for it in (since, until))
    except ValueError:
        where.fail("A day is written like 2026-11-21.", 2)
    with ledger() as all_books:
        found = all_books.books(first, last)
    rows = {
        "issued": found.issued_minor,
        "redeemed": found.redeemed_minor,
        "expired": found.expired_minor,
        "outstanding": found.outstanding_minor,
    }
    if as_json:
        _print_json({f"{name}_minor": minor for name, minor in rows.items()})
        return
    for name, minor in rows.items():
        typer.echo(f"{name:12} {_amount('gift_card', minor):>20}")


@account.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(help="CSV file; without it standard output.")
    ] = None,
    kind: Kind = "",
) -> None:
    """All accounts as CSV, balances in the currency's minor units."""
    with ledger() as books:
        rows = [row_json(row) for row in books.accounts(_kind(kind), every=True)]
    try:
        with private.text(file) if file else nullcontext(sys.stdout) as stream:
            writer = csv.DictWriter(stream, _FIELDS)
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        where.fail(f"It cannot be written: {where.why(error)}", 1)


_FIELDS = (
    *("account", "kind", "hint", "customer", "balance", "expires", "blocked", "blocked_for"),
    *("opened_at", "moved_at"),
)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
