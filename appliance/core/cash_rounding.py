"""Cash rounding by country and date: the smallest coin that a total is paid in on a given day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appliance.core.periods import PeriodFault, faults, period_on
from appliance.core.pricing.model import CashRounding, RoundingMode


@dataclass(frozen=True, slots=True)
class CashPeriod:
    """step_minor: 0 for cash paid to the last unit. until: the last day."""

    step_minor: int
    mode: RoundingMode = RoundingMode.HALF_UP
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CashTable:
    """A country's rules; before the first of them cash is not rounded."""

    country: str
    currency: str
    periods: tuple[CashPeriod, ...] = ()


def rounding_on(table: CashTable, day: date) -> CashRounding | None:
    """How a cash total is rounded on a day; None when it is not."""
    period = period_on(table.periods, day)
    if period is None or period.step_minor <= 1:
        return None
    return CashRounding(period.step_minor, period.mode)


def cash_faults(table: CashTable) -> list[PeriodFault]:
    """Periods that contradict each other or leave days out; a file with any is refused."""
    return faults(table.periods)
