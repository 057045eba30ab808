"""Sale hours as people write them, by day and by weekday, over midnight, and what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.sale_hours import DAY_MIN, next_from, parse, sold_at, text

MONDAY = datetime(2026, 11, 23)


def at(weekday: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return MONDAY + timedelta(weekday - 1, hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("written", "weekday", "clock", "sold"),
    [
        ("08:00-23:00", 3, "07:59", False),
        ("08:00-23:00", 3, "08:00", True),
        ("8-23", 3, "23:00", False),
        ("22:00-06:00", 1, "23:30", True),
        ("22:00-06:00", 1, "05:59", True),
        ("22:00-06:00", 1, "06:00", False),
        ("пн-пт 08:00-23:00; сб 10-20", 5, "22:59", True),
        ("пн-пт 08:00-23:00; сб 10-20", 6, "09:59", False),
        ("пн-пт 08:00-23:00; сб 10-20", 6, "19:59", True),
        ("пн-пт 08:00-23:00; сб 10-20", 7, "12:00", False),
        ("fri 22-02", 5, "23:00", True),
        ("fri 22-02", 6, "01:59", True),
        ("fri 22-02", 6, "22:30", False),
        ("sat-mon 10-12", 1, "11:00", True),
        ("sat-mon 10-12", 2, "11:00", False),
        ("sun 22-02", 1, "01:00", True),
        ("mon 10-24", 1, "23:59", True),
        ("", 1, "03:00", True),
    ],
)
def test_goods_are_sold_in_their_hours_only(
    written: str, weekday: int, clock: str, sold: bool
) -> None:
    spans = parse(written)
    assert spans is not None
    assert sold_at(spans, at(weekday, clock)) is sold


@pytest.mark.parametrize(
    "written", ["8", "25-26", "10:00-10:00", "8:60-9", "foo 8-9", "mon", "8-9 mon", "mon-xyz 8-9"]
)
def test_what_is_no_time_is_not_guessed(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("written", "weekday", "clock", "told"),
    [
        ("08:00-23:00", 2, "07:00", (0, "08:00")),
        ("08:00-23:00", 2, "23:30", (0, "08:00")),
        ("08:00-12:00, 14:00-23:00", 2, "13:00", (0, "14:00")),
        ("mon-fri 08:00-23:00", 5, "23:30", (1, "08:00")),
        ("mon-fri 08:00-23:00", 7, "12:00", (0, "08:00")),
        ("wed 10-12", 3, "12:00", (3, "10:00")),
    ],
)
def test_the_refusal_knows_when_selling_begins_again(
    written: str, weekday: int, clock: str, told: tuple[int, str]
) -> None:
    assert next_from(parse(written) or (), at(weekday, clock)) == told


MINUTE = st.integers(0, DAY_MIN - 1)
DAY = st.sampled_from(["", "mon ", "fri-sun ", "ср "])


@given(st.lists(st.tuples(DAY, MINUTE, MINUTE).filter(lambda it: it[1] != it[2]), max_size=4))
def test_what_is_written_is_read_back(parts: list[tuple[str, int, int]]) -> None:
    def clock(minute: int) -> str:
        return f"{minute // 60}:{minute % 60:02}"

    written = ";".join(
        f"{day}{clock(since)}-{clock(until or 1)}"
        for day, since, until in parts
        if since != (until or 1)
    )
    spans = parse(written)
    assert spans is not None
    assert parse(text(spans)) == spans
    if spans:
        for hours in range(7 * 24):
            now = MONDAY + timedelta(hours=hours)
            if not sold_at(spans, now):
                assert next_from(spans, now)[1]
