"""`till journal`, `till backup`, `till restore`: prove the past, show it, keep it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from appliance import companions
from appliance.cli import where
from appliance.journal import Journal, export, mounts, reports, schema
from appliance.journal import backup as backups
from appliance.journal import verify as proof
from appliance.journal.errors import JournalError, WrongJournal

group = typer.Typer(help="The journal: verify, tail, export, rebuild.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="journal")
    app.command()(backup)
    app.command()(restore)


JsonFlag = Annotated[bool, typer.Option("--json", help="One JSON object on one line.")]
FileOption = Annotated[
    Path | None, typer.Option("--file", help="Another journal or a backup, not this till's own.")
]
Step = Callable[[int, int], None]
Bring = Callable[[Sequence[Path]], list[Path]]


def journal_file(file: Path | None = None) -> Path:
    """The journal that a command is about."""
    if file is not None:
        return file
    from appliance.daemon import journal_path

    return journal_path(where.settings())


@contextmanager
def told() -> Iterator[None]:
    """A journal's trouble ends the command: 2 when there is no such journal, else 1."""
    try:
        yield
    except WrongJournal as error:
        where.fail(str(error), 2)
    except JournalError as error:
        where.fail(str(error), 1)


@contextmanager
def shown(what: str) -> Iterator[Step]:
    """A progress bar on standard error, where a person looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@group.command("verify")
def verify_command(
    deep: Annotated[
        bool, typer.Option("--deep", help="Make tables and snapshots again, and compare.")
    ] = False,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Prove every record from the first one; exit 1 and the place when one is not proven."""
    with told(), shown("Verifying") as step:
        verdict = proof.verify(journal_file(file), deep=deep, progress=step)
    bad = verdict.bad
    if as_json:
        answer = {
            "ok": verdict.ok,
            "till": verdict.till,
            "records": verdict.records,
            "epoch": verdict.head.epoch,
            "seq": verdict.head.seq,
            "hash": verdict.head.hash.hex(),
            "bad": {"epoch": bad.epoch, "seq": bad.seq, "why": bad.why} if bad else None,
            "projections": verdict.projections,
            "snapshots": verdict.snapshots,
        }
        typer.echo(json.dumps(answer))
    else:
        typer.echo(
            f"{verdict.records} records proven, up to {verdict.head.epoch}/{verdict.head.seq}"
            f" ({verdict.head.hash.hex()[:16]})"
        )
        if bad is not None:
            typer.echo(f"Broken at {bad}")
        if verdict.projections is False:
            typer.echo("The tables do not follow from the records: till journal rebuild")
        if verdict.snapshots is False:
            typer.echo("A kept state does not follow from the records.")
    raise typer.Exit(0 if verdict.ok else 1)


@group.command()
def tail(
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=10_000)] = 10,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """The last records, oldest first."""
    with told(), reports.reading(journal_file(file)) as con:
        lines = export.tail(con, count)
    for line in lines:
        typer.echo(line if as_json else _readable(line))


def _readable(line: str) -> str:
    rec = json.loads(line)
    body = " ".join(f"{name}={_short(value)}" for name, value in rec["body"].items())
    at = datetime.fromisoformat(rec["at"]).strftime("%Y-%m-%d %H:%M:%S")
    return f"{rec['epoch']}/{rec['seq']} {at} {rec['actor'] or '-'} {rec['type']} {body}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


@group.command("export")
def export_command(
    target: Annotated[Path | None, typer.Argument(help="A file; standard output without it.")] = (
        None
    ),
    file: FileOption = None,
) -> None:
    """Every record as a line of JSON, with its hash, for other programs' checks."""
    with told(), reports.reading(journal_file(file)) as con:
        if target is None:
            for line in export.lines(con):
                typer.echo(line)
            return
        try:
            with target.open("w", encoding="utf-8") as out:
                out.writelines(line + "\n" for line in export.lines(con))
        except OSError as error:
            where.fail(f"{target} was not written: {error}", 1)


@group.command()
def rebuild(file: FileOption = None) -> None:
    """Make the tables anew from the records; the till must not run."""
    path = journal_file(file)
    if not path.exists():
        where.fail(f"There is no journal at {path}.", 2)
    with told():
        with reports.reading(path, any_version=True) as con:
            till = schema.till_of(con)
        with shown("Rebuilding") as step, Journal.open(path, till, progress=step) as journal:
            journal.rebuild(step)
            typer.echo(f"Tables made from {journal.last_seq} records of epoch {journal.epoch}.")


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="A file or a folder; without it, the stick plugged in.")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="Backups kept in a folder.")] = backups.KEPT,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Copy the journal, also while the till sells; the copy is proven before it counts."""
    with _place(target, journal_file(file).parent) as (place, bring):
        with told(), shown("Proving the copy") as step:
            done = backups.backup(
                journal_file(file), place, at=datetime.now().astimezone(), keep=keep, progress=step
            )
            beside = companions.save(journal_file(file).parent, done.path)
        if bring is not None:
            path, *rest = bring([done.path, *filter(None, [beside])])
            done, beside = replace(done, path=path), next(iter(rest), None)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "path": str(done.path),
                    "records": done.records,
                    "epoch": done.epoch,
                    "seq": done.seq,
                    "size_bytes": done.size_bytes,
                    "companions": str(beside) if beside else None,
                }
            )
        )
    else:
        typer.echo(f"{done.records} records, {done.size_bytes} bytes: {done.path}")
        if beside:
            typer.echo(f"People and keys of codes: {beside}. Keep both files together.")


@contextmanager
def _place(target: Path | None, data: Path) -> Iterator[tuple[Path, Bring | None]]:
    """Where the copy is made, and how it comes to the stick where only the system helper may write it."""
    from appliance import system
    from appliance.cli import stick_backup

    found = [target] if target else mounts.removable_mounts()
    if len(found) > 1:
        where.fail("Several sticks are plugged in. Name one: " + ", ".join(map(str, found)), 2)
    if found:
        yield found[0], None
    elif not system.is_here():
        where.fail("No stick is plugged in. Name a file or a folder.", 2)
    else:
        # Beside the journal, since /tmp is memory there; one name, so that none is left for good.
        folder = data / ".to-stick"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder, stick_backup.bring
        except stick_backup.NotBrought as error:
            where.fail(str(error), 1)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def restore(
    source: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Put a backup in the journal's place; the till must not run. The old file is kept aside.

    People and keys of codes come back from the file beside it, whose name ends in .shop."""
    at, journal = datetime.now().astimezone(), journal_file(file)
    with told(), shown("Proving the backup") as step:
        done = backups.restore(source, journal, at=at, progress=step)
    try:
        others = companions.put_back(source, journal.parent, at)
    except (OSError, zipfile.BadZipFile) as error:
        where.fail(
            f"The journal is restored, but {companions.beside(source)} cannot be read"
            f" ({where.why(error)}). Copy people.db and code-keys.json by hand before the till runs.",
            1,
        )
    if as_json:
        answer = {
            "path": str(done.path),
            "till": done.till,
            "epoch": done.epoch,
            "records": done.records,
            "replaced": str(done.replaced) if done.replaced else None,
            "companions": [str(path) for path in others],
        }
        typer.echo(json.dumps(answer))
        return
    typer.echo(f"{done.records} records restored; the till goes on in epoch {done.epoch}.")
    if others:
        typer.echo("Put back too: " + ", ".join(path.name for path in others))
    else:
        typer.echo("No people and no keys of codes beside it: those that are here stay.")
    if done.replaced:
        typer.echo(f"The file that was there is now {done.replaced}")
