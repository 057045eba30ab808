"""Which of an item's prices holds: by quantity, time and customer, the same answer on and off line.

The rule stands in `PriceStep`: of the steps that hold, the list of the highest priority wins, and
on it the largest quantity_min. Two lists of one priority are a slip of the shop's: the cheaper
price wins, then the list that comes first by its id. Nothing holds: the item's own price.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from appliance.core.item import Item, PriceStep
from appliance.core.state import Line

STEPS_MAX = 200
"""Prices of one item that a till looks through; an import of more is refused."""


def unit_price(
    base_minor: int,
    steps: Sequence[PriceStep],
    quantity: Decimal,
    at: datetime | None,
    groups: Collection[str] = (),
) -> tuple[int, PriceStep | None]:
    """The price of 1 unit when so many are bought then, and the step it comes from, if any.

    at: local time; a step with a time limit does not hold while the time is not known.
    """
    if not steps:
        return base_minor, None
    best: dict[str, PriceStep] = {}
    for step in steps:
        known = best.get(step.list)
        better = known is None or step.quantity_min > known.quantity_min
        if better and _holds(step, abs(quantity), at, groups):
            best[step.list] = step
    if not best:
        return base_minor, None
    chosen = min(best.values(), key=lambda it: (-it.priority, it.price_minor, it.list))
    return chosen.price_minor, chosen


def line_price(
    line: Line, at: datetime | None, groups: Collection[str]
) -> tuple[int, PriceStep | None]:
    """What 1 unit of a basket's line costs. A price that a person or a label set stays, and no
    list sells below the least price."""
    if not line.prices or line.overridden or line.amount_minor is not None:
        return line.unit_price_minor, None
    price, step = unit_price(line.unit_price_minor, line.prices, line.quantity, at, groups)
    return max(price, line.min_price_minor) if step else price, step


def item_price(
    item: Item, at: datetime | None, groups: Collection[str] = ()
) -> tuple[int, PriceStep | None]:
    """What one of an item costs now: for keys, search and the price check."""
    price, step = unit_price(item.price_minor, item.prices, Decimal(1), at, groups)
    return max(price, item.min_price_minor) if step else price, step


def _holds(
    step: PriceStep, quantity: Decimal, at: datetime | None, groups: Collection[str]
) -> bool:
    if quantity < step.quantity_min or (step.group and step.group not in groups):
        return False
    timed = step.since or step.until or step.days or step.start_min is not None
    if not timed and step.end_min is None:
        return True
    return at is not None and _time_holds(step, at)


def _time_holds(step: PriceStep, at: datetime) -> bool:
    """since and until compare as texts: both are local ISO 8601, and a date alone is its first
    second. Hours whose end is before their start go over midnight, by the day it is then."""
    now = at.isoformat(timespec="seconds")
    if (step.since and now < step.since) or (step.until and now >= step.until):
        return False
    if step.days and at.isoweekday() not in step.days:
        return False
    start = 0 if step.start_min is None else step.start_min
    end = 24 * 60 if step.end_min is None else step.end_min
    minute = at.hour * 60 + at.minute
    return start <= minute < end if start < end else minute >= start or minute < end
