"""`till report` and `till sale`: the past in tables, read-only while the till sells."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from appliance.cli import where
from appliance.cli.journal import FileOption, JsonFlag, journal_file, told
from appliance.core.facts import TenderTotal
from appliance.core.money import from_minor
from appliance.core.report_rows import ReportBy, SalesReport, Span
from appliance.journal import reports
from appliance.journal.report_json import plain
from appliance.journal.reports import SaleDetail, SaleRow, ShiftReport

DAY = "%Y-%m-%d"
# As core.numbers.receipt_number writes it: TILL-RECEIPT, TILL/EPOCH-RECEIPT.
_PRINTED = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9}))?-([0-9]{1,12})")

report_group = typer.Typer(help="X, Z, sales and stock.", no_args_is_help=True)
sale_group = typer.Typer(help="Past sales.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(report_group, name="report")
    app.add_typer(sale_group, name="sale")


FromOption = Annotated[
    datetime | None, typer.Option("--from", help="From this local time on.", show_default=False)
]
ToOption = Annotated[
    datetime | None, typer.Option("--to", help="Before this local time.", show_default=False)
]


@report_group.command()
def x(
    shift: Annotated[int | None, typer.Argument(help="A shift; the newest without it.")] = None,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """A shift's sums so far. Nothing is closed."""
    with told(), reports.reading(journal_file(file)) as con:
        found = reports.x_report(con, shift)
    _shift(found, as_json)


@report_group.command()
def z(
    number: Annotated[
        int | None, typer.Argument(min=1, max=10**9, help="A Z number; the newest without it.")
    ] = None,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """A closed shift's report."""
    with told(), reports.reading(journal_file(file)) as con:
        found = reports.z_report(con, number)
    if found is None and number is None:
        where.fail("No shift has been closed yet.", 1)
    _shift(found, as_json)


@report_group.command("sales")
@sale_group.command("list")
def sales(
    start: FromOption = None,
    end: ToOption = None,
    limit: Annotated[int, typer.Option("-n", min=1, max=reports.SALES_MAX)] = 50,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Sales of every status, newest first."""
    with told(), reports.reading(journal_file(file)) as con:
        rows = reports.sales(con, _local(start), _local(end), limit=limit)
        currency = reports.currency(con)
    if as_json:
        typer.echo(json.dumps(plain(rows), ensure_ascii=False))
        return
    table = _table("Sale", "Receipt", "Time", "Cashier", "Status", "Paper", ">Lines", ">Total")
    for row in rows:
        table.add_row(*_cells(row, currency))
    Console().print(table)


@report_group.command("by")
def told_by(
    by: Annotated[ReportBy, typer.Argument(help="What the takings are told by.")],
    span: Annotated[Span, typer.Option(help="Days that end today.")] = Span.TODAY,
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
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV for a spreadsheet.")] = False,
) -> None:
    """Takings by hour, item, cashier and more, beside those of as many days before.

    One day is compared with the same day of the week before."""
    from appliance.books import of_shop
    from appliance.cli.catalogue import opened
    from appliance.cli.customers import customer_book

    settings = where.settings()
    today = datetime.now(settings.shop.zone).date()
    first, last = span.days(today)
    if start or end:
        last = end.date() if end else today
        first = start.date() if start else last
    if last < first:
        where.fail("The last day is before the first. Turn --from and --to round.", 2)
    known = customer_book() if by is ReportBy.CUSTOMER else nullcontext()
    with told(), opened() as goods, known as customers:
        books = replace(of_shop(goods, settings, customers), journal=journal_file(file))
        report = books.report(by, first, last)
    if as_json:
        typer.echo(json.dumps(plain(report), ensure_ascii=False))
    elif as_csv:
        _csv(report, settings.shop.currency)
    else:
        _bars(report, settings.shop.currency)


def _csv(report: SalesReport, currency: str) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("key", "name", "amount", "before", "note"))
    for bar in report.bars:
        amounts = (_money(bar.amount_minor, currency), _money(bar.before_minor, currency))
        out.writerow((bar.key, bar.label, *amounts, bar.note))


def _bars(report: SalesReport, currency: str) -> None:
    table = _table("", ">Amount", ">Before", "", "")
    most = max((abs(bar.amount_minor) for bar in report.bars), default=0) or 1
    for bar in report.bars:
        long = "█" * round(24 * abs(bar.amount_minor) / most)
        amounts = (_money(bar.amount_minor, currency), _money(bar.before_minor, currency))
        table.add_row(escape(bar.label), *amounts, escape(bar.note), long)
    console = Console()
    sums = _table("", ">Amount", ">Before")
    now, before = report.now, report.before
    sums.add_row("Days", _days(report.first, report.last), _days(*report.compared))
    sums.add_row("Receipts", str(now.sales), str(before.sales))
    for name, column in _HEADLINES.items():
        amount, then = getattr(now, column), getattr(before, column)
        if amount or then or column == "total_minor":
            sums.add_row(name, _money(amount, currency), _money(then, currency))
    console.print(sums)
    console.print()
    console.print(table if report.bars else "Nothing to tell of these days.")


def _days(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} – {last}"


_HEADLINES = {
    "Takings": "total_minor",
    "Average receipt": "average_minor",
    "Margin": "margin_minor",
    "Discounts": "discount_minor",
    "Returned": "returned_minor",
    "Rounding": "rounding_minor",
    "Tips": "tip_minor",
    "For cards and advances": "prepaid_minor",
}


@report_group.command()
def stock(
    item: Annotated[str | None, typer.Argument(help="One item; all without it.")] = None,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """What movements add up to."""
    with told(), reports.reading(journal_file(file)) as con:
        rows = reports.stock(con, item)
    if as_json:
        typer.echo(json.dumps(plain(rows), ensure_ascii=False))
    else:
        table = _table("Item", "Name", ">Quantity")
        for row in rows:
            table.add_row(row.item, row.name, str(row.quantity))
        Console().print(table)
    if item is not None and not rows:
        raise typer.Exit(1)


@sale_group.command("show")
def show(
    number: Annotated[str, typer.Argument(help="A receipt's number, or EPOCH/SALE.")],
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """One sale with its lines, tenders and taxes."""
    with told(), reports.reading(journal_file(file)) as con:
        found = find_sale(con, number)
        currency = reports.currency(con)
    if found is None:
        where.fail(f"There is no sale {number}.", 1)
    if as_json:
        typer.echo(json.dumps(plain(found), ensure_ascii=False))
        return
    _sale(found, currency)


def find_sale(con: sqlite3.Connection, number: str) -> SaleDetail | None:
    """By the number on the receipt, its last part, or EPOCH/SALE; else the command ends with 2."""
    if printed := _PRINTED.fullmatch(number):
        till, epoch, receipt = (int(part or 1) for part in printed.groups())
        here = where.settings().till.number
        if till != here:
            where.fail(f"{number} is a receipt of till {till}; this is till {here}.", 1)
        return reports.sale_by_receipt(con, receipt, epoch)
    first, slash, second = number.partition("/")
    if not first.isdecimal() or (slash and not second.isdecimal()):
        where.fail(f"{number} is neither a receipt's number (1-000042) nor EPOCH/SALE.", 2)
    if slash:
        return reports.sale(con, int(first), int(second))
    return reports.sale_by_receipt(con, int(first))


def _local(at: datetime | None) -> datetime | None:
    """By the shop's clock, wherever the command is given."""
    return at.replace(tzinfo=where.settings().shop.zone) if at else None


def _table(*headings: str) -> Table:
    """Headings that begin with > are of numbers."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        right = heading.startswith(">")
        table.add_column(heading.removeprefix(">"), justify="right" if right else "left")
    return table


def _money(amount_minor: int | None, currency: str) -> str:
    return "" if amount_minor is None else str(from_minor(amount_minor, currency))


def _cells(row: SaleRow, currency: str) -> Sequence[str]:
    return (
        f"{row.epoch}/{row.sale}",
        str(row.receipt or ""),
        row.at.strftime("%Y-%m-%d %H:%M"),
        row.cashier,
        f"{row.status} {row.name}".rstrip(),
        row.receipt_status if row.status == "completed" else "",
        str(row.lines or ""),
        _money(row.total_minor, currency),
    )


def _sale(found: SaleDetail, currency: str) -> None:
    console = Console()
    sale = found.sale
    console.print(
        f"Sale {sale.epoch}/{sale.sale}, receipt {sale.receipt or '-'}, {sale.status},"
        f" {sale.at:%Y-%m-%d %H:%M}, {sale.cashier}",
        markup=False,
    )
    table = _table(">", "Item", "Name", ">Quantity", ">Price", ">Discount", "Taxes", ">Amount")
    for line in found.lines:
        table.add_row(
            *(str(line.line), line.item, line.name, str(line.quantity)),
            _money(line.unit_price_minor, currency),
            _money(line.discount_minor or None, currency),
            ",".join(line.taxes),
            _money(line.gross_minor, currency),
        )
    console.print(table)
    sums = _table("", ">")
    sums.add_row("Total", _money(sale.total_minor, currency))
    for tender in found.tenders:
        taken = "handed back" if tender.voided else ""
        sums.add_row(f"{tender.type} {taken}".rstrip(), _money(tender.amount_minor, currency))
    sums.add_row("Change", _money(sale.change_minor, currency))
    for tax in found.taxes:
        sums.add_row(f"of it tax {tax.code}", _money(tax.tax_minor, currency))
    console.print(sums)


def _shift(found: ShiftReport | None, as_json: bool) -> None:
    if found is None:
        where.fail("There is no such shift.", 1)
    if as_json:
        typer.echo(json.dumps(plain(found), ensure_ascii=False))
        return
    kind = "X" if found.z_number is None else f"Z {found.z_number}"
    if found.drawer:
        kind += f", drawer {found.drawer}"
    closed = f", closed {found.closed_at:%Y-%m-%d %H:%M}" if found.closed_at else ""
    console = Console()
    console.print(
        f"{kind} report, shift {found.shift}, opened {found.opened_at:%Y-%m-%d %H:%M}"
        f" by {found.opened_by}{closed}",
        markup=False,
    )
    table = _table("", f">{found.currency}")
    for name, value in _sums(found):
        table.add_row(name, value)
    console.print(table)
    if not found.agrees:
        where.fail("The sales do not add up to what was recorded at the close.", 1)


def _way(tender: TenderTotal) -> str:
    return " ".join(filter(None, (tender.type.value.replace("_", " "), tender.currency)))


def _sums(found: ShiftReport) -> list[tuple[str, str]]:
    totals, currency = found.totals, found.currency
    amounts = [
        ("Takings", totals.gross_minor),
        ("Discounts", totals.discount_minor),
        ("Rounding", totals.rounding_minor),
        ("Returned", -totals.returns_minor or None),
        ("Tips", totals.tips_minor or None),
        ("Cards, advances, debts", totals.prepaid_minor or None),
        *((f"Tax {tax.code}", tax.tax_minor) for tax in totals.taxes),
        *((f"Taken in {_way(it)}", it.amount_minor) for it in totals.tenders),
        ("Float", totals.float_minor),
        ("Cash from sales", totals.cash_sales_minor),
        ("Paid in", totals.pay_in_minor),
        ("Paid out", totals.pay_out_minor),
        ("Into the safe", totals.safe_drop_minor),
        ("Found at handovers", found.found_minor or None),
        ("Cash expected", totals.cash_minor),
        ("Cash counted", found.counted_minor),
        ("Difference", found.difference_minor),
        (f"Into the safe at the close, bag {found.bag}", found.drop_minor or None),
        *((f"Sold by {it.cashier} ({it.sales})", it.gross_minor) for it in found.takings),
    ]
    counts = [
        ("Sales", totals.sales),
        ("Lines", totals.items),
        ("Lines voided", totals.voided_lines),
        ("Sales voided", totals.voided_sales),
        ("Drawer opened without a sale", totals.no_sales),
    ]
    shown = [(name, _money(amount, currency)) for name, amount in amounts if amount is not None]
    return [*((name, str(count)) for name, count in counts), *shown]
