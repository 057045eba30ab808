"""Takings by the hour: a day beside the same day a week before, from kept sums."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from appliance.core.money import exponent
from appliance.fleet.console import plots
from appliance.fleet.console.saying import Saying
from appliance.fleet.console.visit import Visit

WEEK = dt.timedelta(days=7)
_WHOLE = (0, 24)
_RUNNING_MS, _EARLIER_MS, _OVER_MS = 1_000, 30_000, 300_000
"""How long sums are kept: of the hours that run, of those that are over, of a week ago."""
_HOURS_SHOWN = (8, 21)
"""The plot covers at least these."""


@dataclass(slots=True)
class Day:
    """Gross takings and number of sales for each hour of one day, in one currency."""

    gross: Counter[int] = field(default_factory=Counter)
    sales: Counter[int] = field(default_factory=Counter)

    def until(self, hour: int) -> int:
        return sum(minor for at, minor in self.gross.items() if at < hour)

    @property
    def total(self) -> int:
        return sum(self.gross.values())

    @property
    def count(self) -> int:
        return sum(self.sales.values())


@dataclass(slots=True)
class Takings:
    """currency: the one that most was taken in; others: what else, as amounts by currency. hour:
    the one that runs now, or 24 for a day that is over."""

    date: dt.date
    currency: str
    now: Day
    before: Day
    hour: int
    others: dict[str, int]

    @property
    def change_percent(self) -> Decimal | None:
        """Of the hours that are over, against the same hours a week before."""
        then = self.before.until(self.hour)
        if not then:
            return None
        grown = Decimal(self.now.until(self.hour) - then) * 100 / then
        return grown.quantize(Decimal("0.1") if abs(grown) < 100 else Decimal(1))

    @property
    def average_minor(self) -> int:
        return self.now.total // self.now.count if self.now.count else 0


def of(visit: Visit, date: dt.date, hour: int, shop: str = "") -> Takings:
    """Of all shops of the visitor, or of one."""
    rows = [*_now(visit, date, hour, shop), *_kept(visit, date - WEEK, _WHOLE, _OVER_MS, shop)]
    most = Counter[str]()
    for row in rows:
        most[row["currency"]] += abs(int(row["gross"]))
    currency = most.most_common(1)[0][0] if most else _currency(visit, shop)
    now, before, others = Day(), Day(), Counter[str]()
    for row in rows:
        today = row["day"] == date.isoformat()
        if row["currency"] != currency:
            others[row["currency"]] += int(row["gross"]) if today else 0
            continue
        day = now if today else before
        day.gross[row["hour"]] += int(row["gross"])
        day.sales[row["hour"]] += int(row["sales"])
    shown = {name: minor for name, minor in others.items() if minor}
    return Takings(date, currency, now, before, hour, shown)


def _now(visit: Visit, date: dt.date, hour: int, shop: str) -> list[dict[str, Any]]:
    """The hours that are over hardly change, by what tills send late: they are asked for less
    often than the one that runs and the one before it."""
    over = _kept(visit, date, (0, hour - 2), _EARLIER_MS, shop)
    return [*over, *_kept(visit, date, (hour - 1, 24), _RUNNING_MS, shop)]


def _kept(
    visit: Visit, date: dt.date, hours: tuple[int, int], kept_ms: int, shop: str
) -> list[dict[str, Any]]:
    key = ("takings", str(visit.scope), date, hours, shop)
    return visit.console.kept.get(key, kept_ms, lambda: _rows(visit, date, hours, shop))


def _rows(visit: Visit, date: dt.date, hours: tuple[int, int], shop: str) -> list[dict[str, Any]]:
    where, params = visit.shops()
    join = "" if visit.scope.everything else "JOIN shop s ON s.shop = h.shop"
    if shop:
        where, params = f"{where} AND h.shop = :shop", params | {"shop": shop}
    return visit.rows(
        "SELECT h.day, h.hour, h.currency, sum(h.gross_minor) AS gross, sum(h.sales) AS sales"
        f" FROM hour_total h {join} WHERE h.day = :day AND h.hour BETWEEN :first AND :last AND {where}"
        " GROUP BY h.day, h.hour, h.currency",
        day=date.isoformat(), first=hours[0], last=hours[1], **params,
    )  # fmt: skip


def _currency(visit: Visit, shop: str) -> str:
    where, params = visit.shops()
    if shop:
        where, params = f"{where} AND s.shop = :shop", params | {"shop": shop}
    row = visit.row(f"SELECT s.currency FROM shop s WHERE {where} LIMIT 1", **params)
    return str(row["currency"]) if row else "UAH"


def plot(say: Saying, it: Takings, height: int = 220) -> Markup:
    """The hour that runs is drawn as far as it has come; what is to come is not drawn."""
    hours = sorted({*it.now.gross, *it.before.gross, *_HOURS_SHOWN})
    first, last = hours[0], hours[-1]
    span = range(first, last + 1)
    ended = min(it.hour, last)
    now = [
        (hour, _units(it.now.gross[hour], it.currency) if hour <= ended else None) for hour in span
    ]
    before = [(hour, _units(it.before.gross[hour], it.currency)) for hour in span]
    told = [_told(say, it, hour) for hour in span]
    frame = plots.Frame(
        say.t("Takings by the hour"),
        [(hour, f"{hour}") for hour in span],
        say.short,
        height=height,
    )
    return plots.lines(
        frame,
        [
            plots.Series(say.t("a week before"), "before", before),
            plots.Series(say.t("today"), "now", now, told, filled=True),
        ],
    )


def _told(say: Saying, it: Takings, hour: int) -> str:
    return f"{hour}:00–{hour + 1}:00 · {say.money(it.now.gross[hour], it.currency)} · " + say.n(
        "{count} sale", "{count} sales", it.now.sales[hour]
    )


def _units(minor: int, currency: str) -> float:
    """For drawing alone: no sum is ever made of it."""
    return float(Decimal(minor).scaleb(-exponent(currency)))


def days_plot(
    say: Saying, days: Sequence[tuple[str, int]], currency: str, label: str, *, running: bool
) -> Markup:
    """Takings of days, each (2026-11-23, minor units). running: the last is not over, so no line
    falls down to it."""
    points = [(number, _units(minor, currency)) for number, (_, minor) in enumerate(days)]
    ticks = [(number, say.short_date(day)) for number, (day, _) in enumerate(days)]
    told = [f"{say.date(day)} · {say.money(minor, currency)}" for day, minor in days]
    frame = plots.Frame(label, ticks, say.short)
    over = len(days) - running
    series = [plots.Series(label, "now", points[:over], told[:over], filled=True)]
    if running:
        series.append(plots.Series(label, "now", points[over:], told[over:]))
    return plots.lines(frame, series)
