"""`till catalogue`: bring items in, give them back, find one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import stock, where

if TYPE_CHECKING:
    from appliance.catalogue.importer import ImportPlan, ImportReport, Settings, StockSink
    from appliance.catalogue.problems import Problems, RowError
    from appliance.catalogue.store import Catalogue
    from appliance.core.item import Item, PriceStep
    from appliance.i18n import Translator

_SHOWN_ROWS_MAX = 50  # bad rows shown one by one; more are summed up by kind

group = typer.Typer(help="Items and prices: import, export, search.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="catalogue")


JsonFlag = Annotated[bool, typer.Option("--json", help="One JSON object on one line.")]


@group.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX; its headings are recognised.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, change nothing.")] = (
        False
    ),
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Items that are not in the file go.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="If it cannot be told from the file.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """All rows or, when one is bad, none: exit 1 and a list of what to mend."""
    from appliance.catalogue.importer import Settings

    settings = where.settings()
    how = Settings(
        currency=settings.shop.currency,
        tax_codes=frozenset(settings.taxes),
        tax_aliases=_aliases(settings.taxes),
        encoding=encoding,
    )
    with stock.Spool() as counts:
        with opened() as catalogue:
            code = run_import(
                file,
                catalogue,
                how,
                replace=replace,
                skip_bad=skip_bad,
                dry_run=dry_run,
                as_json=as_json,
                stock=counts.put,
            )
        if code == 0 and counts.count and not dry_run:
            # The journal is opened only now: facts of an import that failed would be wrong for ever.
            stock.record(counts, file.name)
    raise typer.Exit(code)


@group.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="Ends with .csv, .tsv or .xlsx.")],
) -> None:
    """Every item, in a file that `import` reads back to the same."""
    from appliance.catalogue.exporter import export

    settings = where.settings()
    with opened() as catalogue:
        try:
            count = export(catalogue.items(), file, currency=settings.shop.currency)
        except (ValueError, OSError) as problem:
            where.fail(where.why(problem), 2)
    typer.echo(f"{count} → {file}")


@group.command("keys")
def keys_command(
    file: Annotated[Path, typer.Argument(help="Pages of quick keys (TOML).", dir_okay=False)],
    pictures: Annotated[
        Path | None, typer.Option(help="Folder of their pictures; default: beside the file.")
    ] = None,
) -> None:
    """Set the pages of quick keys; the screen shows them when the next basket begins."""
    import shutil

    from appliance.catalogue.quick_keys import read_quick_keys

    try:
        pages = read_quick_keys(file)
        with opened() as catalogue, catalogue.write() as writer:
            writer.set_quick_keys(pages)
    except (ValueError, OSError) as problem:
        where.fail(where.why(problem), 2)
    folder = pictures or file.parent / "pictures"
    if folder.is_dir():
        kept = Path(where.settings().till.data_dir) / "pictures"
        shutil.copytree(folder, kept, dirs_exist_ok=True)
    typer.echo(f"{len(pages)} pages, {sum(len(page.keys) for page in pages)} keys")


@group.command("search")
def search_command(
    words: Annotated[list[str], typer.Argument(help="A name, in either script, with mistakes.")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    as_json: JsonFlag = False,
) -> None:
    """Items that fit, best first; exit 1 when there is none."""
    currency = where.settings().shop.currency
    with opened() as catalogue:
        found = catalogue.search(" ".join(words), limit)
    if as_json:
        typer.echo(json.dumps([item_json(item, currency) for item in found], ensure_ascii=False))
    else:
        for item in found:
            typer.echo(_line(item, currency))
    raise typer.Exit(0 if found else 1)


@group.command("show")
def show_command(
    code: Annotated[str, typer.Argument(help="SKU, PLU or barcode.")], as_json: JsonFlag = False
) -> None:
    """One item by its code; exit 1 when nobody knows it."""
    currency = where.settings().shop.currency
    with opened() as catalogue:
        item = catalogue.by_code(code)
    if item is None:
        where.fail(f"No item has the code {code}", 1)
    if as_json:
        typer.echo(json.dumps(item_json(item, currency), ensure_ascii=False))
    else:
        for key, value in item_json(item, currency).items():
            typer.echo(f"{key:<13} {value}")


def run_import(
    file: Path,
    catalogue: Catalogue,
    how: Settings,
    *,
    replace: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
    stock: StockSink | None = None,
) -> int:
    """The whole of `import` but for where its settings come from; the exit code."""
    from appliance.catalogue.encoding import EncodingUnknown
    from appliance.catalogue.importer import apply, read
    from appliance.catalogue.tables import TableError

    try:
        plan = read(file, how)
        with _Progress(file.name, shown=not as_json and sys.stderr.isatty()) as progress:
            report = apply(
                plan,
                catalogue,
                replace_all=replace,
                skip_bad=skip_bad,
                dry_run=dry_run,
                progress=progress,
                stock=stock,
            )
    except (TableError, EncodingUnknown, OSError) as problem:
        if as_json:
            typer.echo(json.dumps({"error": where.why(problem)}, ensure_ascii=False))
        else:
            typer.echo(where.why(problem), err=True)
        return 2
    if as_json:
        typer.echo(json.dumps(report_json(plan, report, dry_run=dry_run), ensure_ascii=False))
    else:
        _tell(plan, report, dry_run=dry_run)
    return 0 if report.applied or (dry_run and not report.problems.bad_rows) else 1


def report_json(plan: ImportPlan, report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    problems = report.problems
    return {
        "applied": report.applied,
        "dry_run": dry_run,
        "file": {"kind": plan.kind, "encoding": plan.encoding, "delimiter": plan.delimiter},
        "columns": {column.value: plan.heading(column) for column in plan.columns},
        "ignored": plan.ignored,
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "same": report.same,
        "bad_rows": problems.bad_rows,
        "by_kind": {kind.value: count for kind, count, _ in problems.by_kind()},
        "errors": [error_json(error) for error in problems.kept],
    }


def error_json(error: RowError) -> dict[str, Any]:
    return {
        "line": error.line,
        "column": error.column,
        "value": error.value,
        "kind": error.kind.value,
        "what": error.what,
        "remedy": error.remedy,
    }


def item_json(item: Item, currency: str) -> dict[str, Any]:
    from appliance.core.money import from_minor

    return {
        "sku": item.id,
        "name": item.name,
        "price": f"{from_minor(item.price_minor, currency):f}",
        "unit": item.unit.value,
        "gtins": list(item.gtins),
        "plu": item.plu,
        "taxes": list(item.taxes),
        "category": item.category,
        "colour": item.colour,
        "picture": item.picture,
        "discountable": item.discountable,
        "open_price": item.open_price,
        "age_min": item.age_min,
        **_traits_json(item, currency),
    }


def _traits_json(item: Item, currency: str) -> dict[str, Any]:
    """What only some goods have, as `export` writes it; what this one has not is left out."""
    from appliance.catalogue.exporter import traits

    found: dict[str, Any] = {
        column.value: text for column, text in traits(item, currency).items() if text
    }
    if item.prices:
        found["prices"] = [_step_json(step, currency) for step in item.prices]
    return found


def _step_json(step: PriceStep, currency: str) -> dict[str, Any]:
    from appliance.core import codec
    from appliance.core.money import from_minor

    told = codec.to_json(step)
    told["price"] = f"{from_minor(told.pop('price_minor'), currency):f}"
    return {"list": told.pop("list"), **told}


def _tell(plan: ImportPlan, report: ImportReport, *, dry_run: bool) -> None:
    say = translator_of_shop()
    named = ", ".join(f"{plan.heading(c)} = {c.value}" for c in plan.columns)
    typer.echo(f"{plan.path.name}: {plan.kind} {plan.encoding}; {named}")
    if plan.ignored:
        typer.echo(say("Not used: {columns}").format(columns=", ".join(plan.ignored)))
    if report.problems.bad_rows:
        tell_problems(report.problems, say)
    counts = say(
        "Rows: {rows}. New {added}, changed {changed}, the same {same}, bad {bad}."
    ).format(
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        same=report.same,
        bad=report.problems.bad_rows,
    )
    if dry_run:
        typer.echo(f"{say('Nothing was changed: this was a dry run.')} {counts}")
    elif report.applied:
        typer.echo(f"{say('Imported.')} {counts}")
    else:
        hint = say("Mend the bad rows, or use --skip-bad.")
        typer.echo(f"{say('Nothing was imported.')} {counts} {hint}", err=True)


def tell_problems(problems: Problems, say: Translator) -> None:
    if problems.total <= _SHOWN_ROWS_MAX:
        for error in sorted(problems.kept, key=lambda error: error.line):
            typer.echo(f"{_place(error, say)}: {_words(error, say)}")
        return
    for _kind, count, examples in problems.by_kind():
        typer.echo(f"{count} × {_words(examples[0], say)}")
        for error in examples:
            typer.echo(f"  {_place(error, say)}")


def _place(error: RowError, say: Translator) -> str:
    line = say("line {line}, {column}").format(line=error.line, column=error.column)
    return f"{line}: “{error.value}”"


def _words(error: RowError, say: Translator) -> str:
    from appliance.catalogue.problems import WORDS

    what, remedy = WORDS[error.kind]
    detail = f" ({error.detail})" if error.detail else ""
    return f"{say(what)}{detail}; {say(remedy)}"


def translator_of_shop() -> Translator:
    from appliance.i18n import translator

    return translator(where.settings().shop.language)


def _line(item: Item, currency: str) -> str:
    from appliance.core.money import from_minor

    return f"{item.id:<12} {from_minor(item.price_minor, currency):>10} {currency}  {item.name}"


def _aliases(taxes: Any) -> dict[str, tuple[str, ...]]:
    """A tax by its name, its letter or its rate, where only one tax has that rate."""
    found: dict[str, list[str]] = {}
    for code, tax in taxes.items():
        rate = "" if tax.rate is None else f"{tax.rate.normalize():f}"
        for alias in {tax.name.lower(), tax.letter.lower(), rate, f"{rate}%" if rate else ""}:
            if alias:
                found.setdefault(alias, []).append(code)
    return {alias: tuple(codes) for alias, codes in found.items() if len(codes) == 1}


def opened() -> Catalogue:
    from appliance.catalogue.store import Catalogue

    folder = Path(where.settings().till.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return Catalogue(folder / "catalogue.db")


class _Progress:
    """A bar on a terminal: a calm count elsewhere would only fill a log."""

    def __init__(self, name: str, *, shown: bool) -> None:
        self._name = name
        self._shown = shown
        self._bar: Any = None

    def __enter__(self) -> Callable[[int], None]:
        if not self._shown:
            return lambda _rows: None
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}  {task.completed:,} rows"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._bar.start()
        task = self._bar.add_task(self._name, total=None)
        return lambda rows: self._bar.update(task, completed=rows)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
