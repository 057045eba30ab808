"""What may not be sold to everybody, always, or by everyone: age, number, hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
    return (
        _too_late(command, policy, occasion)
        or _too_many(state.sale, command, quantity)
        or _too_young(state.sale, command)
    )


def more_of_line(sale: Sale, line: Line, quantity: Decimal) -> Refusal | None:
    """The same limits when a line's quantity is typed."""
    return _over(sale, _limits(line), quantity - line.quantity)


def more_again(sale: Sale, line: Line) -> Refusal | None:
    """The same limits when a voided line comes back: others may have taken its place."""
    return _over(sale, _limits(line), line.quantity)


def hours_of(goods: tuple[Item, ...], policy: Policy) -> tuple[Spans, ...]:
    """The hours that hold for goods: their own, and those of their categories."""
    every = (
        spans
        for item in goods
        for spans in (item.sale_hours, policy.sale_hours.get(item.category, ()))
    )
    return tuple(dict.fromkeys(filter(None, every)))


def not_payable(sale: Sale, occasion: Occasion) -> Refusal | None:
    """What forbids that payment begins. What was paid on already is finished, or a card's money
    would lie between two answers."""
    if sale.live_tenders:
        return None
    goods = [it for it in sale.live_lines if it.kind is LineKind.GOODS and it.quantity > 0]
    return _late_to_pay(goods, occasion) or _wish_missing(goods)


def _late_to_pay(goods: Iterable[Line], occasion: Occasion) -> Refusal | None:
    """The hour once more: a basket may have waited, or its customer."""
    for line in goods:
        late = _closed(line.sale_hours, occasion)
        if late is not None:
            return refuse(Reason.SALE_HOURS_OVER, name=line.name, **late)
    return None


def _wish_missing(goods: Iterable[Line]) -> Refusal | None:
    """Nobody can make a coffee whose milk was not named. Asked this late, it holds up no queue of
    scans, and the customer may still change their mind."""
    for line in goods:
        for choice in line.choices:
            if choice.lacks(wish.name for wish in line.modifiers):
                what = {"name": line.name, "choice": choice.name, "line": line.line}
                return refuse(Reason.WISH_NEEDED, **what)
    return None


def _too_late(command: c.AddItem, policy: Policy, occasion: Occasion) -> Refusal | None:
    late = _closed(hours_of(command.goods, policy), occasion)
    return (
        None if late is None else refuse(Reason.OUTSIDE_SALE_HOURS, name=command.item.name, **late)
    )


def _closed(hours: tuple[Spans, ...], occasion: Occasion) -> dict[str, str] | None:
    """When selling begins again, where it is not the hour now."""
    if occasion is ANY:
        return None
    for spans in hours:
        if not sold_at(spans, occasion.at):
            day, since = next_from(spans, occasion.at)
            return {"since": since, "weekday": str(day or "")}
    return None


@dataclass(frozen=True, slots=True)
class _Limit:
    """At most so many of an item in one basket. each: how many of it are in 1 of what is sold."""

    item: ItemId
    most: Decimal
    name: str
    each: Decimal = Decimal(1)


def _limits(line: Line) -> Iterator[_Limit]:
    if line.quantity_max is not None:
        yield _Limit(line.item, line.quantity_max, line.name)
    inside = {part.item: part.quantity for part in line.components}
    for part in line.part_limits:
        yield _Limit(part.item, part.quantity, line.name, inside[part.item])


def _too_many(sale: Sale | None, command: c.AddItem, quantity: Decimal) -> Refusal | None:
    """Over all lines of the basket: two lines of three are six, and a case of twelve is twelve."""
    inside = {part.item: part.quantity for part in command.item.components}
    limits = (
        _Limit(it.id, it.quantity_max, it.name, inside.get(it.id, Decimal(1)))
        for it in command.goods
        if it.quantity_max is not None
    )
    return _over(sale, limits, quantity)


def _over(sale: Sale | None, limits: Iterable[_Limit], more: Decimal) -> Refusal | None:
    for limit in limits:
        if _held(sale, limit.item) + more * limit.each > limit.most:
            most = f"{limit.most.normalize():f}"
            return refuse(Reason.ITEM_QUANTITY_MAX, name=limit.name, most=most)
    return None


def _held(sale: Sale | None, item: ItemId) -> Decimal:
    """How many lie in the basket, also in packs."""
    lines = sale.live_lines if sale is not None else ()
    held = Decimal(0)
    for line in lines:
        if line.kind is LineKind.GOODS:
            inside = (part.quantity for part in line.components if part.item == item)
            each = Decimal(1) if line.item == item else sum(inside, Decimal(0))
            held += line.quantity * each
    return held


def _too_young(sale: Sale | None, command: c.AddItem) -> Refusal | None:
    checked, item = sale.age_checked if sale is not None else 0, command.item
    if command.age_min <= checked:
        return None
    return refuse(Reason.AGE_CHECK_NEEDED, item=item.id, name=item.name, age=command.age_min)


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
