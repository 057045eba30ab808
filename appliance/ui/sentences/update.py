"""What is said of an update: small, since selling goes on; to the updater, to `till update` and the doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from appliance.core.update_look import UpdateLook
from appliance.ui.sentences.mark import N_

if TYPE_CHECKING:
    from appliance.core.view import Look

HOLDS: dict[str, str] = {
    "basket": N_("A basket is open: finish it, or set it aside."),
    "payment": N_("A payment is open: see how it ended."),
    "shift": N_("The shift is open: close it."),
    "cash": N_("The drawer is not counted: count it and close the shift."),
    "paper": N_("A slip is being printed."),
    "outbox": N_("Sales are on their way to the fleet: it waits until they are there."),
    "disk": N_("The memory card is nearly full: call your technician."),
    "power": N_("The power supply is too weak: use the one that belongs to this till."),
    "temperature": N_("The till is too hot: give it air."),
    "not_before": N_("Its time has not come."),
    "window": N_("It waits for the hours that the fleet has set."),
    "clock": N_("The till does not know the time: connect it to the network."),
    "till": N_("The till does not answer: start it."),
    "system": N_("The system does not answer its updater: it is asked again in some minutes."),
    "unsure": N_("Which system starts by itself cannot be read: call your technician."),
}
"""What an update waits for, and what a person can do about it."""

WHY: dict[str, str] = {
    "unhealthy": N_("The new version did not work here"),
    "no_word": N_("The new version did not start, or the power went each time"),
    "broken": N_("It could not be written to the memory card"),
    "other_bundle": N_("The file is not the one that was signed"),
    "forged": N_("Its signature is not one that this till believes"),
    "revoked": N_("The key that signed it was taken back"),
    "expired": N_("It is too old to be installed"),
    "keys_expired": N_("The fleet's list of keys is too old"),
    "not_newer": N_("It is not newer than what runs"),
    "replayed": N_("It is not newer than what ran here before"),
    "too_far": N_("Another version must be installed before it"),
    "other_hardware": N_("It is for another kind of till"),
}
"""Why one came back or was refused."""

CHECKS: dict[str, str] = {
    "sale": N_("a sale for trial"),
    "journal": N_("the journal"),
    "data": N_("the memory card"),
    "root": N_("the system"),
    "till": N_("the till did not answer"),
    "device": N_("device {name} is gone"),
}
"""What the health check found wrong, by its codes."""

KEEP_ON = N_("Leave the power on. If it goes all the same, nothing is lost.")

Translate = Callable[[str], str]


def sentences(t: Translate, reasons: Sequence[str]) -> list[str]:
    """One for each reason that this program knows."""
    return [t(HOLDS[reason]) for reason in reasons if reason in HOLDS]


def chip(t: Translate, look: Look) -> str:
    """For the status bar: while the machine is at it; where one waits, before the day, or when it is late."""
    update = look.update
    if update.stage in ("fetching", "installing"):
        return t("Update on its way")
    if update.stage == "trial":
        return t("New version on trial")
    if update.stage in ("waiting", "installed") and (look.shift is None or update.late):
        return t("An update waits")
    return ""


def rows(t: Translate, update: UpdateLook) -> Iterator[tuple[str, str]]:
    """For the list of what is wrong: a title, and what to do."""
    match update.stage:
        case "fetching" | "installing":
            yield t("Update to {version}").format(version=update.wanted), t(KEEP_ON)
        case "trial":
            title = t("Version {version} is on trial").format(version=update.version)
            yield title, t("Sell as always. In some minutes it stays, or the old one comes back.")
        case "waiting" | "installed":
            title = t("Update to {version} waits").format(version=update.wanted)
            yield title, " ".join(sentences(t, update.reasons)) or t("It begins in some minutes.")
        case "returned" | "refused" | "failed":
            yield _ended(t, update)
    if update.unread:
        title = t("Entries of a newer version: {count}").format(count=update.unread)
        yield title, t("They are kept as they are. The next update reads them again.")


def checks(t: Translate, detail: str) -> str:
    """ "sale, device printer" in words."""
    told = []
    for found in detail.split(", "):
        code, _, name = found.partition(" ")
        told.append(t(CHECKS[code]).format(name=name) if code in CHECKS else found)
    return ", ".join(told)


def _ended(t: Translate, update: UpdateLook) -> tuple[str, str]:
    titles = {
        "returned": N_("Update to {version} came back"),
        "refused": N_("Update to {version} was refused"),
        "failed": N_("Update to {version} is tried again later"),
    }
    title = t(titles[update.stage]).format(version=update.wanted or "?")
    why = t(WHY[update.why]) if update.why in WHY else update.why
    detail = checks(t, update.detail) if update.why == "unhealthy" else update.detail
    told = f"{why} ({detail})." if detail else f"{why}."
    stays = t("Version {version} goes on.").format(version=update.version)
    return title, f"{told} {stays}"
