"""Joining a fleet from the first run's pages: a code on the screen that a manager types."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event

from appliance import __version__
from appliance.telemetry import enrolment, hardware, membership
from appliance.telemetry.enrolment import Applicant, NoFleet
from appliance.telemetry.membership import NotAMember, Section
from appliance.ui.sentences.mark import N_
from appliance.wire.enrolment import Refused, as_shown

log = logging.getLogger(__name__)


NO_ANSWER = N_("No fleet's console answers there. Look at the address and the network.")
NOT_KEPT = N_("The till's papers cannot be kept. Look at its memory card.")
WHY = {
    "code_old": N_("Nobody typed the code in time. Ask for a new one."),
    "code_taken": N_("Another till shows this code just now. Try again."),
    "too_many": N_("Too many tills wait for their code. Try again in some minutes."),
    "same_number": N_("The shop has a till of this number already. Go back and choose another."),
    "forged": N_("Somebody stands between the till and the fleet. Look at the network."),
    "locked": N_("Too many wrong codes. Wait a quarter of an hour."),
}
"""A fleet's refusals as the first run says them; another one as the fleet says it."""


def pair(
    data: Path,
    number: int,
    server: str,
    show: Callable[[str, str], None],
    given_up: Event,
) -> tuple[str, Section | None]:
    """("", what the settings shall say), or why not, as a message id. show: is told the code and its
    page."""
    server = server.rstrip("/")
    folder = membership.folder_of(data)
    machine = hardware.of_this_machine()
    applicant = Applicant(folder, f"till-{number}", number, machine, __version__)

    def shown(code: str, _until_ms: int) -> None:
        show(as_shown(code), f"{server}/pair?code={code}")

    try:
        answer = enrolment.with_code(applicant, server, shown, given_up)
    except NoFleet as error:
        log.info("%s", error)
        return NO_ANSWER, None
    except (NotAMember, OSError) as error:
        log.warning("%s", error)
        return NOT_KEPT, None
    if isinstance(answer, Refused):
        return WHY.get(answer.reason, answer.say), None
    return "", membership.section_of(answer)
