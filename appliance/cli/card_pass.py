"""`till account pass`: a card's code as a pass for a telephone's wallet."""

from __future__ import annotations

import os
import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import private, where
from appliance.cli.account import account, ledger

if TYPE_CHECKING:
    from appliance.config import Settings
    from appliance.passes import CardPass


def register(_app: typer.Typer) -> None:
    account.command("pass")(make_pass)


def make_pass(
    code: Annotated[
        str, typer.Argument(help="The card's code; without it a line of standard input.")
    ] = "",
    apple: Annotated[
        Path | None, typer.Option(metavar="FILE.pkpass", help="For Apple's wallet: this file.")
    ] = None,
    google: Annotated[
        bool, typer.Option("--google", help="For Google's wallet: prints a link.")
    ] = False,
) -> None:
    """A pass with a card's code. The till keeps no codes: give it. Exit code 1: the card pays nothing."""
    from appliance.passes import PassError

    if bool(apple) == google:
        where.fail("Either --apple FILE.pkpass or --google.", 2)
    settings = where.settings()
    now = datetime.now(settings.shop.zone)
    try:
        if apple:
            _write_apple(settings, code, apple, now)
        else:
            _print_google(settings, code, now)
    except PassError as error:
        where.fail(f"No pass was made: {error}.", 2)


def _write_apple(settings: Settings, code: str, file: Path, now: datetime) -> None:
    from appliance.passes.apple import pkpass, signer

    given = settings.passes
    if not (given.apple_certificate and given.apple_key and given.apple_wwdr):
        where.fail("Apple's passes are not set up: apple_… of [passes] in the settings.", 2)
    by = signer(
        pass_type=given.apple_pass_type,
        team=given.apple_team,
        certificate=given.apple_certificate,
        key=given.apple_key,
        wwdr=given.apple_wwdr,
        now=now,
    )
    content = pkpass(_card(settings, code, now), by)
    try:
        with os.fdopen(private.create(file), "wb") as stream:
            stream.write(content)
    except OSError as error:
        where.fail(f"It cannot be written: {where.why(error)}", 1)


def _print_google(settings: Settings, code: str, now: datetime) -> None:
    from appliance.passes import google

    given = settings.passes
    if not given.google_key:
        where.fail("Google's passes are not set up: google_… of [passes] in the settings.", 2)
    by = google.account(given.google_issuer, given.google_key)
    typer.echo(google.save_link(_card(settings, code, now), by, now))


def _card(settings: Settings, code: str, now: datetime) -> CardPass:
    """The card behind the code, as the till's journal has it; the cashier's screen stays as it is."""
    from appliance.asked.cards import account_of
    from appliance.card_slips import TITLES
    from appliance.codes.keys import KeysError, load
    from appliance.core.accounts import expired
    from appliance.core.barcode.own import read_own
    from appliance.i18n import translator
    from appliance.passes import CardPass

    code = code.strip() or sys.stdin.readline().strip()
    try:
        name = account_of(code, load(Path(settings.till.data_dir)).pepper)
    except KeysError as error:
        where.fail(str(error), 1)
    with ledger() as books:
        held = books.account(name)
    if held is None:
        where.fail("No card has this code.", 1)
    if held.blocked:
        where.fail(f"The card …{held.hint} is blocked.", 1)
    if expired(held, now.date()):
        where.fail(f"The card …{held.hint} was valid until {held.expires}.", 1)
    own, shop = read_own(code), settings.shop
    last = datetime.fromisoformat(held.expires).date() if held.expires else None
    return CardPass(
        code=own.text if own else code,
        shown=own.grouped if own else code,
        hint=held.hint,
        serial=held.account.replace(":", "-"),
        kind=held.kind.value,
        title=translator(shop.language)(TITLES[held.kind]),
        shop=shop.name,
        language=shop.language,
        expires=None if last is None else datetime.combine(last, time(23, 59, 59), shop.zone),
    )
