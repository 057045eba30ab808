"""The system's own updates: what the updater says, and a person who stands there with a stick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteFirmware:
    """What system software runs, and how an update ended, as the updater says."""

    version: str
    slot: str
    ended: str = ""
    wanted: str = ""
    why: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UpdateFromStick:
    """A USB stick with an update is plugged in: the updater shall look at it."""
