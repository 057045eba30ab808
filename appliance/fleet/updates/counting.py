"""Sales of tills in the same hours of this week and of earlier ones."""

# ruff: noqa: S608 - nothing but constants and the names of parameters stands in these statements

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from appliance.fleet.store import Row, Session
from appliance.fleet.updates import sales
from appliance.fleet.updates.sales import Week

HOUR_MS = 3_600_000
WEEK_MS = 7 * 24 * HOUR_MS
SAMPLE_MAX = 200
"""Tills of each group whose sales are counted: enough for any fall that matters."""


@dataclass(frozen=True, slots=True)
class Window:
    """hours: of each till, the first and the one after the last, in hours since 1970. What has not
    arrived yet is not counted as missing: a till's hours end where its facts do."""

    hours: Mapping[str, tuple[int, int]]
    shops: Mapping[str, str]

    @classmethod
    def since_update(cls, tills: Iterable[Row]) -> Window:
        """For a week at most: then it would meet itself."""
        hours: dict[str, tuple[int, int]] = {}
        shops: dict[str, str] = {}
        for till in tills:
            first = -(-till["booted_ms"] // HOUR_MS)
            last = min(complete_ms(till) // HOUR_MS, first + WEEK_MS // HOUR_MS)
            if first < last and len(hours) < SAMPLE_MAX:
                hours[till["uid"]] = (first, last)
                shops[till["uid"]] = till["shop"]
        return cls(hours, shops)

    @property
    def span(self) -> tuple[int, int]:
        """From the first hour of any till to the last."""
        return (
            min((first for first, _ in self.hours.values()), default=0),
            max((last for _, last in self.hours.values()), default=0),
        )


def complete_ms(till: Row) -> int:
    """Until when all its sales are here: when it was last heard of, unless it owes facts."""
    owes = (till["next"] or 1) <= till["max_seq"]
    return int((till["upto_ms"] if owes else till["seen_ms"]) or 0)


def others(session: Session, mine: Collection[str], version: str, window: Window) -> Window:
    """Tills that run something else, complete for the same hours; anywhere in the fleet. mine: those
    that were updated."""
    first, last = window.span
    if first == last:
        return Window({}, {})
    rows = session.rows(
        "SELECT t.uid, t.shop, t.seen_ms, t.max_seq, c.next, c.at_ms AS upto_ms,"
        " coalesce(f.version, '') AS version"
        " FROM till t LEFT JOIN till_firmware f ON f.till = t.uid"
        " LEFT JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"
        " WHERE t.status = 'active' AND coalesce(f.version, '') <> :version ORDER BY t.uid",
        version=version,
    )
    fit = [row for row in rows if row["uid"] not in mine and complete_ms(row) >= last * HOUR_MS]
    chosen = fit[:: max(1, len(fit) // SAMPLE_MAX)][:SAMPLE_MAX]
    return Window(
        {row["uid"]: (first, last) for row in chosen}, {row["uid"]: row["shop"] for row in chosen}
    )


def weeks(session: Session, updated: Window, rest: Window) -> tuple[Week, list[Week]]:
    """This week, and the earlier ones in which the updated tills sold."""
    both = [_sold(session, it) for it in (updated, rest)]
    found = [Week(*(sold[back] for sold in both)) for back in range(sales.WEEKS + 1)]
    return found[0], [week for week in found[1:] if week.updated]


def _sold(session: Session, window: Window) -> Counter[int]:
    """Completed sales in the window's hours, by how many weeks back."""
    found: Counter[int] = Counter()
    if not window.hours:
        return found
    shops = sorted(set(window.shops.values()))
    params: dict[str, Any] = {f"shop{number}": shop for number, shop in enumerate(shops)}
    days = sorted(_days(window.span))
    params |= {f"day{number}": day for number, day in enumerate(days)}
    rows = session.rows(
        f"SELECT till, at_ms / {HOUR_MS} AS hour, count(*) AS sales FROM sale"
        f" WHERE shop IN ({_marks('shop', shops)}) AND day IN ({_marks('day', days)})"
        f" AND status = 'completed' GROUP BY till, at_ms / {HOUR_MS}",
        **params,
    )
    by_till: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_till[row["till"]].append(row)
    for till, (first, last) in window.hours.items():
        for row in by_till[till]:
            for back in range(sales.WEEKS + 1):
                if first <= row["hour"] + back * WEEK_MS // HOUR_MS < last:
                    found[back] += row["sales"]
    return found


def _marks(name: str, values: Sequence[str]) -> str:
    return ", ".join(f":{name}{number}" for number in range(len(values)))


def _days(span: tuple[int, int]) -> set[str]:
    """Days of shops anywhere that these hours touch, this week and in the earlier ones."""
    first = datetime.fromtimestamp(span[0] * 3600, UTC) - timedelta(hours=14)
    last = datetime.fromtimestamp(span[1] * 3600, UTC) + timedelta(hours=14)
    count = (last.date() - first.date()).days + 1
    return {
        (first.date() + timedelta(days=day) - timedelta(weeks=back)).isoformat()
        for day in range(count)
        for back in range(sales.WEEKS + 1)
    }
