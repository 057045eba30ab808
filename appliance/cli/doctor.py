"""`till doctor`: what is connected, what is wrong, and how to mend it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from appliance.cli import where

_MARKS = {"ready": "✓", "attention": "!", "missing": "✗", "fault": "✗"}
_COLOURS = {"ready": "green", "attention": "yellow", "missing": "red", "fault": "red"}


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Every device, the disk, the clock and the journal; exit 1 when something does not work."""
    from appliance.core.devices import DeviceState
    from appliance.doctor import examine
    from appliance.finding import told
    from appliance.i18n import translator

    settings = where.settings()
    say = translator(settings.shop.language)
    broken = False
    for finding in examine(settings):
        broken |= finding.state in (DeviceState.MISSING, DeviceState.FAULT)
        if as_json:
            row = {
                "subject": finding.subject,
                "state": finding.state.value,
                "says": finding.says,
                "remedy": finding.remedy,
                "detail": finding.detail,
            }
            typer.echo(json.dumps(row, ensure_ascii=False))
            continue
        mark = typer.style(_MARKS[finding.state.value], fg=_COLOURS[finding.state.value], bold=True)
        detail = f"  [{told(say, finding.detail)}]" if finding.detail else ""
        typer.echo(f"{mark} {told(say, finding.subject):<24} {told(say, finding.says)}{detail}")
        if finding.remedy:
            typer.echo(f"  {'':<24} → {told(say, finding.remedy)}")
    raise typer.Exit(1 if broken else 0)
