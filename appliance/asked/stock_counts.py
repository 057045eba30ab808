"""Counts of the shelves: what should lie there is read at the very moment of each entry.

So what is sold before or after an entry changes nothing of what the count finds. What stands in a
basket is off the shelf already, though it is not sold yet.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.decide.stock import wrong_amount
from appliance.core.item import ItemId, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.stock import baskets, off_the_shelf
from appliance.intake import Asked, Intake
from appliance.moment import Moment

REST_MAX = 5_000
"""Items that one count may set to nothing at its end: the till answers within a second."""


def count_item(
    intake: Intake, request: c.CountItem, _now: Moment, _today: date
) -> c.EnterCounted | Refusal:
    """expected is what the stock says at this very moment, as the till goes on selling."""
    count = next((it for it in intake.journal.state.counts if it.count == request.count), None)
    if count is None:
        return refuse(Reason.NO_SUCH_COUNT)
    item = intake.shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    if count.scope and item.category != count.scope:
        return refuse(Reason.COUNT_OTHER_SCOPE, name=item.name, scope=count.scope)
    if wrong_amount(request.quantity):
        return refuse(Reason.COUNT_WRONG, item=item.id)
    levels = intake.journal.stock
    if levels.counted_otherwise(count.count, item.id, by_lot=bool(request.lot)):
        return refuse(Reason.COUNT_MIXED, name=item.name)
    counted = request.quantity
    lot = levels.lot(item.id, request.lot) if request.lot else None
    if request.lot and lot is None:
        return refuse(Reason.NO_SUCH_LOT, name=item.name, lot=request.lot)
    expected = lot.quantity if lot is not None else levels.quantity(item.id) or Decimal(0)
    expected -= off_the_shelf(item.id, baskets(intake.journal.state), request.lot)
    before = levels.counted(count.count, item.id, request.lot) if request.add else None
    if before is not None:
        if before.expected != expected:
            return refuse(Reason.COUNT_MOVED, name=item.name)
        counted += before.counted
    if item.unit is Unit.PIECE and counted != counted.to_integral_value():
        return refuse(Reason.QUANTITY_NOT_WHOLE, name=item.name)
    return c.EnterCounted(count.count, item.id, counted, expected, request.lot)


def finish(
    intake: Intake, request: c.FinishCount, _now: Moment, _today: date
) -> c.EndCount | Refusal:
    count = next((it for it in intake.journal.state.counts if it.count == request.count), None)
    if count is None:
        return refuse(Reason.NO_SUCH_COUNT)
    rest: list[c.EnterCounted] = []
    if request.apply and request.rest_to_zero:
        levels = intake.journal.stock
        entered = levels.entered(count.count)
        for sku in levels.known():
            quantity = levels.quantity(sku) if sku not in entered else None
            if not quantity or not _in_scope(intake, ItemId(sku), count.scope):
                continue
            if len(rest) >= REST_MAX:
                return refuse(Reason.COUNT_REST_TOO_MANY, most=REST_MAX)
            quantity -= off_the_shelf(ItemId(sku), baskets(intake.journal.state))
            rest.append(c.EnterCounted(count.count, ItemId(sku), Decimal(0), quantity))
    return c.EndCount(count.count, request.apply, tuple(rest))


def _in_scope(intake: Intake, sku: ItemId, scope: str) -> bool:
    """Whether a count takes what it did not find for gone; an hour of work lies on no shelf."""
    item = intake.shelf.by_id(sku)
    if item is None:
        return not scope
    return not item.service and scope in ("", item.category)


ASKED: dict[type, Asked] = {c.CountItem: count_item, c.FinishCount: finish}
