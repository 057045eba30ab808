"""The `till` command: its sub-commands, each in a module of its own subject."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Annotated

import typer

from appliance import __version__
from appliance.cli import contract, where

app = typer.Typer(
    name="till",
    help="Kram, a till for a small shop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"till {__version__}")
        raise typer.Exit


@app.callback()
def common(
    config: Annotated[
        Path | None,
        typer.Option("--config", envvar="KRAM_CONFIG", help="The shop's settings (TOML)."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which it is.")
    ] = False,
) -> None:
    where.use(config)


@app.command()
def run(
    screen: Annotated[bool, typer.Option(help="Show the touch screen.")] = True,
    log_level: Annotated[str, typer.Option(envvar="KRAM_LOG", help="DEBUG to ERROR.")] = "INFO",
) -> None:
    """The appliance: screen, devices and the one writer of the journal."""
    from appliance.cli.run import run as run_till

    raise typer.Exit(run_till(screen=screen, log_level=log_level))


def main() -> None:
    """The console script. Exit codes: 0 done, 1 the answer is no, 2 wrong usage or input."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if sys.argv[1:2] and sys.argv[1] in contract.COMMANDS and sys.argv[2:3] != ["card"]:
        # Asked by the thousand by scripts: without the other commands' imports.
        sys.exit(contract.main())
    # What systemd starts at each boot, or every two minutes, has its own command's imports alone.
    match sys.argv[1:2]:
        case ["run"]:
            pass  # mounted above
        case ["update"]:
            from appliance.cli import update

            update.register(app)
        case ["system-helper"]:
            from appliance.cli import system_helper

            system_helper.register(app)
        case _:
            _mount()
    try:
        app()
    except (sqlite3.Error, OSError) as error:
        typer.echo(where.why(error), err=True)
        sys.exit(1)


def _mount() -> None:
    from appliance.cli import (
        account,
        card_ca,
        card_pass,
        cards,
        catalogue,
        customer,
        customers,
        doctor,
        enrol,
        first_boot,
        fleet,
        journal,
        offer_preview,
        offers,
        payments,
        prices,
        provision,
        receipt,
        report,
        returns,
        send,
        shift,
        signals,
        staff,
        stock_papers,
        support_bundle,
        system_helper,
        terminals,
        update,
    )

    contract.register(app)
    for part in (
        *(send, shift, catalogue, prices, doctor, journal, report, receipt, customer),
        *(staff, signals, stock_papers, returns),
        account,
        card_ca,
        card_pass,
        cards,
        customers,
        enrol,
        first_boot,
        fleet,
        offers,
        offer_preview,
        payments,
        provision,
        support_bundle,
        system_helper,
        terminals,
        update,
    ):
        part.register(app)


if __name__ == "__main__":
    main()
