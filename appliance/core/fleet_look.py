"""How this till stands with its fleet, as the screen and `till doctor` show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FleetTrouble(StrEnum):
    """refused: a broker let this till not in, or not write. ahead: the fleet has facts that this
    journal has not. taken_over: somebody else came with this till's name. papers: its key or
    certificate cannot be used. journal: its own facts could not be read."""

    NONE = ""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    AHEAD = "ahead"
    TAKEN_OVER = "taken_over"
    PAPERS = "papers"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class FleetLook:
    """member: it belongs to one. since: local time of the last change of `connected`. waiting:
    facts that the fleet has not acknowledged; oldest: when the first of them happened; late: that
    is longer ago than anybody should wait. certificate_until: a day. code: what
    is typed at the fleet so that this till joins it, before the local time code_until. joining: why
    a till that has a token is not in its fleet yet, in the fleet's words."""

    member: bool = False
    connected: bool = False
    since: str = ""
    broker: str = ""
    waiting: int = 0
    oldest: str = ""
    late: bool = False
    trouble: FleetTrouble = FleetTrouble.NONE
    detail: str = ""
    certificate_until: str = ""
    certificate_near: bool = False
    code: str = ""
    code_until: str = ""
    joining: str = ""


@dataclass(frozen=True, slots=True)
class FleetChanged:
    """The wire's own word to the till, to be shown and not journalled."""

    look: FleetLook
