"""What the screen asks for when somebody afar shall help: a short report, and a bundle on a stick."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class StickEnd(StrEnum):
    """What came of writing to the stick. none: this machine writes to no stick at all."""

    WRITTEN = "written"
    NO_STICK = "no_stick"
    FULL = "stick_full"
    READ_ONLY = "stick_read_only"
    UNREADABLE = "stick_unreadable"
    BUSY = "stick_busy"
    FAILED = "failed"


class Support(Protocol):
    """Both verbs take many seconds: a worker calls them."""

    @property
    def has_stick(self) -> bool:
        """Whether a stick can be written to here."""

    def frames(self) -> list[str]:
        """Texts of QR codes that hold the report, to be shown in turn."""

    def to_stick(self) -> StickEnd: ...
