"""`till provision`: a batch of cards, each with its till's file and its label; and what a technician
needs around it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from typer.core import TyperGroup

from appliance.cli import bench_test, where

if TYPE_CHECKING:
    from appliance.provision.batch import Job, Station
    from appliance.provision.card_list import Row
    from appliance.provision.image_file import Image, Progress
    from appliance.provision.mistakes import Mistake
    from appliance.provision.record import Written

LOG = "written.csv"


class _Words(TyperGroup):
    """`till provision cards.csv` is `till provision cards cards.csv`, and `--test` is a word of its own."""

    usual = "cards"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0].startswith("--") and args[0][2:] in self.commands:
            args = [args[0][2:], *args[1:]]
        elif args and args[0] not in (*self.commands, "-h", "--help"):
            args = [self.usual, *args]
        return super().parse_args(ctx, args)


provision = typer.Typer(
    name="provision",
    cls=_Words,
    help="SD cards for many tills: till provision cards.csv --image kram.img --to FOLDER",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    bench_test.register(provision)
    app.add_typer(provision)


@provision.command()
def keys(
    out: Annotated[Path, typer.Option(help="The folder for provision.key and provision.pub.")],
) -> None:
    """Make the key that provisioning files are signed with. Keep it off the cards."""
    from appliance.provision import keys as own

    try:
        public = own.make(out)
    except own.KeyTrouble as error:
        where.fail(str(error), 1)
    except OSError as error:
        where.fail(f"It was not made: {where.why(error)}", 1)
    typer.echo(
        f"{out / own.PRIVATE} signs, {out / own.PUBLIC} is believed: key {own.short(public)}."
    )


@provision.command()
def cards(
    file: Annotated[Path, typer.Argument(help="The list: a CSV with a row for each till.")],
    *,
    to: Annotated[
        list[Path], typer.Option(help="A folder, or card readers such as /dev/sdb; several times.")
    ],
    image: Annotated[
        Path | None,
        typer.Option(
            help="kram.img, .img.zst or .img.xz; without it the cards are flashed already."
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="provision.key, or its folder: signs each file.")
    ] = None,
    tokens: Annotated[
        Path | None, typer.Option(help="Tokens of the fleet: a folder, or the console's file.")
    ] = None,
    fleet: Annotated[
        Path | None,
        typer.Option(envvar="KRAM_FLEET", help="Make the tokens at the fleet of this folder."),
    ] = None,
    database: Annotated[
        str, typer.Option(envvar="KRAM_FLEET_DATABASE", help="Of that fleet.")
    ] = "",
    days: Annotated[int, typer.Option(help="How long such a token may be used.")] = 2,
    settings: Annotated[
        Path | None, typer.Option(help="A settings file (TOML) for all: devices, taxes, cash.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="A PDF of labels, 24 a sheet.")] = None,
    label_printer: Annotated[
        str, typer.Option(help="Print each label here: usb, tcp://..., /dev/..., file://...")
    ] = "",
    log: Annotated[
        Path | None, typer.Option(help="What was written onto which card: .csv or .jsonl.")
    ] = None,
    operator: Annotated[str, typer.Option(help="Whose work it is, for the record.")] = "",
    only: Annotated[str, typer.Option(help="Rows of the list, by their lines: 3,5-7.")] = "",
    really: Annotated[
        list[Path] | None, typer.Option(help="A disk that cannot be taken out, named again.")
    ] = None,
    check: Annotated[bool, typer.Option(help="Only look whether the list is right.")] = False,
    language: Annotated[str, typer.Option(help="Of mistakes and labels: uk or en.")] = "",
) -> None:
    """Write a card, or an image, for each row of a list."""
    from appliance.provision import batch
    from appliance.provision import tokens as token_files

    said = _language(language)
    rows = _chosen(_listed(file, said), only)
    if check:
        typer.echo(f"{len(rows)} cards; nothing is wrong with the list.")
        return
    station = _station(operator, key, settings, image, to, really or [])
    held = []
    try:
        held = token_files.read(tokens) if tokens else []
    except (token_files.NoTokens, OSError) as error:
        where.fail(where.why(error), 2)
    mint = _mint(fleet, database, days) if fleet and not tokens else None
    given, mistakes = token_files.given_out(rows, held, mint)
    if mistakes:
        _tell(file, mistakes, said)
    jobs = [batch.job_of(row, station, token_file) for row, token_file in given]
    record = log or (Path() if _are_disks(to) else to[0]) / LOG
    done = _write_all(jobs, to, station, record, really or [])
    _print_labels([job for job in jobs if job.name in done], labels, label_printer, said)
    typer.echo(f"{len(done)} of {len(jobs)} cards are written; {record} says which.")
    if len(done) < len(jobs):
        raise typer.Exit(1)


def _listed(file: Path, language: str) -> list[Row]:
    from appliance.provision import card_list
    from appliance.provision.mistakes import Mistake

    try:
        found = card_list.read(file)
    except OSError as error:
        where.fail(where.why(error), 2)
    wrong = [it for it in found if isinstance(it, Mistake)]
    if wrong:
        _tell(file, wrong, language)
    return [it for it in found if not isinstance(it, Mistake)]


def _tell(file: Path, mistakes: Sequence[Mistake], language: str) -> None:
    """All of them at once, and the end."""
    from appliance.i18n import translator

    t = translator(language)
    lines = (f"{file.name}{', ' if it.line or it.place else ': '}{it.say(t)}" for it in mistakes)
    where.fail("\n".join(lines), 2)


def _chosen(rows: list[Row], only: str) -> list[Row]:
    if not only:
        return rows
    lines: set[int] = set()
    for part in only.split(","):
        first, _, last = part.partition("-")
        try:
            lines |= set(range(int(first), int(last or first) + 1))
        except ValueError:
            where.fail(f"--only names lines of the list, such as 3,5-7; not {only}", 2)
    chosen = [row for row in rows if row.line in lines]
    if not chosen:
        where.fail(f"The list has no card in the lines {only}.", 2)
    return chosen


def _station(
    operator: str,
    key: Path | None,
    settings: Path | None,
    image: Path | None,
    to: list[Path],
    really: list[Path],
) -> Station:
    """Everything that can be wrong before the first card is."""
    from appliance.provision import batch
    from appliance.provision import keys as own
    from appliance.provision.image_file import ImageTrouble
    from appliance.provision.mistakes import Wrong
    from appliance.provision.values import settings as settings_check

    try:
        signing = own.load(key) if key else None
        text = settings_check(settings.read_text(encoding="utf-8-sig")) if settings else ""
        opened = _opened(image) if image else None
    except (own.KeyTrouble, ImageTrouble) as error:
        where.fail(str(error), 1)
    except Wrong as wrong:
        where.fail(f"{settings}: {wrong.shown}", 2)
    except UnicodeDecodeError:
        where.fail(f"{settings} is not UTF-8 text. Save it as UTF-8.", 2)
    except OSError as error:
        where.fail(where.why(error), 2)
    _look_at(to, really, opened.size if opened else 0)
    return batch.Station(operator or _person(), signing, text, opened)


def _opened(path: Path) -> Image:
    from appliance.provision import image_file

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kram-provision"
    return image_file.opened(path, cache)


def _look_at(targets: list[Path], really: list[Path], size: int) -> None:
    from appliance.provision import disks

    if len(targets) > 1 and not _are_disks(targets):
        where.fail("--to is one folder, or card readers alone.", 2)
    for target in targets:
        if disks.is_disk(target):
            objection = disks.objection(disks.look(target), size, named_twice=target in really)
            if objection:
                where.fail(objection, 1)
        elif str(target).startswith("/dev/"):
            where.fail(f"There is no {target}: put a card in.", 1)


def _are_disks(targets: list[Path]) -> bool:
    from appliance.provision import disks

    return all(map(disks.is_disk, targets))


def _write_all(
    jobs: list[Job], to: list[Path], station: Station, log: Path, really: list[Path]
) -> set[str]:
    """The names of the jobs that are done. One bad card does not stop the others."""
    from appliance.provision import batch, record

    done: set[str] = set()
    ahead = len(jobs)
    for number, together in enumerate(batch.rounds(jobs, to)):
        if number and _are_disks(to):
            _next_cards([target for _, target in together], jobs)
            _look_at(to, really, station.image.size if station.image else 0)
        with _Shown() as shown, ThreadPoolExecutor(len(together)) as pool:
            asked = [
                (job, pool.submit(_one, job, target, station, shown.of(job)))
                for job, target in together
            ]
            for job, answer in asked:
                written = answer.result()
                ahead -= 1
                if isinstance(written, str):
                    typer.echo(f"{job.name}: {written}", err=True)
                    continue
                record.append(log, written)
                done.add(job.name)
                seconds = written.took_ms / 1000
                typer.echo(f"{job.name}: card {written.card}, {seconds:.1f} s, {ahead} to go")
    return done


def _next_cards(targets: list[Path], jobs: list[Job]) -> None:
    """Waits until every reader holds a card that this batch did not write."""
    from appliance.provision import batch

    typer.confirm("Put the next cards in. Go on?", default=True, abort=True)
    while same := [str(it) for it in targets if batch.holds_one_of(it, jobs)]:
        typer.echo(f"{', '.join(same)}: this card was written just now.", err=True)
        typer.confirm("Put another in. Go on?", default=True, abort=True)


def _one(job: Job, target: Path, station: Station, progress: Progress) -> Written | str:
    """What was written, or why not."""
    from appliance.provision import batch
    from appliance.provision.image_file import ImageTrouble

    try:
        return batch.put(job, target, station, progress)
    except (ImageTrouble, OSError) as error:
        return where.why(error)


class _Shown:
    """Bars on standard error, where a person looks."""

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import Progress as Bars

        console = Console(stderr=True)
        self._bars = Bars(console=console, transient=True, disable=not console.is_terminal)
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def of(self, job: Job) -> Progress:
        bar = self._bars.add_task(job.name, total=None)

        def step(done: int, total: int) -> None:
            self._bars.update(bar, completed=done, total=total)

        return step


def _print_labels(jobs: list[Job], sheet: Path | None, printer: str, language: str) -> None:
    from appliance import whole_files
    from appliance.provision import label, label_printer

    made = [label.of(job.provision, language) for job in jobs]
    if sheet and made:
        whole_files.write(sheet, label.sheet(made))
        typer.echo(f"{sheet}: {len(made)} labels.")
    if printer and made:
        trouble = label_printer.print_all(printer, [label.layout(it, language) for it in made])
        if trouble:
            where.fail(f"The labels are not all printed: {trouble}", 1)


def _mint(folder: Path, database: str, days: int) -> Callable[[str, int], list]:
    from appliance.cli import fleet as fleet_commands
    from appliance.provision.document import Fleet

    def mint(shop: str, count: int) -> list[Fleet]:
        from appliance.fleet.authority import enrolment
        from appliance.wire.enrolment import Refused

        with fleet_commands.opened(folder, database) as site:
            by = (fleet_commands.BY_HAND, fleet_commands.TERMINAL)
            made = enrolment.tokens(site.desk, shop, count, days, *by)
            url = site.public.url
        if isinstance(made, Refused):
            where.fail(f"{shop}: {made.say}", 2)
        return [Fleet(url, str(token)) for token in made]

    return mint


def _language(wanted: str) -> str:
    from appliance.i18n import LANGUAGES

    said = wanted or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return next((it for it in LANGUAGES if said.startswith(it)), "en")


def _person() -> str:
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "somebody"
