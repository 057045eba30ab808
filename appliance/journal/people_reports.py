"""Signals by person: how often, how much, and which rates stand out from the shop's usual one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median

from appliance.core.signals import (
    USUAL_THRESHOLD,
    CardNumberSeen,
    PersonSignals,
    SignalCount,
    SignalKind,
    Threshold,
)
from appliance.journal.sales_reports import Days, by_cashier

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Tally:
    sales: int = 0
    total_minor: int = 0
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)


def signals(
    con: sqlite3.Connection, days: Days, threshold: Threshold = USUAL_THRESHOLD
) -> tuple[PersonSignals, ...]:
    """Everybody who was at the till in these days, whoever stands out first.

    The median is over the others who sold anything: of two cashiers each is measured by the other.
    Alone, nobody stands out by a rate.
    """
    tallies = _tallies(con, days)
    people = []
    for cashier, tally in tallies.items():
        others = [it for name, it in tallies.items() if name != cashier and it.sales]
        rows = tuple(
            _count(kind, tally, others, threshold) for kind in SignalKind if kind in tally.counts
        )
        people.append(PersonSignals(cashier, tally.sales, tally.total_minor, rows))
    return tuple(sorted(people, key=lambda it: (not it.stands_out, -it.sales, it.cashier)))


def card_numbers(con: sqlite3.Connection, days: Days) -> tuple[CardNumberSeen, ...]:
    """Where one was starred in these days, the newest first."""
    rows = con.execute(
        "SELECT place, day FROM card_number WHERE day BETWEEN ? AND ? ORDER BY day DESC, place",
        (days.first.isoformat(), days.last.isoformat()),
    )
    return tuple(CardNumberSeen(place, date.fromisoformat(day)) for place, day in rows)


def _tallies(con: sqlite3.Connection, days: Days) -> dict[str, _Tally]:
    tallies = {
        row.key: _Tally(row.sums.sales, row.sums.total_minor) for row in by_cashier(con, days)
    }
    first = days.first.toordinal() - _EPOCH
    last = days.last.toordinal() - _EPOCH
    rows = con.execute(
        "SELECT cashier, kind, sum(count), sum(amount_minor) FROM signal"
        " WHERE day BETWEEN ? AND ? GROUP BY cashier, kind HAVING sum(count) > 0",
        (first, last),
    )
    for cashier, kind, count, amount in rows:
        tallies.setdefault(cashier, _Tally()).counts[kind] = (count, amount)
    return tallies


def _count(
    kind: SignalKind, tally: _Tally, others: list[_Tally], threshold: Threshold
) -> SignalCount:
    count, amount = tally.counts[kind]
    rate = _per_100(count, tally.sales)
    rates = [_per_100(it.counts.get(kind, (0, 0))[0], it.sales) for it in others]
    usual = median(rates) if rates else rate
    out = bool(rates) and count >= threshold.at_least and rate > usual * threshold.times_median
    return SignalCount(kind, count, amount, rate, usual.quantize(Decimal("0.1")), out)


def _per_100(count: int, sales: int) -> Decimal:
    return (Decimal(count * 100) / max(1, sales)).quantize(Decimal("0.1"))


def as_json(people: tuple[PersonSignals, ...]) -> list[Mapping[str, object]]:
    """For programs; amounts in minor units, rates as texts."""
    return [
        {
            "cashier": person.cashier,
            "name": person.name,
            "sales": person.sales,
            "total_minor": person.total_minor,
            "stands_out": person.stands_out,
            "signals": [
                {
                    "kind": it.kind,
                    "count": it.count,
                    "amount_minor": it.amount_minor,
                    "per_100_sales": str(it.per_100),
                    "usual": str(it.usual),
                    "stands_out": it.stands_out,
                }
                for it in person.signals
            ],
        }
        for person in people
    ]
