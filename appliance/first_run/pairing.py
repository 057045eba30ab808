"""Joining a fleet from the first run's pages: a code on the screen that a manager types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from appliance import __version__
from appliance.telemetry import enrolment, hardware, membership
from appliance.telemetry.enrolment import Applicant, NoFleet
from appliance.telemetry.membership import NotAMember, Section
from appliance.wire.enrolment import Refused, as_shown


def pair(
    data: Path,
    number: int,
    server: str,
    show: Callable[[str, str], None],
    given_up: Event,
) -> tuple[str, Section | None]:
    """("", what the settings shall say), or why not. show: is told the code and its page."""
    server = server.rstrip("/")
    folder = membership.folder_of(data)
    machine = hardware.of_this_machine()
    applicant = Applicant(folder, f"till-{number}", number, machine, __version__)

    def shown(code: str, _until_ms: int) -> None:
        show(as_shown(code), f"{server}/pair?code={code}")

    try:
        answer = enrolment.with_code(applicant, server, shown, given_up)
    except (NoFleet, NotAMember) as error:
        return str(error), None
    except OSError as error:
        return f"The till's papers cannot be kept: {error.strerror or error}", None
    if isinstance(answer, Refused):
        return answer.say, None
    return "", membership.section_of(answer)
