"""What the till's link to its fleet asks to be written down."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import CommandEnd


@dataclass(frozen=True, slots=True)
class ReceiveFleetCommand:
    """A command whose signature holds came down. rejected: why nothing will be done about it."""

    id: str
    type: str
    args: str
    issuer: str
    approver: str = ""
    reason: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class EndFleetCommand:
    """What became of it. answer: a JSON object."""

    id: str
    end: CommandEnd
    answer: str = "{}"


@dataclass(frozen=True, slots=True)
class PrintFleetNote:
    """On paper, what such a command says to whoever stands at the till."""

    id: str


@dataclass(frozen=True, slots=True)
class NoteDocument:
    """A document of the fleet was taken over, or, with an error, was not."""

    document: str
    version: int
    sha256: str
    error: str = ""
