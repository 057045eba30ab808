"""How long facts and metrics are kept, and PostgreSQL's months made ahead of their time.

What was made of facts stays: sales, movements and sums live in their own tables. A fact goes only when
nothing will be made of it any more: not while it lies ahead of its till's cursor, nor while it waits
for a program that understands it.
"""

# ruff: noqa: S608 - nothing but constants and names of partitions stands in these statements

from __future__ import annotations

from dataclasses import dataclass

from appliance.fleet.store import partitions
from appliance.fleet.store.database import Store, Transaction
from appliance.fleet.store.partitions import Month

DAY_MS = 86_400_000
FIRST_MONTH = (2020, 1)
"""No till of this kind is older: what says so has a wild clock, and stays in the default partition."""
_ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(741852964) AS mine"


@dataclass(frozen=True, slots=True)
class Policy:
    """0 keeps for ever. facts_months: whole months beside the current one."""

    facts_months: int = 0
    health_days: int = 60


@dataclass(frozen=True, slots=True)
class Tidied:
    """moved: rows that found their month. dropped: partitions, or in SQLite rows."""

    moved: int = 0
    dropped: tuple[str, ...] = ()


def tidy(store: Store, policy: Policy, now_ms: int) -> Tidied:
    """Some times a day, by any process: two at once do no harm. Raises what the store raises."""
    if not store.postgresql:
        return _tidy_rows(store, policy, now_ms)
    with store.transaction() as tx:
        row = tx.one(_ONE_AT_A_TIME)
        if row is None or not row["mine"]:
            return Tidied()
        moved = sum(_into_months(tx, table, now_ms) for table in partitions.TABLES)
        dropped = [*_old(tx, "fact", _facts_before(policy, now_ms))]
        dropped += _old(tx, "health", _health_before(policy, now_ms))
    return Tidied(moved, tuple(dropped))


def _facts_before(policy: Policy, now_ms: int) -> int | None:
    if not policy.facts_months:
        return None
    this = partitions.month_of(now_ms)
    return partitions.start_ms(partitions.following(this, -policy.facts_months))


def _health_before(policy: Policy, now_ms: int) -> int | None:
    return now_ms - policy.health_days * DAY_MS if policy.health_days else None


# PostgreSQL


def _into_months(tx: Transaction, table: str, now_ms: int) -> int:
    """Makes the months ahead, and those of what came before its month was made, such as the history
    of a till that joined today."""
    this = partitions.month_of(now_ms)
    moved = sum(_into_month(tx, table, it) for it in partitions.around(this))
    low = partitions.start_ms(FIRST_MONTH)
    high = partitions.start_ms(partitions.following(this, partitions.AHEAD))
    while True:
        row = tx.one(
            f"SELECT min(at_ms) AS first FROM {table}_default WHERE at_ms >= :low AND at_ms < :high",
            low=low,
            high=high,
        )
        if row is None or row["first"] is None:
            return moved
        moved += _into_month(tx, table, partitions.month_of(row["first"]))


def _into_month(tx: Transaction, table: str, month: Month) -> int:
    """Unless it is there already: then none of its rows is elsewhere."""
    name = partitions.name(table, month)
    if tx.one("SELECT 1 AS it WHERE to_regclass(:name) IS NOT NULL", name=name) is not None:
        return 0
    low, high = partitions.start_ms(month), partitions.start_ms(partitions.following(month))
    tx.run(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS)")
    moved = tx.run(
        f"WITH moved AS (DELETE FROM {table}_default WHERE at_ms >= {low} AND at_ms < {high}"
        f" RETURNING *) INSERT INTO {name} SELECT * FROM moved"
    )
    tx.run(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({low}) TO ({high})")
    return moved


def _old(tx: Transaction, table: str, before_ms: int | None) -> list[str]:
    if before_ms is None:
        return []
    found = tx.rows(
        "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(:table) ORDER BY 1",
        table=table,
    )
    months = {name: month for name in (it["name"] for it in found) if (month := _month(name))}
    dropped = []
    for name, month in months.items():
        over = partitions.start_ms(partitions.following(month)) <= before_ms
        if over and not (table == "fact" and _needed(tx, name)):
            tx.run(f"DROP TABLE {name}")
            dropped.append(name)
    return dropped


def _month(partition: str) -> Month | None:
    _, year, month = partition.rsplit("_", 2) if partition.count("_") > 1 else ("", "", "")
    return (int(year), int(month)) if year.isdigit() and month.isdigit() else None


def _needed(tx: Transaction, partition: str) -> bool:
    return tx.one(f"SELECT 1 AS it FROM {partition} f WHERE {_WAITS} LIMIT 1") is not None


_WAITS = (
    "(EXISTS (SELECT 1 FROM cursor c WHERE c.till = f.till AND c.epoch = f.epoch"
    " AND f.seq >= c.next) OR EXISTS (SELECT 1 FROM unread u WHERE u.till = f.till"
    " AND u.epoch = f.epoch AND u.seq = f.seq))"
)


# SQLite


def _tidy_rows(store: Store, policy: Policy, now_ms: int) -> Tidied:
    facts, health = _facts_before(policy, now_ms), _health_before(policy, now_ms)
    dropped = []
    with store.transaction() as tx:
        if facts is not None:
            sql = f"DELETE FROM fact AS f WHERE f.at_ms < :before AND NOT {_WAITS}"
            dropped.append(f"fact: {tx.run(sql, before=facts)}")
        if health is not None:
            gone = tx.run("DELETE FROM health WHERE at_ms < :before", before=health)
            dropped.append(f"health: {gone}")
    return Tidied(dropped=tuple(dropped))
