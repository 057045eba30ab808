"""How the till's system software stands, as the screen and `till doctor` show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpdateLook:
    """version, slot: what is booted; "" on a machine that no image of Kram runs on. stage: in the
    words of `wire.firmware.Stage`. wanted: the version that is on its way. reasons: what it waits
    for. why, detail: of one that came back or was refused. unread: records of a newer version.
    stick_until: local time, ISO; before it the updater looks at the stick, since somebody asked. late: past the fleet's deadline, so that it is said during the day, too."""

    version: str = ""
    slot: str = ""
    stage: str = "idle"
    wanted: str = ""
    reasons: tuple[str, ...] = ()
    why: str = ""
    detail: str = ""
    unread: int = 0
    stick_until: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class UpdateSaid:
    """What the updater has to say to whoever stands at the till: a notice's key."""

    key: str


@dataclass(frozen=True, slots=True)
class UpdateChanged:
    """The updater's word to the till: shown, and journalled where the fleet must know for good."""

    look: UpdateLook
