"""Dates in GS1 element strings: six digits, a century to be guessed, day 00 for the month's last."""

from __future__ import annotations

from datetime import date


def resolve_year(two_digits: int, today: date) -> int:
    """The year from 49 before to 50 after today's that ends in these two digits."""
    distance = two_digits - today.year % 100
    century = today.year - today.year % 100
    if distance >= 51:
        century -= 100
    elif distance <= -50:
        century += 100
    return century + two_digits


def days_in_month(year: int, month: int) -> int:
    """Arithmetic, because `datetime` has no year 0 and a wrong clock may lead there."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def is_date(year: int, month: int, day: int, *, day_zero: bool) -> bool:
    """Whether the calendar has this day; day 0, where allowed, stands for the month's last."""
    if not 1 <= month <= 12:
        return False
    return (0 if day_zero else 1) <= day <= days_in_month(year, month)


def iso_date(yymmdd: str, today: date) -> str:
    """YYYY-MM-DD of a valid YYMMDD."""
    year, month = resolve_year(int(yymmdd[:2]), today), int(yymmdd[2:4])
    day = int(yymmdd[4:6]) or days_in_month(year, month)
    return f"{year:04}-{month:02}-{day:02}"
