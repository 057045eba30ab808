"""`till enrol`: this till joins its fleet, with a token or with a code that it shows."""

from __future__ import annotations

import contextlib
import threading
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.telemetry.enrolment import Applicant
    from appliance.wire.enrolment import Granted, Refused

BOOT_FILES = (Path("/boot/firmware/kram-enrol.toml"), Path("/boot/kram-enrol.toml"))
"""Where a technician leaves the file: every computer reads an SD card's first partition."""


def register(app: typer.Typer) -> None:
    app.command()(enrol)


def enrol(
    server: Annotated[str, typer.Option(help="https://... of the fleet.")] = "",
    token: Annotated[str, typer.Option(help="What the fleet's keeper made for this till.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(help="A kram-enrol.toml with server and token; removed after its use."),
    ] = None,
    pair: Annotated[
        bool, typer.Option("--pair", help="Show a code that a manager types at the fleet.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Join anew, though this till belongs to a fleet.")
    ] = False,
) -> None:
    """Join the fleet. Without options: by the file that a technician left on the SD card."""
    from appliance.telemetry.enrolment import NoFleet
    from appliance.telemetry.membership import NotAMember

    applicant = _applicant(again)
    try:
        if pair:
            answer = _by_code(applicant, server)
        elif token:
            answer = _by_token(applicant, server, token)
        else:
            answer = _by_file(applicant, file)
    except (NoFleet, NotAMember) as error:
        where.fail(str(error), 1)
    except OSError as error:
        where.fail(f"The till's papers cannot be kept: {where.why(error)}", 1)
    _settle(answer)


def _applicant(again: bool) -> Applicant:
    from appliance import __version__
    from appliance.telemetry import hardware, membership
    from appliance.telemetry.enrolment import Applicant

    till = where.settings().till
    folder = membership.folder_of(Path(till.data_dir))
    if not again and (folder / membership.CERTIFICATE).exists():
        where.fail(
            f"This till belongs to a fleet already ({folder}). To join anew: till enrol --again", 1
        )
    return Applicant(folder, till.id, till.number, hardware.of_this_machine(), __version__)


def _by_file(applicant: Applicant, file: Path | None) -> Granted | Refused:
    from appliance.wire.enrolment import Refused

    found = file or next((it for it in BOOT_FILES if it.exists()), None)
    if found is None:
        where.fail("How? With --token, with --pair, or with --file kram-enrol.toml.", 2)
    try:
        said = tomllib.loads(found.read_text(encoding="utf-8-sig"))
        server, token = said["server"], said["token"]
    except (OSError, ValueError, KeyError) as error:
        where.fail(f"{found} holds no server and token: {where.why(error)}", 2)
    answer = _by_token(applicant, server, token)
    if not isinstance(answer, Refused):
        found.unlink()
    return answer


def _by_token(applicant: Applicant, server: str, token: str) -> Granted | Refused:
    from appliance.malformed import Malformed
    from appliance.telemetry.enrolment import with_token
    from appliance.wire.enrolment import read_token

    try:
        read = read_token(token)
    except Malformed as error:
        where.fail(f"This is no token: {error}.", 2)
    return with_token(applicant, _https(server), read)


def _by_code(applicant: Applicant, server: str) -> Granted | Refused:
    from appliance.telemetry.enrolment import with_code

    server = _https(server)
    try:
        return with_code(applicant, server, _shows(server), threading.Event())
    finally:
        _at_the_till(code="")


def _shows(server: str) -> Callable[[str, int], None]:
    """Here, at the till's own screen and printer, and as a QR code that opens the console's page."""
    from appliance.wire.enrolment import as_shown

    def show(code: str, until_ms: int) -> None:
        import qrcode

        page = f"{server}/pair?code={code}"
        until = datetime.fromtimestamp(until_ms / 1000).isoformat(timespec="minutes")  # noqa: DTZ006
        _at_the_till(code=code, page=page, until=until)
        drawn = qrcode.QRCode(border=2)
        drawn.add_data(page)
        typer.echo("Type this code at the fleet, within 15 minutes:\n")
        typer.echo(f"    {as_shown(code)}\n")
        drawn.print_ascii(invert=True)
        typer.echo("Waiting ...")

    return show


def _at_the_till(**told: str) -> None:
    """Where one runs; a till that is not started yet shows it in this window alone."""
    from appliance.daemon import socket_path
    from appliance.local_socket import ask

    with contextlib.suppress(OSError, ValueError):
        ask(socket_path(where.settings()), {"command": "show_fleet_code", **told})


def _https(server: str) -> str:
    if not server.startswith("https://"):
        where.fail("Which fleet? --server https://its.name:8443", 2)
    return server.rstrip("/")


def _settle(answer: Granted | Refused) -> None:
    """The settings name the fleet from now on, and the person is told what happened."""
    from appliance.config import ConfigError
    from appliance.config.amend import with_section, write_section
    from appliance.telemetry.membership import section_of
    from appliance.wire.enrolment import Refused

    if isinstance(answer, Refused):
        where.fail(answer.say, 1)
    path = where.settings_file()
    named = section_of(answer)
    typer.echo(f"This till is {answer.uid} of {answer.shop}.")
    try:
        write_section(path, "fleet", named)
    except (ConfigError, OSError) as error:
        typer.echo("Its settings could not be changed; write this into them:\n")
        typer.echo(with_section("", "fleet", named))
        where.fail(f"{path}: {where.why(error)}", 1)
    typer.echo(f"{path} says so; it tells its fleet what it sells once it starts again.")
