"""`till support-bundle`: one file for whoever helps from afar."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import private, where


def register(app: typer.Typer) -> None:
    app.command("support-bundle")(support_bundle)


def support_bundle(
    file: Annotated[Path, typer.Argument(help="Written as tar.gz, readable by you alone.")],
    log: Annotated[
        list[Path] | None, typer.Option(help="A log file to put in, beside systemd's journal.")
    ] = None,
) -> None:
    """Versions, the doctor's answers, settings without secrets, counts of the journal, logs."""
    from appliance import support_bundle as bundle

    settings, now = where.settings(), datetime.now().astimezone()
    try:
        files = bundle.members(settings, log or (), now)
        with os.fdopen(private.create(file), "wb") as to:
            bundle.write(files, to, now)
    except OSError as error:
        where.fail(f"The bundle cannot be written: {where.why(error)}", 1)
    typer.echo(f"{file}: {', '.join(files)}. Nothing of customers or cards; read it, then send it.")
