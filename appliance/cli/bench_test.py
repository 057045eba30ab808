"""`till provision --test`: the bench test in a terminal, and the check of a result's code."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.i18n import Translator
    from appliance.ui.bench_port import BenchLook, StepLook

_MARKS = {"passed": "✓", "failed": "✗", "absent": "·", "skipped": "?"}
_COLOURS = {"passed": "green", "failed": "red", "absent": None, "skipped": "yellow"}


def register(provision: typer.Typer) -> None:
    provision.command("test")(run_test)
    provision.command("check-result")(check)


def run_test() -> None:
    """Try every device of this till; exit 1 when something does not work."""
    from appliance import daemon
    from appliance.bench_test import plan
    from appliance.core import commands as c
    from appliance.core.refusal import Refusal
    from appliance.i18n import translator
    from appliance.journal import JournalError
    from appliance.screen import shop_clock
    from appliance.ui import words

    settings = where.settings()
    say = translator(settings.shop.language)
    showing = _Showing(say)
    try:
        with daemon.running(settings) as it:
            answer = it.counter.ask(c.BeginBenchTest(), actor="cli", spoken=False)
            if isinstance(answer, Refusal):
                where.fail(words.sentence(say, answer.reason, answer.params), 1)
            now = shop_clock(settings)
            run = plan.begin(settings, it.counter, it.devices, now, showing.show)
            threading.Thread(target=_read, args=(run.answer, showing), daemon=True).start()
            run.wait()
    except JournalError as error:
        where.fail(f"{error} Start the test there: Settings, Bench test.", 1)
    look = showing.look
    if look is None or not look.code:
        where.fail(say("The test was ended early; nothing was written down."), 1)
    _end(look, say)


def check(
    text: Annotated[
        str,
        typer.Argument(metavar="CODE", help="The result's code; - reads it from standard input."),
    ],
    fleet: Annotated[
        Path | None,
        typer.Option(envvar="KRAM_FLEET", help="Of this folder; it knows the key of each till."),
    ] = None,
    database: Annotated[
        str, typer.Option(envvar="KRAM_FLEET_DATABASE", help="Of that fleet.")
    ] = "",
) -> None:
    """What the result of a bench test says, and whether the till that it names signed it."""
    from appliance.wire.bench_result import NoResult, opened

    try:
        result, key = opened(sys.stdin.read() if text == "-" else text)
    except NoResult as error:
        where.fail(str(error), 1)
    typer.echo(f"{result.till}  {result.serial or '—'}  {result.at}  Kram {result.software}")
    for name, verdict in result.steps.items():
        typer.echo(f"{_marked(verdict.value)} {name}")
    if fleet is None:
        typer.echo(f"Signed by the key {key}. Whose that is knows the fleet: --fleet FOLDER.")
    else:
        typer.echo(_signer(fleet, database, result.till, key))
    raise typer.Exit(0 if result.passed else 1)


def _signer(folder: Path, database: str, till: str, key: str) -> str:
    """Ends the program where it was another."""
    from appliance.cli.fleet import opened
    from appliance.fleet.authority.registry import keys_of

    with opened(folder, database) as site:
        known = keys_of(site.store, till)
    if not known:
        where.fail(
            f"The fleet knows no till {till}. Let it join, then test it: the result names it.", 1
        )
    if key not in known:
        where.fail(f"Not signed by {till}: the key {key} is none that the fleet knows it by.", 1)
    return f"Signed by {till}, with the key that the fleet knows it by: {key}."


class _Showing:
    """Prints what is new in a look: ended steps, and what is said."""

    def __init__(self, say: Translator) -> None:
        self.look: BenchLook | None = None
        self._say = say
        self._steps = 0
        self._serial = 0

    def show(self, look: BenchLook) -> None:
        self.look = look
        ended = [it for it in look.steps if it.verdict is not None]
        for step in ended[self._steps :]:
            typer.echo(_row(step, self._say))
        self._steps = len(ended)
        if look.serial != self._serial and look.saying.text:
            typer.echo(f"  {look.saying.told(self._say)}{self._keys(look)}")
        self._serial = look.serial

    def _keys(self, look: BenchLook) -> str:
        from appliance.ui.bench_port import Asked

        if look.asked is Asked.NOTHING:
            return ""
        if look.asked is Asked.WAIT:
            return self._say("  [n it does not, s leave out, q end]")
        return self._say("  [y yes, n no, s leave out, q end]")


def _read(answer: Callable[..., None], showing: _Showing) -> None:
    """A device may answer while a person still thinks, so nobody waits for a line."""
    from appliance.ui.bench_port import Said

    letters = {"y": Said.YES, "т": Said.YES, "n": Said.NO, "н": Said.NO}
    letters |= {"s": Said.SKIP, "п": Said.SKIP, "q": Said.STOP, "к": Said.STOP}
    for line in sys.stdin:
        said = letters.get(line.strip().lower()[:1])
        if said is not None and showing.look is not None:
            answer(said, showing.look.serial)
    answer(Said.STOP, 0)


def _end(look: BenchLook, say: Translator) -> None:
    import qrcode

    typer.echo("")
    typer.echo(say("Bench test passed" if look.passed else "Bench test: not passed"))
    drawn = qrcode.QRCode(border=2)
    drawn.add_data(look.code)
    drawn.print_ascii(invert=True)
    typer.echo(look.code)
    raise typer.Exit(0 if look.passed else 1)


def _row(step: StepLook, say: Translator) -> str:
    assert step.verdict is not None
    says = f"  {step.says.told(say)}" if step.says.text else ""
    return f"{_marked(step.verdict.value)} {say(step.title)}{says}"


def _marked(verdict: str) -> str:
    return typer.style(_MARKS[verdict], fg=_COLOURS[verdict], bold=True)
