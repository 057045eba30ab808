"""`make bench`: every row against its limit, as a table, as out.json and as plots."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import results
from bench.machine import this_machine
from bench.row import Row
from bench.suite import FULL, PARTS, QUICK, Bench, Part

WIDTH_OF_A_LOG = 160
DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 all rows passed, 1 one did not, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", metavar="TEXT", default="", help="parts whose title holds it")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the bench itself")
    parser.add_argument(
        "--write-docs",
        action="store_true",
        help="measure nothing: write docs/performance.md from the last whole run",
    )
    told = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_LOG)
    if told.write_docs:
        return _write_docs(console)
    parts = [part for part in PARTS if told.only.lower() in part.title.lower()]
    if not parts:
        parser.error("no such part; there are: " + "; ".join(part.title for part in PARTS))
    return _measure(console, parts, quick=told.quick)


def _measure(console: Console, parts: list[Part], *, quick: bool) -> int:
    out = results.OUT.parent / "out"
    out.mkdir(exist_ok=True)
    machine = this_machine(out)
    console.print(f"[bold]{machine.processor}[/], {machine.cores} cores, {machine.disk}")
    at, began = datetime.now(UTC), time.monotonic()
    rows: list[Row] = []
    failed: list[tuple[str, str]] = []
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=out) as folder,
        Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as progress,
    ):
        task = progress.add_task("", total=len(parts))
        bench = Bench(
            Path(folder),
            QUICK if quick else FULL,
            lambda text: progress.update(task, description=text),
        )
        for part in parts:
            progress.update(task, description=part.title)
            part_began = time.monotonic()
            # As the till does once it has started: no part pays for what another one left behind.
            gc.collect()
            gc.freeze()
            try:
                done = part.run(bench)
            except Exception as error:
                failed.append((part.title, f"{type(error).__name__}: {error}"))
                progress.console.print(f"[red]✗ {part.title}: {error}[/]")
                done = []
            for row in done:
                progress.console.print(_line(row))
            rows += done
            took = time.monotonic() - part_began
            progress.console.print(f"[dim]  {part.title}: {took:.0f} s[/]")
            progress.advance(task)
    took_s = time.monotonic() - began
    whole = not quick and parts == list(PARTS) and not failed
    results.write(rows, machine, at=f"{at:%Y-%m-%d %H:%M} UTC", took_s=took_s, whole=whole)
    console.print(_table(rows, quick=quick))
    _plot(console)
    for title, why in failed:
        console.print(f"[red]could not be measured: {title}: {why}[/]")
    missed = [row for row in rows if not row.passed]
    console.print(f"{len(rows) - len(missed)} of {len(rows)} rows passed, {took_s:.0f} s")
    return 1 if missed or failed else 0


def _plot(console: Console) -> None:
    from bench import plots

    made = plots.draw(results.read(), results.OUT.parent / "out")
    for path in (results.OUT, *made):
        console.print(f"[dim]{path}[/]")


def _write_docs(console: Console) -> int:
    from bench import page, plots

    try:
        run = results.read()
    except FileNotFoundError:
        console.print("There is no run yet: make bench", style="red")
        return 2
    if not run.whole:
        console.print("The last run was a part or a quick one: make bench", style="red")
        return 2
    made = plots.draw(run, DOCS / "performance")
    console.print(str(page.write(run, DOCS, made)))
    return 0


def _line(row: Row) -> str:
    mark = "[green]✓[/]" if row.passed else "[red]✗[/]"
    return f"{mark} {row.row}: [bold]{row.value:,.4g} {row.unit}[/]"


def _table(rows: list[Row], *, quick: bool) -> Table:
    title = "Small sizes: these figures say nothing about the till" if quick else None
    table = Table(box=box.SIMPLE_HEAD, title=title)
    for name in ("row", "ours", "limit or peer", "ratio", "must reach", ""):
        table.add_column(name, justify="right" if name in ("ours", "ratio") else "left")
    for row in rows:
        against = f"{row.limit:,.4g} {row.unit}"
        if row.against != "limit":
            against += f" · {row.against}"
        table.add_row(
            row.row,
            f"{row.value:,.4g} {row.unit}",
            against,
            f"{row.ratio:.2f}",
            row.goal,
            "[green]✓[/]" if row.passed else "[red]✗[/]",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
