"""What may not be sold to everybody, always, or by everyone: age, number, hour."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from appliance.core import commands as c
from appliance.core.facts import LineKind
from appliance.core.item import Item, ItemId
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.sale_hours import Spans, next_from, sold_at
from appliance.core.state import Line, Sale, State

_OLDEST_YEARS = 130


def restricted(
    state: State, command: c.AddItem, quantity: Decimal, policy: Policy, occasion: Occasion
) -> Refusal | None:
    """Why this item is not sold here and now; None when it is. The hour first: nobody is asked for
    papers when there is nothing to sell anyway."""
    item = command.item
    return (
        _too_late(item, policy, occasion)
        or _too_many(state.sale, item, quantity)
        or _too_young(state.sale, item)
    )


def more_of_line(sale: Sale, line: Line, quantity: Decimal) -> Refusal | None:
    """The same limit when a line's quantity is typed."""
    if line.quantity_max is None:
        return None
    held = _held(sale, line.item) - line.quantity
    return _over(line.quantity_max, line.name, held + quantity)


def more_again(sale: Sale, line: Line) -> Refusal | None:
    """The same limit when a voided line comes back: others may have taken its place."""
    if line.quantity_max is None:
        return None
    return _over(line.quantity_max, line.name, _held(sale, line.item) + line.quantity)


def hours_of(item: Item, policy: Policy) -> tuple[Spans, ...]:
    """The hours that hold for an item: its own, and those of its category."""
    both = (item.sale_hours, policy.sale_hours.get(item.category, ()))
    return tuple(spans for spans in both if spans)


def too_late_to_pay(sale: Sale, occasion: Occasion) -> Refusal | None:
    """The hour once more when payment begins: a basket may have waited, or its customer. What was
    paid on in time is finished, or a card's money would lie between two answers."""
    if sale.live_tenders:
        return None
    for line in sale.live_lines:
        if line.kind is LineKind.GOODS and line.quantity > 0:
            late = _closed(line.sale_hours, occasion)
            if late is not None:
                return refuse(Reason.SALE_HOURS_OVER, name=line.name, **late)
    return None


def _too_late(item: Item, policy: Policy, occasion: Occasion) -> Refusal | None:
    late = _closed(hours_of(item, policy), occasion)
    return None if late is None else refuse(Reason.OUTSIDE_SALE_HOURS, name=item.name, **late)


def _closed(hours: tuple[Spans, ...], occasion: Occasion) -> dict[str, str] | None:
    """When selling begins again, where it is not the hour now."""
    if occasion is ANY:
        return None
    for spans in hours:
        if not sold_at(spans, occasion.at):
            day, since = next_from(spans, occasion.at)
            return {"since": since, "weekday": str(day or "")}
    return None


def _too_many(sale: Sale | None, item: Item, quantity: Decimal) -> Refusal | None:
    """Over all lines of the basket: two lines of three are six."""
    if item.quantity_max is None:
        return None
    return _over(item.quantity_max, item.name, _held(sale, item.id) + quantity)


def _held(sale: Sale | None, item: ItemId) -> Decimal:
    lines = sale.live_lines if sale is not None else ()
    goods = (it for it in lines if it.item == item and it.kind is LineKind.GOODS)
    return sum((line.quantity for line in goods), Decimal(0))


def _over(most: Decimal, name: str, wanted: Decimal) -> Refusal | None:
    if wanted <= most:
        return None
    return refuse(Reason.ITEM_QUANTITY_MAX, name=name, most=f"{most.normalize():f}")


def _too_young(sale: Sale | None, item: Item) -> Refusal | None:
    checked = sale.age_checked if sale is not None else 0
    if item.age_min <= checked:
        return None
    return refuse(Reason.AGE_CHECK_NEEDED, item=item.id, name=item.name, age=item.age_min)


def birth_date(text: str) -> date | None:
    """31121990 or 1990-12-31 as a date; None when it is none."""
    digits = "".join(ch for ch in text if ch.isascii() and ch.isdigit())
    if len(digits) != 8 or len(text) > 20:
        return None
    pattern = "%Y%m%d" if len(text) > 4 and text[4] == "-" else "%d%m%Y"
    try:
        return datetime.strptime(digits, pattern).date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None


def years_old(birth: date, today: date) -> int | None:
    """Whole years; who was born on 29 February is a year older on 1 March. None: no living age."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return years if 0 <= years <= _OLDEST_YEARS else None
