"""`till offers`: what runs, and whether its file is good; `till coupons`: codes to print."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import private, where
from appliance.cli.journal import JsonFlag
from appliance.core.offers import Offer, Offers
from appliance.core.offers_when import next_start

COUPONS_MAX = 100_000
DAY = "%Y-%m-%d"

offers_group = typer.Typer(help="The shop's offers: list, check, preview.", no_args_is_help=True)
coupons_group = typer.Typer(help="Coupons that are used once.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(offers_group, name="offers")
    app.add_typer(coupons_group, name="coupons")


@offers_group.command("list")
def list_command(as_json: JsonFlag = False) -> None:
    """The offers of the till's own file, in its order."""
    settings = where.settings()
    now = datetime.now(settings.shop.zone).replace(tzinfo=None)
    found = [_row(it, settings.shop.language.value, now) for it in loaded(None).offers]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        ends = f" until {row['until']}" if row["until"] else ""
        starts = f" from {row['from']}" if row["from"] else ""
        asks = f", coupon {row['coupon']}" if row["coupon"] else ""
        now_or_when = (
            "runs" if row["runs"] else f"comes {row['next']}" if row["next"] else "is over"
        )
        typer.echo(f"{row['id']}: {row['name']}{starts}{ends}{asks}: {now_or_when}")
    if not found:
        typer.echo("There are no offers. Write some into offers.toml in the data folder.")


@offers_group.command("check")
def check_command(
    file: Annotated[
        Path | None, typer.Argument(help="An offers file; else the till's own.", show_default=False)
    ] = None,
) -> None:
    """Names each mistake with its line (exit 1), and what is strange but sells (exit 0)."""
    from appliance.cli.catalogue import opened
    from appliance.core.offer_doubts import doubts

    offers = loaded(file)
    now = datetime.now(where.settings().shop.zone).replace(tzinfo=None)
    with opened() as goods:
        for doubt in doubts(offers.offers, goods.by_id, now):
            typer.echo(f"{doubt.offer}: {doubt.text}")
    typer.echo(f"{len(offers.offers)} offers, no mistake.")


@coupons_group.command("make")
def make_command(
    word: Annotated[str, typer.Argument(help="The word that an offer asks for as its coupon.")],
    count: Annotated[int, typer.Option(min=1, max=COUPONS_MAX, help="How many.")] = 1,
    first: Annotated[
        int, typer.Option(min=1, help="The first number; never give one out twice.")
    ] = 1,
    until: Annotated[
        datetime | None,
        typer.Option(formats=[DAY], help="The last day they hold.", show_default=False),
    ] = None,
    customer: Annotated[str, typer.Option(help="Whose they are; else anyone's.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="The CSV file to write; else it is printed.")
    ] = None,
) -> None:
    """Signed codes as CSV. Any till with the same code-keys.json takes them, each code once."""
    from appliance.codes.coupons import Coupon, sign_coupon
    from appliance.codes.keys import KeysError, load_or_make

    settings = where.settings()
    if all(offer.when.coupon != word for offer in loaded(None).offers):
        where.fail(f"No offer asks for the coupon {word}. Add one to offers.toml first.", 1)
    last = until.date() if until else None
    if last and last < datetime.now(settings.shop.zone).date():
        where.fail("The last day is over. Give a later one with --until.", 2)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("coupon", "code", "until"))
    try:
        keys = load_or_make(Path(settings.till.data_dir))
        for serial in range(first, first + count):
            made = Coupon(word, serial, last, customer, keys.signing)
            rows.writerow((made.identity, sign_coupon(made, keys.coupons).text, last or ""))
    except (KeysError, ValueError) as error:
        where.fail(str(error), 1)
    if output is None:
        sys.stdout.write(text.getvalue())
        return
    try:
        with private.text(output) as stream:
            stream.write(text.getvalue())
    except OSError as error:
        where.fail(f"The coupons cannot be written: {where.why(error)}", 1)


def loaded(file: Path | None) -> Offers:
    """The offers of a file; ends the command with each mistake."""
    from appliance.config import ConfigError
    from appliance.config.offer_files import FILE, load

    settings = where.settings()
    if file is not None and not file.exists():
        where.fail(f"There is no file {file}.", 2)
    try:
        return load(file or Path(settings.till.data_dir) / FILE, settings.shop.currency)
    except ConfigError as error:
        where.fail(str(error), 1)


def _row(offer: Offer, language: str, now: datetime) -> dict[str, str | bool | None]:
    """next: the first moment from now on at which it runs, None for one that is over."""
    when = offer.when
    comes = next_start(when, now)
    return {
        "id": offer.id,
        "name": offer.name(language),
        "from": when.since.isoformat() if when.since else None,
        "until": when.until.isoformat() if when.until else None,
        "coupon": when.coupon,
        "group": when.group,
        "runs": comes == now,
        "next": comes.isoformat(timespec="minutes") if comes else None,
    }
