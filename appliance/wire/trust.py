"""How far a till's clock can be believed."""

from __future__ import annotations

from enum import StrEnum


class Trust(StrEnum):
    """ntp: the network's time was heard since the start. rtc: a clock with a battery was read. fleet:
    neither, but the fleet's time, heard on this connection, is nearly the same."""

    NTP = "ntp"
    RTC = "rtc"
    FLEET = "fleet"
    UNKNOWN = "unknown"


def trust_of(text: str) -> Trust:
    """A word of a newer till is as good as none."""
    try:
        return Trust(text)
    except ValueError:
        return Trust.UNKNOWN
