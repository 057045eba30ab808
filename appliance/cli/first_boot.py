"""`till first-boot` and `till blink`: what systemd runs as root on the card, before the till."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from appliance.cli import where


def register(app: typer.Typer) -> None:
    app.command("first-boot")(first_boot)
    app.command()(blink)


def first_boot() -> None:
    """Make this card this machine's till: size, name, provisioning file. At each boot, as root."""
    raise typer.Exit(main())


def main() -> int:
    """Without the other commands' imports: the till waits for it at each boot. What is wrong is told
    and is no failure: a till that can sell shall."""
    from appliance.provision import first_boot as boot
    from appliance.provision.card import Card

    card = Card()
    if not card.slot.exists():
        # It would name a desk's computer anew, and grow its disk's partition.
        typer.echo("This machine was not started from a Kram card.", err=True)
        return 1
    logging.basicConfig(level=logging.INFO, format="first boot: %(message)s")
    notice = boot.run(card)
    for line in notice.lines("en") if notice else ():
        typer.echo(line)
    return 0


def blink(
    flashes: Annotated[int, typer.Argument(min=1, max=9, help="Short ones, after a long one.")],
) -> None:
    """Say a number with the board's green light, until it is ended."""
    from appliance.provision import blink as light

    try:
        light.blink(flashes)
    except OSError as error:
        where.fail(f"There is no light to blink with: {where.why(error)}", 1)
