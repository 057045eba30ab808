"""`till report signals`: what each person did that a manager may want to look at again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from appliance.cli import where
from appliance.cli.journal import FileOption, JsonFlag, journal_file, told
from appliance.cli.report import DAY, report_group
from appliance.core.money import from_minor
from appliance.core.report_rows import Span
from appliance.core.signals import SignalsReport
from appliance.journal.people_reports import as_json as people_json


def register(_app: typer.Typer) -> None:
    report_group.command("signals")(signals)


def signals(
    span: Annotated[Span, typer.Option(help="Days that end today.")] = Span.MONTH,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=[DAY], help="From this day on.", show_default=False),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", formats=[DAY], help="To this day, included.", show_default=False),
    ] = None,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """By person: voids, openings, returns and discounts that stand out from what is usual here."""
    from appliance.books import of_shop
    from appliance.cli.catalogue import opened

    settings = where.settings()
    first, last = span.days(datetime.now(settings.shop.zone).date())
    first, last = (start.date() if start else first), (end.date() if end else last)
    if last < first:
        where.fail("The last day is before the first. Turn --from and --to round.", 2)
    with told(), opened() as goods:
        books = replace(of_shop(goods, settings), journal=journal_file(file))
        report = books.signals(first, last)
    if as_json:
        typer.echo(json.dumps(people_json(report.people), ensure_ascii=False))
        return
    _print(report, settings.shop.currency)


def _print(report: SignalsReport, currency: str) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Person", "Signal"):
        table.add_column(heading)
    for heading in ("Cases", "Amount", "Of 100 sales", "Usual"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for person in report.people:
        name = f"{person.name or person.cashier} ({person.sales})"
        for it in person.signals:
            amount = str(from_minor(it.amount_minor, currency)) if it.amount_minor else ""
            kind = it.kind.replace("_", " ")
            rates = (str(it.per_100), str(it.usual))
            table.add_row(
                name, kind, str(it.count), amount, *rates, "look" if it.stands_out else ""
            )
            name = ""
        if not person.signals:
            table.add_row(name, "nothing")
    console = Console()
    times, least = report.threshold.times_median, report.threshold.at_least
    console.print(
        f"{report.first} – {report.last}: marked from {least} cases and {times} times what is"
        " usual. A signal is a question, not an answer."
    )
    console.print(table)
    for seen in report.card_numbers:
        console.print(
            f"! {seen.day}: a card number was starred at {seen.where}. Tell the technician."
        )
