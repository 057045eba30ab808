"""When goods may be sold: spans of a day or of one weekday, as people write and read them.

A span is (from, until) in minutes. Of every day they lie within 0..1440, "until" smaller than
"from" meaning over midnight. Of one weekday (1 is Monday) 1440 times its number is added to both.
With any span at all, goods are not sold outside them; a weekday without a span is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

Spans = tuple[tuple[int, int], ...]
DAY_MIN = 24 * 60
_WORDS = (
    ("mon", "mo", "monday", "пн", "понеділок"),
    ("tue", "tu", "tuesday", "вт", "вівторок"),
    ("wed", "we", "wednesday", "ср", "середа"),
    ("thu", "th", "thursday", "чт", "четвер"),
    ("fri", "fr", "friday", "пт", "п'ятниця"),
    ("sat", "sa", "saturday", "сб", "субота"),
    ("sun", "su", "sunday", "нд", "неділя"),
)
DAYS = {word: number for number, words in enumerate(_WORDS, start=1) for word in words}
_SPAN = re.compile(
    r"(?:(?P<days>[^\d\s][^\d\s]*)\s+)?"
    r"(?P<h1>\d{1,2})(?::(?P<m1>\d{2}))?\s*[-–—]\s*(?P<h2>\d{1,2})(?::(?P<m2>\d{2}))?"
)


def parse(text: str) -> Spans | None:
    """ "08:00-23:00", "пн-пт 8-22; сб 10-20" or "22:00-06:00"; None when it is none of these."""
    spans: list[tuple[int, int]] = []
    for part in filter(None, (part.strip().lower() for part in re.split(r"[,;]", text))):
        found = _SPAN.fullmatch(part)
        days = _days(found["days"]) if found else None
        if found is None or days is None:
            return None
        since, until = _minute(found["h1"], found["m1"]), _minute(found["h2"], found["m2"])
        if not (0 <= since < DAY_MIN and 0 < until <= DAY_MIN) or since == until:
            return None
        spans += _each_day(days, since, until)
    return tuple(spans)


def _minute(hour: str, minute: str | None) -> int:
    minutes = int(minute or 0)
    return int(hour) * 60 + minutes if minutes < 60 else -1


def _days(text: str | None) -> tuple[int, ...] | None:
    """ISO weekdays; (0,) stands for all of them."""
    if text is None:
        return (0,)
    first, _, last = re.sub("[–—]", "-", text).partition("-")
    start, end = DAYS.get(first), DAYS.get(last or first)
    if start is None or end is None:
        return None
    return tuple(range(start, end + 1)) if start <= end else (*range(start, 8), *range(1, end + 1))


def _each_day(days: tuple[int, ...], since: int, until: int) -> Iterator[tuple[int, int]]:
    for day in days:
        shift = DAY_MIN * day
        if not day or since < until:
            yield since + shift, until + shift
            continue
        following = DAY_MIN * (day % 7 + 1)
        yield since + shift, DAY_MIN + shift
        yield following, until + following


def text(spans: Spans) -> str:
    """As `parse` reads it back."""
    return ", ".join(
        f"{_WORDS[day - 1][0]} {since}-{until}" if day else f"{since}-{until}"
        for day, since, until in map(_said, spans)
    )


def _said(span: tuple[int, int]) -> tuple[int, str, str]:
    day = _day_of(span)
    return day, clock(span[0] - DAY_MIN * day), clock(span[1] - DAY_MIN * day)


def _day_of(span: tuple[int, int]) -> int:
    """A span that ends at midnight is still of its own day."""
    return span[0] // DAY_MIN


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def sold_at(spans: Spans, at: datetime) -> bool:
    """Whether goods with these spans may be sold at this local time."""
    now = at.hour * 60 + at.minute
    return not spans or any(since <= now < until for since, until in _of_day(spans, at))


def _of_day(spans: Spans, at: datetime) -> list[tuple[int, int]]:
    """The spans of that day in its own minutes, earliest first."""
    found: list[tuple[int, int]] = []
    for span in spans:
        day = _day_of(span)
        if day not in (0, at.isoweekday()):
            continue
        since, until = span[0] - DAY_MIN * day, span[1] - DAY_MIN * day
        found += [(since, until)] if since < until else [(0, until), (since, DAY_MIN)]
    return sorted(found)


def next_from(spans: Spans, at: datetime) -> tuple[int, str]:
    """When selling begins again: the ISO weekday, 0 when it is today or tomorrow, and the hour."""
    now = at.hour * 60 + at.minute
    for ahead in range(8):
        day = at + timedelta(ahead)
        begins = [since for since, _ in _of_day(spans, day) if ahead or since > now]
        if begins:
            return (day.isoweekday() if ahead > 1 else 0), clock(begins[0])
    return 0, ""
