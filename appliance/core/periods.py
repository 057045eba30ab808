"""Rules that hold from one day to another: which holds today, and whether any two contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar


class Period(Protocol):
    """since: the first day, None for always. until: the last day, None for as long as it lasts."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


P = TypeVar("P", bound=Period)


class FaultKind(StrEnum):
    """OVERLAP: two hold on one day. GAP: none holds between two. BACKWARDS: ends before it starts."""

    OVERLAP = "overlap"
    GAP = "gap"
    BACKWARDS = "backwards"


@dataclass(frozen=True, slots=True)
class PeriodFault:
    """index: the later of the two periods, as listed. first and last: the days that are wrong;
    last is None when there is no end."""

    kind: FaultKind
    index: int
    first: date
    last: date | None


def covers(period: Period, day: date) -> bool:
    return (period.since is None or period.since <= day) and (
        period.until is None or day <= period.until
    )


def period_on(periods: Sequence[P], day: date) -> P | None:
    """The period that holds on a day. Of several (a fault) the one that started last."""
    holding = [one for one in periods if covers(one, day)]
    return max(holding, key=lambda one: one.since or date.min, default=None)


def faults(periods: Sequence[Period]) -> list[PeriodFault]:
    """Every contradiction, in the order of the days."""
    found = [
        PeriodFault(FaultKind.BACKWARDS, i, one.since, one.until)
        for i, one in enumerate(periods)
        if one.since is not None and one.until is not None and one.until < one.since
    ]
    if found:
        return found
    order = sorted(range(len(periods)), key=lambda i: periods[i].since or date.min)
    ended: date | None = None
    for i in order:
        one = periods[i]
        since, until = one.since or date.min, one.until or date.max
        if ended is not None and ended >= since:
            last = min(ended, until)
            overlap = (since, None if last == date.max else last)
            found.append(PeriodFault(FaultKind.OVERLAP, i, *overlap))
        elif ended is not None and ended + timedelta(1) < since:
            gap = (ended + timedelta(1), since - timedelta(1))
            found.append(PeriodFault(FaultKind.GAP, i, *gap))
        ended = until if ended is None else max(ended, until)
    return found


def next_change(periods: Sequence[Period], day: date) -> date | None:
    """The first day after this one on which another period holds, or none any more."""
    days = [one.since for one in periods if one.since is not None]
    days += [one.until + timedelta(1) for one in periods if one.until is not None]
    return min((one for one in days if one > day), default=None)
