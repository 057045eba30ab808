"""What is said of the wire to the fleet: on the screen when somebody should know, always in `till doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from appliance.core.fleet_look import FleetLook, FleetTrouble
from appliance.ui.sentences.mark import N_

TROUBLES: dict[FleetTrouble, tuple[str, str]] = {
    FleetTrouble.UNREACHABLE: (
        N_("The fleet cannot be reached."),
        N_("Check the network. The sales are safe here and go by themselves when it is back."),
    ),
    FleetTrouble.REFUSED: (
        N_("The fleet does not let this till in."),
        N_("Ask the fleet's manager whether this till was blocked; if not, enrol it again."),
    ),
    FleetTrouble.AHEAD: (
        N_("The fleet has sales that this till has not."),
        N_("Its memory card is an old copy, or there are two of it. Call the fleet's manager."),
    ),
    FleetTrouble.TAKEN_OVER: (
        N_("Another till has come with this till's name."),
        N_("Its memory card was copied. Call the fleet's manager."),
    ),
    FleetTrouble.PAPERS: (
        N_("This till's certificate cannot be used."),
        N_("Enrol it again: till enrol --again"),
    ),
    FleetTrouble.JOURNAL: (
        N_("The fleet's part could not read the journal."),
        N_("Look at the journal's line here, and at the log."),
    ),
}
"""What is wrong, and the way out."""

SAFE = N_("They are safe here and go by themselves when the network is back.")

Translate = Callable[[str], str]


def chip(t: Translate, fleet: FleetLook, now: datetime) -> str:
    """For the status bar: only what has lasted, since a wire that comes and goes is no news."""
    if _is_shown(fleet, now):
        return t("Fleet code: {code}").format(code=in_two(fleet.code))
    if fleet.joining:
        return t("Not in its fleet yet")
    if fleet.late:
        return t("Not delivered since {time}").format(time=_short(fleet.oldest, now))
    if fleet.certificate_near:
        day = datetime.fromisoformat(fleet.certificate_until)
        return t("Certificate ends {day}").format(day=f"{day:%d.%m}")
    return ""


def rows(t: Translate, fleet: FleetLook, now: datetime) -> Iterator[tuple[str, str]]:
    """For the list of what is wrong: a title, and what to do."""
    if _is_shown(fleet, now):
        title = t("Fleet code: {code}").format(code=in_two(fleet.code))
        note = t("Type it in the fleet's console before {time}. It is on paper, too.")
        yield title, note.format(time=_short(fleet.code_until, now))
    if fleet.joining:
        yield t("Not in its fleet yet"), t(fleet.joining)
    if fleet.late:
        title = t("Not delivered since {time}").format(time=_short(fleet.oldest, now))
        _, remedy = TROUBLES.get(fleet.trouble, ("", ""))
        unreachable = fleet.trouble in (FleetTrouble.NONE, FleetTrouble.UNREACHABLE)
        note = t("{count} records wait.").format(count=fleet.waiting)
        yield title, f"{note} {t(SAFE if unreachable else remedy)}"
    if fleet.certificate_near:
        day = datetime.fromisoformat(fleet.certificate_until)
        title = t("Certificate ends {day}").format(day=f"{day:%d.%m}")
        yield title, t("It was not renewed by itself. Call your technician.")


def _is_shown(fleet: FleetLook, now: datetime) -> bool:
    return bool(fleet.code) and now.replace(tzinfo=None).isoformat() < fleet.code_until


def in_two(code: str) -> str:
    """Two halves are typed with fewer mistakes."""
    return f"{code[: len(code) // 2]}-{code[len(code) // 2 :]}"


def _short(text: str, now: datetime) -> str:
    """Today's time, or another day."""
    at = datetime.fromisoformat(text)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d.%m}"
