"""How the till stands with its fleet, in the words of the screen and of `till doctor`: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.core.fleet_look import FleetLook, FleetTrouble
from appliance.telemetry.papers import Papers

LATE_S = 15 * 60
"""Facts that wait longer are worth a word on the screen; a wire that comes and goes is not."""


@dataclass(slots=True)
class Standing:
    """since: of the last change of `connected`."""

    since: datetime
    connected: bool = False
    broker: str = ""
    trouble: FleetTrouble = FleetTrouble.NONE
    detail: str = ""

    def became(self, *, connected: bool, at: datetime) -> None:
        if connected is not self.connected:
            self.connected, self.since = connected, at

    def wrong(self, trouble: FleetTrouble, detail: str = "") -> None:
        self.trouble, self.detail = trouble, detail

    def look(
        self, waiting: int, oldest: datetime | None, papers: Papers, now: datetime
    ) -> FleetLook:
        """waiting: facts without an acknowledgement; oldest: when the first of them happened."""
        until = papers.until
        return FleetLook(
            member=True,
            connected=self.connected,
            since=_seconds(self.since),
            broker=self.broker,
            waiting=waiting,
            oldest="" if oldest is None else _seconds(oldest),
            late=oldest is not None and (now - oldest).total_seconds() > LATE_S,
            trouble=self.trouble,
            detail=self.detail,
            certificate_until="" if until is None else f"{until.astimezone():%Y-%m-%d}",
            certificate_near=papers.near_end(now),
        )


def _seconds(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
