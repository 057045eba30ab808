"""PostgreSQL's months: made ahead, filled from the default one, dropped when policy says so."""

from __future__ import annotations

from datetime import UTC, datetime

Month = tuple[int, int]

TABLES = ("fact", "health")
AHEAD = 3
"""Months that stand ready, so that nothing is lost when nobody looks after them for a quarter."""


def month_of(at_ms: int) -> Month:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.year, at.month


def following(month: Month, steps: int = 1) -> Month:
    number = month[0] * 12 + month[1] - 1 + steps
    return number // 12, number % 12 + 1


def start_ms(month: Month) -> int:
    return int(datetime(*month, 1, tzinfo=UTC).timestamp()) * 1000


def name(table: str, month: Month) -> str:
    return f"{table}_{month[0]:04}_{month[1]:02}"


def creating(table: str, month: Month) -> str:
    low, high = start_ms(month), start_ms(following(month))
    return (
        f"CREATE TABLE {name(table, month)} PARTITION OF {table}"
        f" FOR VALUES FROM ({low}) TO ({high})"
    )


def around(month: Month) -> list[Month]:
    """The months that stand ready in this one."""
    return [following(month, step) for step in range(-1, AHEAD + 1)]


def first(now_ms: int) -> list[str]:
    """Statements for a new database."""
    months = around(month_of(now_ms))
    return [creating(table, month) for table in TABLES for month in months]
