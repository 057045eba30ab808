"""When a price list holds, as people write it: dates, days of the week, hours."""

from __future__ import annotations

import re
from datetime import datetime

from appliance.catalogue import trade_cells
from appliance.catalogue.problems import CellError, Kind

_DAYS = {
    name: number
    for number, names in enumerate(
        (
            "1 mon monday пн понеділок",
            "2 tue tuesday вт вівторок",
            "3 wed wednesday ср середа",
            "4 thu thursday чт четвер",
            "5 fri friday пт п'ятниця",
            "6 sat saturday сб субота",
            "7 sun sunday нд неділя",
        ),
        start=1,
    )
    for name in names.split()
}


def moment(text: str) -> str:
    """ "2026-12-01" or "2026-12-01 08:00" as ISO 8601 to the second; "" stays empty."""
    if not text.strip():
        return ""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CellError(Kind.NOT_A_TIME, text[:20]) from None
    if found.tzinfo is not None:
        raise CellError(Kind.NOT_A_TIME, text[:20])  # a list keeps the shop's own clock
    return found.isoformat(timespec="seconds")


def days(text: str) -> tuple[int, ...]:
    """ "1-5", "Mon,Sat" or "пн-пт" as ISO weekdays in order."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,;\s]+", text.lower().strip())):
        first, _, last = re.sub("[–—]", "-", part).partition("-")
        start, end = _DAYS.get(first), _DAYS.get(last or first)
        if start is None or end is None:
            raise CellError(Kind.NOT_DAYS, part[:20])
        span = range(start, end + 1) if start <= end else (*range(start, 8), *range(1, end + 1))
        found.update(span)
    return tuple(sorted(found)) if len(found) < len(set(_DAYS.values())) else ()


def hours(text: str) -> tuple[int | None, int | None]:
    """ "17:00-19:00" in minutes of the day: one span, which may go over midnight."""
    spans = trade_cells.hours(text)
    if len(spans) > 1:
        raise CellError(Kind.NOT_HOURS, text[:20])
    return spans[0] if spans else (None, None)
