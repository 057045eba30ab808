"""`till support-bundle`: one file for whoever helps from afar, or a short report as QR codes."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import private, where

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS = 6
"""Of a picture, for each module of a code."""


def register(app: typer.Typer) -> None:
    app.command("support-bundle")(support_bundle)


def support_bundle(
    file: Annotated[
        Path | None,
        typer.Argument(help="Written as tar.gz (with --qr: as GIF), readable by you alone."),
    ] = None,
    log: Annotated[
        list[Path] | None, typer.Option(help="A log file to put in, beside systemd's journal.")
    ] = None,
    stick: Annotated[
        bool, typer.Option("--stick", help="Onto the USB stick of an appliance.")
    ] = False,
    qr: Annotated[
        bool,
        typer.Option("--qr", help="A short report as QR codes: their texts, or a moving picture."),
    ] = False,
    join: Annotated[
        Path | None,
        typer.Option(help="The report behind scanned QR codes, a text a line; - for the input."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="What came of --stick, as a JSON object.")
    ] = False,
) -> None:
    """Versions, the doctor's answers, settings without secrets, counts of the journal, logs."""
    if sum((file is not None and not qr, stick, qr, join is not None)) != 1:
        where.fail("Say one of: FILE, --stick, --qr, --join FILE.", 2)
    try:
        if join is not None:
            _join(join)
        elif qr:
            _moving_picture(file)
        elif stick:
            _to_stick(log or [], as_json=as_json)
        elif file is not None:
            _to_file(file, log or [])
    except OSError as error:
        where.fail(f"The bundle cannot be written: {where.why(error)}", 1)


def _to_file(path: Path, log: list[Path]) -> None:
    from appliance import support_bundle as bundle

    now = datetime.now().astimezone()
    files = bundle.members(where.settings(), log, now)
    with os.fdopen(private.create(path), "wb") as to:
        bundle.write(files, to, now)
    typer.echo(f"{path}: {', '.join(files)}. Nothing of customers or cards; read it, then send it.")


def _to_stick(log: list[Path], *, as_json: bool) -> None:
    from appliance import support_bundle as bundle

    answer = bundle.to_stick(where.settings(), log, datetime.now().astimezone())
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        raise typer.Exit(0 if answer["ok"] else 1)
    if not answer["ok"]:
        where.fail(answer.get("remedy") or str(answer.get("why")), 1)
    typer.echo(f"{answer['name']} is on the stick, which may be pulled now.")


def _moving_picture(file: Path | None) -> None:
    from appliance.qr.modules import modules
    from appliance.support_bundle import reduced
    from appliance.support_frames import FRAMES_PER_S

    frames = reduced(where.settings(), datetime.now().astimezone())
    if file is None:
        typer.echo("\n".join(frames))
        return
    first, *rest = [_picture(modules(it)) for it in frames]
    with os.fdopen(private.create(file), "wb") as to:
        each_ms = 1000 // FRAMES_PER_S
        first.save(to, "GIF", save_all=True, append_images=rest, duration=each_ms, loop=0)
    typer.echo(f"{file}: {len(frames)} QR codes. Nothing of customers or cards.")


def _picture(code: tuple[tuple[bool, ...], ...]) -> Image:
    from PIL import Image

    from appliance.qr.modules import QUIET

    side = len(code) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(code):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + QUIET, y + QUIET), 0)
    return picture.resize((side * DOTS, side * DOTS), Image.Resampling.NEAREST)


def _join(path: Path) -> None:
    from appliance.support_frames import joined

    text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8", "replace")
    try:
        report = joined(text.splitlines())
    except ValueError as error:
        where.fail(f"It is no whole report: {error}", 1)
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
