"""Facts of what the fleet sends down: commands, each done at most once, and documents taken over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class CommandEnd(StrEnum):
    """How a fleet's command ended; rejected: nothing was done."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class FleetCommandReceived:
    """A command whose signature held came down; on the disk before anything is done about it.

    args: a JSON object. issuer, approver: who asked for it at the fleet and who else agreed."""

    DURABLE: ClassVar[bool] = True
    id: str
    type: str
    args: str
    issuer: str
    approver: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FleetCommandEnded:
    """What became of it. answer: what the fleet is told, a JSON object."""

    DURABLE: ClassVar[bool] = True
    id: str
    end: CommandEnd
    answer: str = "{}"


@dataclass(frozen=True, slots=True)
class DocumentApplied:
    """The till lives by this version of a document of the fleet from here on; or, with an error, by
    the one before, and why."""

    DURABLE: ClassVar[bool] = True
    document: str
    version: int
    sha256: str
    error: str = ""
