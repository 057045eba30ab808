"""`till card-key` and `till inspect card`: the key of a reader, and a card that is held to one."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.drivers.cards.look import CardLook
    from appliance.drivers.cards.reader import CardReader

WAIT_S = 30.0
READERS = ("SmartCardReader", "ContactlessReader")
_FIRST = {"name": "cards", "category": "SmartCardReader", "driver": "pcsc"}
"""Where no reader is configured, the first one of the card service."""


def register(app: typer.Typer) -> None:
    app.command("card-key")(card_key)


def card_key(
    reader: Annotated[str, typer.Argument(metavar="READER", help="Its name in the settings.")],
) -> None:
    """Load a reader's key for the shop's own cards: one line of standard input, CIPHER KSN KEY.

    CIPHER is aes or tdes; KSN and KEY are the initial key and its serial number in hexadecimal
    digits, made by the host of the cards for this reader alone. Never the base key.
    """
    from appliance.drivers.cards.boundary import CardKey, load_key
    from appliance.drivers.cards.ksn import CannotSeal
    from appliance.malformed import Malformed

    words = sys.stdin.readline().split()
    try:
        cipher, ksn, key = words
        made = CardKey(cipher.lower(), bytes.fromhex(ksn), bytes.fromhex(key))
    except Malformed as error:
        where.fail(str(error), 2)
    except ValueError:
        where.fail("One line is needed: aes or tdes, the serial number, the initial key.", 2)
    try:
        load_key(Path(where.settings().till.data_dir), reader, made)
    except CannotSeal as error:
        where.fail(str(error), 1)
    except OSError as error:
        where.fail(f"The key cannot be kept: {where.why(error)}", 1)
    typer.echo(f"The key {ksn.upper()} is in use. Destroy whatever it was carried on.")


def inspect_card() -> int:
    """Waits for a card and prints what may be known of it; the exit code. Stores nothing."""
    reader = _reader()
    reader.open(lambda _message: None)
    try:
        typer.echo("Hold a card to the reader, or put it in.", err=True)
        until = time.monotonic() + WAIT_S
        look = reader.await_look(lambda: time.monotonic() > until)
        health = reader.health()
    finally:
        reader.close()
    if look is None:
        typer.echo(f"No card came. The reader is {health.state}: {health.detail}", err=True)
        return 1
    typer.echo(text_of(look, date.today()))  # noqa: DTZ011 - the day on the wall, as on the card
    return 0


def text_of(look: CardLook, today: date) -> str:
    """For people; a line for each application."""
    lines = [f"Number of the card: {look.uid}"] if look.uid else []
    lines += ["It is an NFC tag of type 4."] if look.ndef else []
    lines += [f"Directory: {look.directory}"] if look.directory else []
    for it in look.applications:
        lines.append(f"{it.aid}  {it.label}".rstrip())
        lines += [f"    {it.number}"] if it.number else []
        if it.expires is not None:
            word = "expired" if it.expires < today else "good until"
            lines.append(f"    {word} {it.expires:%Y-%m}")
    return "\n".join(lines or ["It has no application that this till knows."])


def _reader() -> CardReader:
    from appliance.drivers.cards.reader import CardReader
    from appliance.drivers.options import ConfigError
    from appliance.drivers.registry import Services, create

    settings = where.settings()
    tables = [it for it in settings.devices if it["category"] in READERS]
    try:
        made = create(tables[0] if tables else _FIRST, Services(data=Path(settings.till.data_dir)))
    except ConfigError as error:
        where.fail(str(error), 2)
    assert isinstance(made, CardReader)
    return made
