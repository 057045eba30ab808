"""Whether a promotion holds for a basket: its time, its customer, its coupons."""

from __future__ import annotations

from datetime import datetime

from appliance.core.pricing.model import Basket, Conditions


def holds(when: Conditions, basket: Basket) -> bool:
    """Whether every condition that is set is met; a time condition needs the basket's time."""
    if when.group is not None and when.group not in basket.groups:
        return False
    if when.coupon is not None and when.coupon not in basket.coupons:
        return False
    if (when.since, when.until, when.days, when.hours) == (None, None, None, None):
        return True
    return basket.at is not None and _time_holds(when, basket.at)


def _time_holds(when: Conditions, at: datetime) -> bool:
    if when.since is not None and at < when.since:
        return False
    if when.until is not None and at >= when.until:
        return False
    if when.days is not None and at.isoweekday() not in when.days:
        return False
    if when.hours is None:
        return True
    start, end = when.hours
    return start <= at.hour * 60 + at.minute < end
