"""`till update`: the system's own updates, as the timer, the health check and a technician ask for them."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.update.booted import Booted
    from appliance.update.health import Check
    from appliance.update.record import Record
    from appliance.update.stick import Stick
    from appliance.update.updater import Updater

update = typer.Typer(no_args_is_help=True, help="Updates of the till's system software.")

SOCKET = Path("/var/lib/kram/till.sock")
"""Of the till on an appliance; whoever updates it need not be able to read its settings."""
ASK_S = 35.0

AsJson = Annotated[bool, typer.Option("--json", help="As one JSON object.")]


def register(app: typer.Typer) -> None:
    app.add_typer(update, name="update")


@update.command()
def status(as_json: AsJson = False) -> None:
    """What runs, what is wanted, and what it waits for."""
    from appliance.i18n import translator
    from appliance.ui.sentences import update as sentences
    from appliance.update import reporting
    from appliance.update.health import on_trial
    from appliance.update.standing import standing

    booted = _booted()
    record = standing(booted)
    told = reporting.report(record, booted, time.time_ns() // 1_000_000)
    if as_json:
        fields = ("version", "slot", "stage", "wanted", "tries", "reasons", "why", "detail")
        typer.echo(json.dumps({name: getattr(told, name) for name in fields}, ensure_ascii=False))
        return
    say = translator("en")
    typer.echo(
        f"{told.version} runs from slot {told.slot}{', on trial' if on_trial(record, booted) else ''}."
    )
    for title, note in sentences.rows(say, reporting.look(told)):
        typer.echo(f"{title}. {note}")
    if not told.wanted:
        typer.echo("Nothing else is wanted.")


@update.command()
def run() -> None:
    """One turn: look what is wanted, and do what may be done now. A timer starts it."""
    _says(_updater().run())


@update.command()
def now(
    stick: Annotated[
        Path | None,
        typer.Option("--stick", help="A folder with the update; without: the USB stick."),
    ] = None,
) -> None:
    """Install from a USB stick: its bundle, with the files that lie beside it. Waits for no hour."""
    from appliance.update.stick import NoUpdate, read

    place = stick or Path(_ordered({"do": "stick"})["path"])
    try:
        found = read(place)
    except NoUpdate as error:
        if stick is None:
            _ordered({"do": "stick_off"})
        where.fail(str(error), 2)
    record = _updater(found).run()
    _says(record)
    raise typer.Exit(1 if record.why or record.waits else 0)


@update.command()
def health(
    healthy_s: Annotated[
        float, typer.Option(envvar="KRAM_HEALTHY_S", help="So long all must be well in one go.")
    ] = 600.0,
    within_s: Annotated[
        float, typer.Option(envvar="KRAM_HEALTHY_WITHIN_S", help="In this time it must have been.")
    ] = 2400.0,
) -> None:
    """Watch a trial: pass it, or end with 1, and the machine goes back to the system before."""
    from appliance.update import health as checks
    from appliance.update.health_file import FILE
    from appliance.update.record import load

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    booted, record = _booted(), load()
    if not checks.on_trial(record, booted):
        typer.echo(f"{booted.version} is not on trial.")
        return
    again = {
        "till": checks.till_and_devices(lambda: _ask_till({"look": True}), record.devices),
        "data": checks.data_is_written(FILE.parent),
        "root": checks.root_is_read_only(),
    }
    once = {
        "sale": checks.sells(where.settings),
        "journal": _journal_check(FILE.parent),
    }
    trial = checks.Trial(*(booted, once, again), healthy_s=healthy_s, given_s=within_s)
    try:
        trial.run()
    except checks.Failed as error:
        where.fail(f"{booted.version} is not well: {error}", 1)
    typer.echo(f"{booted.version} is well.")


@update.command()
def history(as_json: AsJson = False) -> None:
    """What became of the last updates, newest last."""
    from appliance.update.record import load

    entries = load().history
    if not entries and not as_json:
        typer.echo("Nothing was ever updated here.")
    for entry in entries:
        at = datetime.fromtimestamp(entry.at_ms / 1000).astimezone().isoformat(timespec="seconds")
        if as_json:
            row = {"at": at, "stage": entry.stage, "version": entry.version}
            typer.echo(json.dumps({**row, "why": entry.why, "detail": entry.detail}))
            continue
        why = f"  {entry.why}" if entry.why else ""
        detail = f" ({entry.detail})" if entry.detail else ""
        typer.echo(f"{at}  {entry.version:<10} {entry.stage}{why}{detail}")


def _journal_check(folder: Path) -> Check:
    from appliance.daemon import journal_path
    from appliance.update.health import journal_is_read

    def check() -> Iterable[str]:
        settings = where.settings()
        return journal_is_read(journal_path(settings), settings.till.id, folder)()

    return check


def _updater(stick: Stick | None = None) -> Updater:
    from appliance.update.updater import Updater

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    return Updater(_booted(), _ask_till, _ask_system, stick=stick)


def _says(record: Record) -> None:
    from appliance.ui.sentences.update import HOLDS

    version = record.target.version if record.target else ""
    typer.echo(f"{version} {record.stage}".strip() + (f": {record.why}" if record.why else ""))
    for reason in record.waits:
        typer.echo(f"  {HOLDS.get(reason, reason)}")


def _booted() -> Booted:
    from appliance.update.booted import booted

    found = booted()
    if found is None:
        where.fail("This machine runs no image of Kram: there is nothing to update.", 1)
    return found


def _ask_till(request: Mapping[str, Any]) -> Mapping[str, Any]:
    from appliance.local_client import ask

    return ask(SOCKET, request, timeout_s=ASK_S)


def _ask_system(order: Mapping[str, Any], timeout_s: float) -> Mapping[str, Any]:
    from appliance.system import client
    from appliance.update.updater import NoHelper

    try:
        return client.ask(order, timeout_s=timeout_s)
    except client.NoSystem as error:
        raise NoHelper(str(error)) from None


def _ordered(order: Mapping[str, Any]) -> Mapping[str, Any]:
    from appliance.update.updater import NoHelper

    try:
        answer = _ask_system(order, ASK_S)
    except NoHelper as error:
        where.fail(f"The system helper does not answer: {error}", 1)
    if not answer.get("ok"):
        where.fail(f"{answer.get('why')}: {answer.get('remedy')}", 1)
    return answer
