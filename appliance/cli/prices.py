"""`till prices`: price lists in, out, shown and deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import catalogue as goods
from appliance.cli import where

if TYPE_CHECKING:
    from appliance.catalogue.price_importer import PricesReport
    from appliance.catalogue.price_lists import PriceList
    from appliance.catalogue.store import Catalogue

group = typer.Typer(
    help="Price lists: by date, hour, weekday, customer group and quantity.", no_args_is_help=True
)
JsonFlag = goods.JsonFlag


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="prices")


@group.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(help="CSV, TSV or XLSX: sku (or gtin), price, quantity_min.")
    ],
    *,
    list_id: Annotated[
        str, typer.Option("--list", help="Short name of the list; the file replaces its prices.")
    ],
    name: Annotated[str | None, typer.Option(help="As screens and receipts call it.")] = None,
    customers: Annotated[
        str | None, typer.Option("--group", help="Only for customers of this group.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From this local time on: 2026-12-01 or 2026-12-01T08:00.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Up to this local time, which is not included.")
    ] = None,
    days: Annotated[str | None, typer.Option(help="Days of the week: 1-5 or Mon,Sat.")] = None,
    hours: Annotated[str | None, typer.Option(help="Hours of the day: 17:00-19:00.")] = None,
    priority: Annotated[
        int | None, typer.Option(help="Of two lists that hold, the higher one wins; at first 0.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, change nothing.")] = (
        False
    ),
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows.")] = False,
    encoding: Annotated[str, typer.Option(help="If it cannot be told from the file.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """The whole list in place of the old one, or nothing. Options left out stay as they were."""
    from appliance.catalogue import list_times
    from appliance.catalogue.encoding import EncodingUnknown
    from appliance.catalogue.importer import Settings
    from appliance.catalogue.price_importer import TooManyLists, import_prices
    from appliance.catalogue.problems import CellError
    from appliance.catalogue.tables import TableError

    how = Settings(currency=where.settings().shop.currency, encoding=encoding)
    try:
        with goods.opened() as catalogue:
            told = list_times.revised(
                _known(catalogue, list_id),
                name=name,
                customers=customers,
                since=since,
                until=until,
                days=days,
                hours=hours,
                priority=priority,
            )
            report = import_prices(file, told, catalogue, how, skip_bad=skip_bad, dry_run=dry_run)
    except CellError as problem:
        where.fail(_cell_words(problem), 2)
    except (TableError, EncodingUnknown, TooManyLists, ValueError, OSError) as problem:
        where.fail(where.why(problem), 2)
    if as_json:
        typer.echo(json.dumps(_report_json(report, dry_run=dry_run), ensure_ascii=False))
    else:
        _tell(file, report, dry_run=dry_run)
    done = report.applied or (dry_run and not report.problems.bad_rows)
    raise typer.Exit(0 if done else 1)


@group.command("list")
def list_command(as_json: JsonFlag = False) -> None:
    """Every list, the one that wins first."""
    with goods.opened() as catalogue:
        lists = catalogue.price_lists()
    if as_json:
        typer.echo(json.dumps([_list_json(it) for it in lists], ensure_ascii=False))
        return
    for told in lists:
        typer.echo(f"{told.id:<16} {told.prices:>9}  {told.priority:>4}  {_when(told)}")


@group.command("show")
def show_command(
    list_id: Annotated[str, typer.Argument(help="The list's short name.")],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="So many prices.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """A list and its first prices; exit 1 when there is no such list."""
    from itertools import islice

    with goods.opened() as catalogue:
        told = _must_know(catalogue, list_id)
        prices = list(islice(catalogue.prices_of(told), limit))
    if as_json:
        shown = {**_list_json(told), "first": [_price_json(*price) for price in prices]}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    typer.echo(f"{told.name or told.id}: {told.prices}  {_when(told)}")
    for price in prices:
        one = _price_json(*price)
        typer.echo(f"{one['sku']:<16} {one['quantity_min']:>10} {one['price']:>12}")


@group.command("export")
def export_command(
    list_id: Annotated[str, typer.Argument(help="The list's short name.")],
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
) -> None:
    """A list's prices, in a file that `import` reads back to the same."""
    import csv

    part = file.with_name(file.name + ".part")
    count = 0
    try:
        with goods.opened() as catalogue:
            told = _must_know(catalogue, list_id)
            with part.open("w", encoding="utf-8-sig", newline="") as out:
                rows = csv.DictWriter(out, ("sku", "quantity_min", "price"), lineterminator="\n")
                rows.writeheader()
                for price in catalogue.prices_of(told):
                    rows.writerow(_price_json(*price))
                    count += 1
        part.replace(file)
    except OSError as problem:
        where.fail(where.why(problem), 2)
    finally:
        part.unlink(missing_ok=True)
    typer.echo(f"{count} → {file}")


@group.command("delete")
def delete_command(
    list_id: Annotated[str, typer.Argument(help="The list's short name.")],
) -> None:
    """Take a list away; exit 1 when there is no such list."""
    from appliance.catalogue.price_lists import delete_list

    with goods.opened() as catalogue:
        told = _must_know(catalogue, list_id)
        with catalogue.write() as writer:
            delete_list(writer.link, told)
    typer.echo(f"{told.prices} × {list_id} → 0")


def _known(catalogue: Catalogue, list_id: str) -> PriceList:
    from appliance.catalogue.price_lists import PriceList

    found = (it for it in catalogue.price_lists() if it.id == list_id)
    return next(found, PriceList(list_id))


def _must_know(catalogue: Catalogue, list_id: str) -> PriceList:
    told = _known(catalogue, list_id)
    if not told.number:
        where.fail(f"No price list is called {list_id}", 1)
    return told


def _report_json(report: PricesReport, *, dry_run: bool) -> dict[str, Any]:
    problems = report.problems
    return {
        "applied": report.applied,
        "dry_run": dry_run,
        "list": _list_json(report.told),
        "rows": report.rows,
        "without_price": report.missing,
        "bad_rows": problems.bad_rows,
        "by_kind": {kind.value: count for kind, count, _ in problems.by_kind()},
        "errors": [goods.error_json(error) for error in problems.kept],
    }


def _list_json(told: PriceList) -> dict[str, Any]:
    return {
        "id": told.id,
        "name": told.name,
        "priority": told.priority,
        "group": told.group,
        "since": told.since,
        "until": told.until,
        "days": list(told.days),
        "hours": _hours(told),
        "prices": told.prices,
    }


def _price_json(sku: str, quantity_min: Any, price_minor: int) -> dict[str, str]:
    from appliance.core.money import from_minor

    price = from_minor(price_minor, where.settings().shop.currency)
    return {"sku": sku, "quantity_min": f"{quantity_min.normalize():f}", "price": f"{price:f}"}


def _hours(told: PriceList) -> str:
    from appliance.catalogue.trade_cells import hours_text

    if told.start_min is None or told.end_min is None:
        return ""
    return hours_text([(told.start_min, told.end_min)])


def _when(told: PriceList) -> str:
    parts = (
        told.name,
        told.group,
        f"{told.since} → {told.until}" if told.since or told.until else "",
        ",".join(map(str, told.days)),
        _hours(told),
    )
    return "  ".join(part for part in parts if part)


def _tell(file: Path, report: PricesReport, *, dry_run: bool) -> None:
    say = goods.translator_of_shop()
    if report.problems.bad_rows:
        goods.tell_problems(report.problems, say)
    counts = say("Rows: {rows}. Prices {prices}, bad {bad}; {missing} items have no price here.")
    counts = counts.format(
        rows=report.rows,
        prices=report.told.prices,
        bad=report.problems.bad_rows,
        missing=report.missing,
    )
    head = f"{file.name} → {report.told.id}: "
    if dry_run:
        typer.echo(f"{head}{say('Nothing was changed: this was a dry run.')} {counts}")
    elif report.applied:
        typer.echo(f"{head}{say('Imported.')} {counts}")
    else:
        hint = say("Mend the bad rows, or use --skip-bad.")
        typer.echo(f"{head}{say('Nothing was imported.')} {counts} {hint}", err=True)


def _cell_words(problem: Any) -> str:
    from appliance.catalogue.problems import WORDS

    say = goods.translator_of_shop()
    what, remedy = WORDS[problem.kind]
    detail = f"“{problem.detail}”: " if problem.detail else ""
    return f"{detail}{say(what)}; {say(remedy)}"
