"""When an offer runs: whether it does now, until when, and when it comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from appliance.core.pricing.model import Conditions

WEEK = 7


def runs(when: Conditions, at: datetime) -> bool:
    """Whether its times hold; group and coupon are the customer's business."""
    return next_start(when, at) == at


def next_start(when: Conditions, at: datetime) -> datetime | None:
    """The first moment from `at` on at which its times hold; None: never again."""
    first = at if when.since is None else max(at, when.since)
    for start, end in _days(when, first):
        begins = max(first, start)
        if when.until is not None and begins >= when.until:
            return None
        if begins < end:
            return begins
    return None


def this_end(when: Conditions, at: datetime) -> datetime | None:
    """Of an offer that runs: when it stops, for today at least; None: it has no end."""
    ends = [] if when.until is None else [when.until]
    if when.hours is not None:
        ends.append(_midnight(at.date()) + timedelta(minutes=when.hours[1]))
    elif when.days is not None and len(when.days) < WEEK:
        day = at.date() + timedelta(1)
        while day.isoweekday() in when.days:
            day += timedelta(1)
        ends.append(_midnight(day))
    return min(ends, default=None)


def _days(when: Conditions, first: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of its hours on each of its days in the week that follows."""
    opens, closes = when.hours or (0, 24 * 60)
    for ahead in range(WEEK + 1):
        day = first.date() + timedelta(ahead)
        if when.days is None or day.isoweekday() in when.days:
            begins = _midnight(day)
            yield begins + timedelta(minutes=opens), begins + timedelta(minutes=closes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
