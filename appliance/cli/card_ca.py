"""`till card-ca`: the key pair that proves the shop's own chip cards.

The private half is made and kept where cards are personalised; tills get the public line alone.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import where

BITS = 1984
"""The longest that EMV has: its certificate just fits a record (Book 2, 5.1)."""

YEARS_MAX = 20

table = typer.Typer(
    no_args_is_help=True, help="The key pair that proves the shop's own chip cards."
)


def register(app: typer.Typer) -> None:
    app.add_typer(table, name="card-ca")


@table.command()
def make(
    rid: Annotated[str, typer.Argument(metavar="RID", help="First 5 bytes of the cards' AID.")],
    private: Annotated[Path, typer.Argument(metavar="FILE", help="For the private half, PEM.")],
    index: Annotated[int, typer.Option(min=1, max=255, help="Of the key, on the cards.")] = 1,
    years: Annotated[int, typer.Option(min=1, max=YEARS_MAX, help="How long it holds.")] = 10,
) -> None:
    """Make a new pair; prints the line for the tills. Not on a till: FILE makes cards genuine."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from appliance.drivers.cards.ca_key import RID_BYTES, line_of
    from appliance.emv.recovery import PublicKey

    try:
        named = bytes.fromhex(rid)
    except ValueError:
        named = b""
    if len(named) != RID_BYTES:
        where.fail(f"A RID has {RID_BYTES} bytes in hexadecimal digits, like F04B52414D.", 2)
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    except OSError as error:
        where.fail(f"{private} cannot be written: {where.why(error)}", 1)
    numbers = made.public_key().public_numbers()
    key = PublicKey(numbers.n.to_bytes(BITS // 8, "big"), numbers.e.to_bytes(3, "big"))
    ends = date.today().year + years  # noqa: DTZ011 - the shop's own calendar
    typer.echo(line_of(named, index, key, f"{ends % 100:02d}1231"))
    typer.echo(f"Keep {private} where cards are made, and nowhere else.", err=True)


@table.command()
def load() -> None:
    """Load the public line into this till, from standard input; its checksum must be right."""
    from appliance.drivers.cards import ca_key
    from appliance.malformed import Malformed

    try:
        path = ca_key.load(Path(where.settings().till.data_dir), sys.stdin.readline())
    except Malformed as error:
        where.fail(str(error), 2)
    except OSError as error:
        where.fail(f"The key cannot be kept: {where.why(error)}", 1)
    typer.echo(f"Cards of {path.stem} are checked with this key from now on.")
