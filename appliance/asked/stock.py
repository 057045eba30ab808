"""What is sold is looked at beside the stock: its lot or piece, what is left of it, what it cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Component, Item, ItemId, StockPolicy, Tracking
from appliance.core.numbers import receipt_number
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Line, State
from appliance.core.stock import baskets, in_basket
from appliance.intake import Answered, Intake
from appliance.journal.levels import IN_STOCK, SOLD_PIECE
from appliance.moment import Moment


def ready(intake: Intake, command: c.AddItem, today: date) -> c.AddItem | Refusal:
    """An item about to enter the basket: its lot or piece is looked at, its cost attached."""
    item = command.item
    if item.tracking is Tracking.SERIAL:
        wrong = _wrong_piece(intake, item, command.serial, command.quantity)
    elif item.tracking is Tracking.LOT:
        command = _lot_of(intake, command)
        wrong = _wrong_lot(intake, item, command.lot, today)
    else:
        wrong = None
    wanted = Decimal(1) if command.quantity is None else command.quantity
    wrong = wrong or _short(intake, item, wanted, today)
    return wrong or replace(command, cost_minor=_cost(intake, item))


def changed(
    intake: Intake, command: c.ChangeQuantity | c.RestoreLine, today: date
) -> c.ChangeQuantity | c.RestoreLine | Refusal:
    """More of a line is checked as if it were added."""
    line = _line(intake.journal.state, command.line)
    item = intake.shelf.by_id(line.item) if line is not None else None
    if line is None or item is None or line.kind is not f.LineKind.GOODS:
        return command
    if isinstance(command, c.RestoreLine):
        more = line.quantity
        if line.serial and line.voided:
            wrong = _wrong_piece(intake, item, line.serial, line.quantity)
            if wrong is not None:
                return wrong
    else:
        more = command.quantity - line.quantity
        if line.serial and command.quantity != 1:
            return refuse(Reason.SERIAL_ONE, name=line.name, item=item.id)
    if not more.is_finite() or more <= 0:
        return command
    return _short(intake, item, more, today) or command


def _line(state: State, number: f.LineId) -> Line | None:
    sale = state.sale
    return sale.lines[number - 1] if sale and 0 < number <= len(sale.lines) else None


def _wrong_piece(
    intake: Intake, item: Item, serial: str, quantity: Decimal | None
) -> Refusal | None:
    if not serial:
        return refuse(Reason.SERIAL_NEEDED, name=item.name, item=item.id)
    if quantity not in (None, 1):
        return refuse(Reason.SERIAL_ONE, name=item.name, item=item.id)
    if in_baskets(intake.journal.state, item.id, serial):
        return refuse(Reason.SERIAL_TWICE, serial=serial)
    piece = intake.journal.stock.piece(item.id, serial)
    if piece is not None and piece.status == SOLD_PIECE:
        number = intake.policy.till_number
        receipt = receipt_number(number, piece.epoch, piece.receipt) if piece.receipt else "—"
        return refuse(Reason.SERIAL_SOLD, serial=serial, date=piece.day, receipt=receipt)
    here = piece is not None and piece.status == IN_STOCK
    if not here and item.stock_policy is StockPolicy.BLOCK:
        return refuse(Reason.SERIAL_NOT_IN_STOCK, serial=serial, name=item.name)
    return None


def in_baskets(state: State, item: ItemId, serial: str) -> bool:
    """Whether a piece is being sold, or coming back, in some basket."""
    return any(
        (line.item, line.serial) == (item, serial)
        for sale in baskets(state)
        for line in sale.live_lines
    )


def _lot_of(intake: Intake, command: c.AddItem) -> c.AddItem:
    """A code that tells only a day means the lot of that day, if there is one."""
    if command.lot or not command.expiry:
        return command
    known = intake.journal.stock.lot(command.item.id, command.expiry)
    return command if known is None else replace(command, lot=command.expiry)


def _wrong_lot(intake: Intake, item: Item, lot: str, today: date) -> Refusal | None:
    """The code may not tell a lot's day; the delivery did."""
    known = intake.journal.stock.lot(item.id, lot) if lot else None
    if known is not None and known.expiry and known.expiry < today.isoformat():
        return refuse(Reason.LOT_EXPIRED, name=item.name, lot=lot, date=known.expiry)
    return None


def parts_of(item: Item) -> tuple[Component, ...]:
    """What leaves the stock for 1 of it."""
    return item.components or (Component(item.id, Decimal(1)),)


def left_of(intake: Intake, item: ItemId, today: date) -> Decimal:
    """What may still be sold of it, baskets not paid yet taken off; goods past their day do not
    count."""
    levels, state = intake.journal.stock, intake.journal.state
    left = (levels.quantity(item) or Decimal(0)) - levels.expired(item, today.isoformat())
    return left - in_basket(item, baskets(state))


def _short(intake: Intake, item: Item, more: Decimal, today: date) -> Refusal | None:
    if item.stock_policy is not StockPolicy.BLOCK or item.service:
        return None
    for part in parts_of(item):
        left = left_of(intake, part.item, today)
        if more * part.quantity > left:
            other = intake.shelf.by_id(part.item) if part.item != item.id else item
            name = other.name if other is not None else part.item
            return refuse(Reason.STOCK_NOT_ENOUGH, name=name, left=f"{max(left, Decimal(0)):f}")
    return None


def _cost(intake: Intake, item: Item) -> Decimal | None:
    """What 1 cost the shop: by the stock's average, else by the catalogue; of a recipe the sum of
    its parts, known only when all of them are."""
    if not item.components:
        return cost_of(intake, item.id, item)
    total = Decimal(0)
    for part in item.components:
        cost = cost_of(intake, part.item, intake.shelf.by_id(part.item))
        if cost is None:
            return None if item.cost_minor is None else Decimal(item.cost_minor)
        total += cost * part.quantity
    return total.quantize(Decimal("0.000001"))


def cost_of(intake: Intake, sku: ItemId, item: Item | None) -> Decimal | None:
    average = intake.journal.stock.cost_minor(sku)
    if average is None and item is not None and item.cost_minor is not None:
        return Decimal(item.cost_minor)
    return average


def told(intake: Intake, now: Moment, _before: State, answer: Answered) -> Moment:
    """After an answer: a warning when more is sold than is there, the number that a piece needs, or
    what was counted."""
    if isinstance(answer, Refusal):
        if answer.reason is Reason.SERIAL_NEEDED:
            item, name = ItemId(answer.params["item"]), answer.params["name"]
            return now.aimed("serial", item=item, name=name)
        return now
    for record in answer:
        fact = record.fact
        if isinstance(fact, f.LineAdded) and fact.serial and now.stock.at == "serial":
            now = now.aimed("")
        if isinstance(fact, f.LineAdded | f.LineQuantityChanged):
            now = _warned(intake, now, fact)
        elif isinstance(fact, f.CountEntered) and now.stock.at == "count":
            found = intake.shelf.by_id(fact.item)
            if found is not None:
                levels = intake.journal.stock
                now = now.with_found(found, levels.quantity(found.id), counted=fact.counted)
    return now


def _warned(intake: Intake, now: Moment, fact: f.LineAdded | f.LineQuantityChanged) -> Moment:
    line = _line(intake.journal.state, fact.line)
    item = intake.shelf.by_id(line.item) if line is not None else None
    if item is None or item.service:
        return now
    today = intake.today()
    for part in parts_of(item):
        left = left_of(intake, part.item, today)
        if left >= 0:
            continue
        other = intake.shelf.by_id(part.item) if part.item != item.id else item
        name = other.name if other is not None else str(part.item)
        if intake.journal.stock.expired(part.item, today.isoformat()):
            return now.told("only_expired", name=name)
        if item.stock_policy is StockPolicy.WARN:
            on_shelf = intake.journal.stock.quantity(part.item) or Decimal(0)
            return now.told("stock_short", name=name, left=f"{max(on_shelf, Decimal(0)):f}")
    return now


READY: dict[type, Callable[[Intake, Any, date], Any]] = {
    c.AddItem: ready,
    c.ChangeQuantity: changed,
    c.RestoreLine: changed,
}
