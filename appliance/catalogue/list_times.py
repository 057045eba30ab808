"""When a price list holds, as people write it: dates, days of the week, hours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.catalogue import trade_cells
from appliance.catalogue.price_lists import PriceList
from appliance.catalogue.problems import CellError, Kind

_ID_CHARS_MAX = 40
_PRIORITY_MAX = 1_000_000

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


def weekdays(text: str) -> tuple[int, ...]:
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


def span(text: str) -> tuple[int | None, int | None]:
    """ "17:00-19:00" in minutes of the day: one span, which may go over midnight."""
    spans = trade_cells.hours(text)
    if len(spans) > 1:
        raise CellError(Kind.NOT_HOURS, text[:20])
    return spans[0] if spans else (None, None)


def revised(  # noqa: PLR0913 - as many as a list has columns
    known: PriceList,
    *,
    name: str | None = None,
    customers: str | None = None,
    since: str | None = None,
    until: str | None = None,
    days: str | None = None,
    hours: str | None = None,
    priority: int | None = None,
) -> PriceList:
    """The list with what is given changed, as people write it; ValueError or CellError when it
    makes no sense."""
    for text in (known.id, name or "", customers or ""):
        if len(text) > _ID_CHARS_MAX or not text.isprintable():
            raise ValueError(f"at most {_ID_CHARS_MAX} printable characters: {text[:60]!r}")
    if not known.id.strip():
        raise ValueError("--list: give the list a short name")
    if priority is not None and abs(priority) > _PRIORITY_MAX:
        raise ValueError(f"--priority: at most {_PRIORITY_MAX}")
    changed: dict[str, Any] = {"name": name, "group": customers, "priority": priority}
    changed["since"] = None if since is None else moment(since)
    changed["until"] = None if until is None else moment(until)
    changed["days"] = None if days is None else weekdays(days)
    told = replace(known, **{key: value for key, value in changed.items() if value is not None})
    if hours is not None:
        start, end = span(hours)
        told = replace(told, start_min=start, end_min=end)
    if told.since and told.until and told.since >= told.until:
        raise ValueError(f"--until {told.until} is not after --since {told.since}")
    return told
