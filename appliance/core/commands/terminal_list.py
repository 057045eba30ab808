"""What is asked about the list of card terminals in the shop, beside any payment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListTerminal:
    """A terminal came into the shop and was looked at. photo: a file's name, with its SHA-256."""

    serial: str
    make: str
    model: str
    place: str
    interval_days: int = 30
    photo: str = ""
    photo_sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class InspectTerminal:
    """Somebody looked at it. tampered needs what was seen."""

    serial: str
    tampered: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class RetireTerminal:
    """It has left the shop."""

    serial: str
    reason: str
