"""`till first-boot` and `till blink`: what systemd runs as root on the card, before the till."""

from __future__ import annotations

from typing import Annotated

import typer

from appliance.cli import where


def register(app: typer.Typer) -> None:
    app.command("first-boot")(first_boot)
    app.command()(blink)


def first_boot() -> None:
    """Make this card this machine's till: size, name, provisioning file. At each boot, as root."""
    from appliance.provision.__main__ import main

    raise typer.Exit(main())


def blink(
    flashes: Annotated[int, typer.Argument(min=1, max=9, help="Short ones, after a long one.")],
) -> None:
    """Say a number with the board's green light, until it is ended."""
    from appliance.provision import blink as light

    try:
        light.blink(flashes)
    except OSError as error:
        where.fail(f"There is no light to blink with: {where.why(error)}", 1)
