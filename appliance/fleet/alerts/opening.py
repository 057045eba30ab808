"""When a shop is open, by the hours it keeps in its own time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from appliance.fleet.console.saying import zone

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """opens, closes: "08:00"; the same, or none: always open. One that closes before it opens is
    open over midnight."""

    timezone: str = "UTC"
    opens: str = ""
    closes: str = ""

    def opened_ms(self, now_ms: int) -> int | None:
        """When it opened, None while it is closed; 0 for one that is always open."""
        times = self._times()
        if times is None:
            return 0
        now = self._local(now_ms)
        for day in (now.date(), now.date() - _DAY):
            start, end = self._opening(day, *times)
            if start <= now < end:
                return _ms(start)
        return None

    def next_opening_ms(self, now_ms: int) -> int:
        """For one that never closes: a day from now."""
        times = self._times()
        now = self._local(now_ms)
        if times is None:
            return _ms(now + _DAY)
        for ahead in range(3):
            start, _ = self._opening(now.date() + ahead * _DAY, *times)
            if start > now:
                return _ms(start)
        raise AssertionError("a shop opens every day")

    def _times(self) -> tuple[dt.time, dt.time] | None:
        """Hours that nobody can read are none: better an alert too many."""
        try:
            opens, closes = dt.time.fromisoformat(self.opens), dt.time.fromisoformat(self.closes)
        except ValueError:
            return None
        return None if opens == closes else (opens, closes)

    def _local(self, now_ms: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(now_ms / 1000, zone(self.timezone))

    def _opening(
        self, day: dt.date, opens: dt.time, closes: dt.time
    ) -> tuple[dt.datetime, dt.datetime]:
        """Compared as moments, so that the nights on which clocks change are as long as they are."""
        tz = zone(self.timezone)
        last = day + _DAY if closes < opens else day
        start, end = dt.datetime.combine(day, opens, tz), dt.datetime.combine(last, closes, tz)
        return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def _ms(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
