"""`till terminals`: the list of card terminals that PCI DSS 9.5.1 asks for, and who looked at them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.send import Actor, done

terminals = typer.Typer(
    name="terminals", help="Which card terminals stand where, and who looked.", no_args_is_help=True
)
Serial = Annotated[str, typer.Argument(help="The serial number on the terminal.")]


def register(app: typer.Typer) -> None:
    app.add_typer(terminals)


@terminals.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Every terminal, with its last look; exit 1 when one is overdue or looked tampered with."""
    pay = where.ask({"look": True})["look"].get("pay", {})
    listed: list[dict[str, Any]] = pay.get("listed", [])
    wrong = {it["name"]: it["kind"] for it in pay.get("to_look_at", [])}
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False))
    for it in () if as_json else listed:
        mark = _MARKS.get(wrong.get(it["serial"], ""), "")
        typer.echo(
            f"{it['serial']:<18} {it['make']} {it['model']}, {it['place']}."
            f" Looked at {it['on']} by {it['by']}, next by {it['due']}{mark}"
        )
        for name in ("seen", "note", "photo", "photo_sha256"):
            if it.get(name):
                typer.echo(f"  {name.replace('_', ' '):<16} {it[name]}")
    if not listed and not as_json:
        typer.echo("No terminal is listed.")
    raise typer.Exit(1 if wrong else 0)


_MARKS = {"terminal_tampered": "  <- TAMPERED WITH", "terminal_unseen": "  <- overdue"}


@terminals.command()
def add(
    serial: Serial,
    *,
    make: Annotated[str, typer.Option(help="Who made it, such as Verifone.")],
    model: Annotated[str, typer.Option(help="Such as P400.")],
    place: Annotated[str, typer.Option(help="Where it stands, such as “counter 1”.")],
    photo: Annotated[
        Path | None, typer.Option(help="A picture of it; the till keeps its hash.")
    ] = None,
    note: Annotated[str, typer.Option(help="Such as the number on its seal.")] = "",
    every: Annotated[int, typer.Option(help="Days from one look to the next.")] = 30,
    actor: Actor = "",
) -> None:
    """A terminal came into the shop, and was looked at."""
    request = {"serial": serial, "make": make, "model": model, "place": place, "note": note}
    if photo is not None:
        try:
            digest = hashlib.sha256(photo.read_bytes()).hexdigest()
        except OSError as error:
            where.fail(f"The photo cannot be read: {where.why(error)}", 2)
        request |= {"photo": photo.name, "photo_sha256": digest}
    done({"command": "list_terminal", "interval_days": every, **request}, actor)


@terminals.command()
def inspect(
    serial: Serial,
    tampered: Annotated[str, typer.Option(help="What looked wrong; without it all is fine.")] = "",
    note: Annotated[str, typer.Option(help="What else was seen.")] = "",
    actor: Actor = "",
) -> None:
    """Seals, cables, overlays and serial number were looked at: fine, or --tampered WHAT."""
    found = {"tampered": bool(tampered.strip()), "seen": tampered or note}
    done({"command": "inspect_terminal", "serial": serial, **found}, actor)


@terminals.command()
def retire(
    serial: Serial,
    reason: Annotated[str, typer.Option(help="Given back, exchanged, stolen.")],
    actor: Actor = "",
) -> None:
    """A terminal has left the shop."""
    done({"command": "retire_terminal", "serial": serial, "reason": reason}, actor)
