"""PostgreSQL's months: made ahead, filled from the default one, dropped when policy says so."""

from __future__ import annotations

from datetime import UTC, datetime

TABLES = ("fact", "health")
AHEAD = 3
"""Months that stand ready, so that nothing is lost when nobody looks after them for a quarter."""


def month_of(at_ms: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.year, at.month


def following(month: tuple[int, int], steps: int = 1) -> tuple[int, int]:
    number = month[0] * 12 + month[1] - 1 + steps
    return number // 12, number % 12 + 1


def start_ms(month: tuple[int, int]) -> int:
    return int(datetime(*month, 1, tzinfo=UTC).timestamp()) * 1000


def name(table: str, month: tuple[int, int]) -> str:
    return f"{table}_{month[0]:04}_{month[1]:02}"


def creating(table: str, month: tuple[int, int]) -> str:
    low, high = start_ms(month), start_ms(following(month))
    return (
        f"CREATE TABLE IF NOT EXISTS {name(table, month)} PARTITION OF {table}"
        f" FOR VALUES FROM ({low}) TO ({high})"
    )


def ahead(now_ms: int) -> list[str]:
    """Statements for the months around now; those that stand are left alone."""
    first = month_of(now_ms)
    return [
        creating(table, following(first, step)) for table in TABLES for step in range(-1, AHEAD + 1)
    ]
