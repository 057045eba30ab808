"""`till offers preview`: what an offer gave in some days, and what it would have cost in all of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from appliance.cli import where
from appliance.cli.journal import FileOption, JsonFlag, journal_file, told
from appliance.cli.offers import DAY, loaded, offers_group
from appliance.core.money import from_minor
from appliance.core.offer_rows import OfferCost
from appliance.core.offers import Offer
from appliance.core.report_rows import Span


def register(_app: typer.Typer) -> None:
    offers_group.command("preview")(preview_command)


def preview_command(
    offer: Annotated[str, typer.Argument(help="The offer's id.")],
    offers: Annotated[
        Path | None,
        typer.Argument(help="An offers file; else the till's own.", show_default=False),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=[DAY], help="From this day on; else a week.", show_default=False
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=[DAY], help="To this day, included; else today.", show_default=False
        ),
    ] = None,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """What an offer would have cost: the receipts of these days once more, with it.

    It is taken to have run all the time, and everybody to have had its coupon; its days, hours and
    group hold. That people buy more of what is cheaper is in no figure."""
    from appliance.cli.catalogue import opened
    from appliance.offer_desk import OfferDesk

    settings = where.settings()
    asked = next((it for it in loaded(offers).offers if it.id == offer), None)
    if asked is None:
        where.fail(f"No offer is called {offer}. See them all: till offers list", 1)
    first, last = Span.WEEK.days(datetime.now(settings.shop.zone).date())
    last = end.date() if end else last
    first = start.date() if start else min(first, last)
    if last < first:
        where.fail("The last day is before the first. Turn --from and --to round.", 2)
    with told(), opened() as goods:
        cost = OfferDesk(settings, goods, journal_file(file)).cost(asked, first, last)
    if as_json:
        typer.echo(json.dumps(_plain(cost, asked), ensure_ascii=False))
    else:
        _show(cost, asked, settings.shop.currency, settings.shop.language.value)


def _plain(cost: OfferCost, offer: Offer) -> dict[str, object]:
    would = asdict(cost.would)
    named = cost.named or {}
    skus = [
        {"sku": sku, "name": named.get(sku, sku), **of} for sku, of in would.pop("skus").items()
    ]
    return {
        "offer": offer.id,
        "names": dict(offer.names),
        "from": cost.first.isoformat(),
        "to": cost.last.isoformat(),
        "receipts": cost.sales,
        "taken_minor": cost.taken_minor,
        "gave_minor": cost.gave_minor,
        "gave_receipts": cost.times,
        "would": {
            "receipts": would["touched"],
            "given_minor": would["given_minor"],
            "cost_minor": would["cost_minor"],
            "cost_net_minor": would["cost_net_minor"],
            "anybody": cost.anybody,
            "skus": skus,
        },
    }


def _show(cost: OfferCost, offer: Offer, currency: str, language: str) -> None:
    def money(minor: int) -> str:
        return str(from_minor(minor, currency))

    would, console = cost.would, Console()
    sums = _table(escape(offer.name(language)), "Receipts", "Amount")
    sums.add_row(f"Taken, {_days(cost.first, cost.last)}", str(cost.sales), money(cost.taken_minor))
    sums.add_row("The offer really took off", str(cost.times), money(cost.gave_minor))
    sums.add_row("It would have taken off", str(would.touched), money(would.given_minor))
    sums.add_row("Customers would have paid less", "", money(would.cost_minor))
    sums.add_row("The shop would have earned less", "", money(would.cost_net_minor))
    sums.add_row("Of the takings", "", _share(would.cost_minor, cost.taken_minor))
    console.print(sums)
    if cost.anybody:
        console.print("As if everybody had had its coupon: the most that it can cost.")
    if would.skus:
        goods = _table("Goods", "Receipts", "Taken off", "Paid less")
        for sku, of in would.skus.items():
            name = (cost.named or {}).get(sku, sku)
            goods.add_row(
                escape(name), str(of.baskets), money(of.given_minor), money(of.cost_minor)
            )
        console.print(goods)


def _table(title: str, *numbers: str) -> Table:
    table = Table(title, box=None, pad_edge=False)
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


def _share(part_minor: int, whole_minor: int) -> str:
    return f"{Decimal(100 * part_minor) / whole_minor:.1f} %" if whole_minor > 0 else ""


def _days(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} – {last}"
