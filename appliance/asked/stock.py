"""Requests about stock get what the journal and the catalogue know: levels, lots, pieces, papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode import Decoded, decode
from appliance.core.barcode.content import Content, content
from appliance.core.decide.stock import wrong_amount
from appliance.core.item import Component, Item, ItemId, StockPolicy, Tracking, Unit
from appliance.core.numbers import receipt_number
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Line, State
from appliance.core.stock import in_basket
from appliance.intake import Answered, Asked, Intake
from appliance.journal.levels import IN_STOCK, SOLD_PIECE
from appliance.moment import Moment
from appliance.resolve import resolve

REST_MAX = 5_000
"""Items that one count may set to nothing at its end: the till answers within a second."""

_INCOMING = {f.StockCause.RECEIVED, f.StockCause.TRANSFER_IN, f.StockCause.PRODUCED}


# Selling


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
    state = intake.journal.state
    for sale in (*((state.sale,) if state.sale else ()), *state.suspended):
        for line in sale.lines:
            if not line.voided and (line.item, line.serial) == (item.id, serial):
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
    sales = (*((state.sale,) if state.sale else ()), *state.suspended)
    return left - in_basket(item, sales)


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
        return _cost_of(intake, item.id, item)
    total = Decimal(0)
    for part in item.components:
        cost = _cost_of(intake, part.item, intake.shelf.by_id(part.item))
        if cost is None:
            return None if item.cost_minor is None else Decimal(item.cost_minor)
        total += cost * part.quantity
    return total.quantize(Decimal("0.000001"))


def _cost_of(intake: Intake, sku: ItemId, item: Item | None) -> Decimal | None:
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
    if item is None or item.stock_policy is not StockPolicy.WARN or item.service:
        return now
    today = intake.today()
    for part in parts_of(item):
        left = left_of(intake, part.item, today)
        if left < 0:
            other = intake.shelf.by_id(part.item) if part.item != item.id else item
            name = other.name if other is not None else str(part.item)
            on_shelf = intake.journal.stock.quantity(part.item) or Decimal(0)
            return now.told("stock_short", name=name, left=f"{max(on_shelf, Decimal(0)):f}")
    return now


# Where scans go


def scanned(
    intake: Intake, request: c.Scan, now: Moment, today: date
) -> c.Command | Moment | Refusal | None:
    """A scan while a stock screen listens; None: it is not for the stock."""
    if not now.stock.at or request.source is not f.LineSource.SCAN:
        return None
    if now.stock.at == "serial":
        assert now.stock.item is not None
        meaning = _meaning(intake, request.code, today)
        serial = meaning.serial or request.code.strip()
        return sell_traced(intake, c.SellTraced(now.stock.item, serial), now, today)
    found = _found(intake, request.code, today)
    if isinstance(found, Refusal):
        return found
    if not isinstance(found, c.AddItem):
        return None
    if now.stock.at == "count":
        many = found.quantity or request.quantity or Decimal(1)
        add = c.CountItem(now.stock.count, found.item.id, many, add=True, lot=found.lot)
        return count_item(intake, add, now, today)
    return _with_found(intake, now, found)


def _found(intake: Intake, code: str, today: date) -> c.AddItem | c.Command | Refusal:
    """What a code is, also of goods past their day: these are written off by scanning them."""
    meaning = _meaning(intake, code, today)
    item = intake.shelf.by_gtin(meaning.gtin) if meaning.gtin and meaning.understood else None
    if item is None:
        return resolve(c.Scan(code), intake.shelf, intake.policy, today)
    return c.AddItem(
        item,
        _told_quantity(item, content(meaning)),
        lot=meaning.batch or "",
        serial=meaning.serial or "",
        expiry=meaning.expiry or "",
    )


def _meaning(intake: Intake, code: str, today: date) -> Decoded:
    policy = intake.policy
    return decode(code, region=policy.region, today=today, rules=policy.barcode_rules)


def _told_quantity(item: Item, told: Content) -> Decimal | None:
    """What the label says of goods that are counted its way."""
    if item.unit is Unit.PIECE:
        return None if told.count is None else Decimal(told.count)
    return told.weight_kg if item.unit is Unit.KILOGRAM else None


def _with_found(intake: Intake, now: Moment, found: c.AddItem) -> Moment:
    item, levels = found.item, intake.journal.stock
    return now.with_found(
        item,
        levels.quantity(item.id),
        cost_minor=_cost_of(intake, item.id, item),
        quantity=found.quantity,
        lot=found.lot,
        expiry=found.expiry,
        piece=found.serial,
    )


def find(intake: Intake, request: c.FindForStock, now: Moment, today: date) -> Moment | Refusal:
    by_sku = intake.shelf.by_id(ItemId(request.code))
    found = c.AddItem(by_sku) if by_sku is not None else _found(intake, request.code, today)
    if isinstance(found, Refusal):
        return found
    if not isinstance(found, c.AddItem):
        return refuse(Reason.CODE_NOT_FOR_SALE, code=request.code)
    return _with_found(intake, now, found)


def aim(_intake: Intake, request: c.AimStock, now: Moment, _today: date) -> Moment:
    return now.aimed(request.at, count=request.count, item=request.item)


def sell_traced(
    intake: Intake, request: c.SellTraced, _now: Moment, _today: date
) -> c.AddItem | Refusal:
    item = intake.shelf.by_id(request.item)
    if item is None:
        return refuse(Reason.NO_SUCH_ITEM, item=request.item)
    return c.AddItem(
        item,
        request.quantity,
        source=request.source,
        lot=request.lot.strip(),
        serial=request.serial.strip(),
    )


# Papers


def move(intake: Intake, request: c.MoveStock, _now: Moment, _today: date) -> c.MoveStock | Refusal:
    moves = []
    for delta in request.moves:
        item = intake.shelf.by_id(delta.item)
        if item is None:
            return refuse(Reason.NO_SUCH_ITEM, item=delta.item)
        quantity = delta.quantity
        whole = not quantity.is_finite() or quantity == quantity.to_integral_value()
        if item.unit is Unit.PIECE and not whole:
            return refuse(Reason.QUANTITY_NOT_WHOLE, name=item.name)
        wrong = _wrong_piece_move(intake, request, item, delta)
        if wrong is not None:
            return wrong
        moves.append(delta)
    return replace(request, moves=tuple(moves))


def _wrong_piece_move(
    intake: Intake, request: c.MoveStock, item: Item, delta: f.StockDelta
) -> Refusal | None:
    if item.tracking is Tracking.SERIAL and not delta.serial:
        return refuse(Reason.SERIAL_NEEDED, name=item.name, item=item.id)
    if not delta.serial:
        return None
    piece = intake.journal.stock.piece(item.id, delta.serial)
    here = piece is not None and piece.status == IN_STOCK
    comes = request.cause in _INCOMING and delta.quantity > 0
    if comes and here:
        return refuse(Reason.SERIAL_IN_STOCK, serial=delta.serial, name=item.name)
    if not comes and not here:
        return refuse(Reason.SERIAL_NOT_IN_STOCK, serial=delta.serial, name=item.name)
    return None


def void_paper(
    intake: Intake, request: c.VoidStockPaper, _now: Moment, _today: date
) -> c.ReverseStock | Refusal:
    levels = intake.journal.stock
    found = levels.paper(request.paper)
    if found is None:
        return refuse(Reason.NO_SUCH_PAPER, paper=request.paper)
    moved, voided = found
    if voided:
        return refuse(Reason.PAPER_VOIDED, paper=request.paper)
    for delta in moved.moves:
        piece = levels.piece(delta.item, delta.serial) if delta.serial else None
        if piece is None:
            continue
        if delta.quantity > 0 and piece.status != IN_STOCK:
            return refuse(Reason.SERIAL_NOT_IN_STOCK, serial=delta.serial, name=delta.item)
        if delta.quantity < 0 and piece.status == IN_STOCK:
            return refuse(Reason.SERIAL_IN_STOCK, serial=delta.serial, name=delta.item)
    return c.ReverseStock(request.paper, moved)


# Counts


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
    before = levels.counted(count.count, item.id, request.lot) if request.add else None
    if before is not None:
        counted += before.counted
    lot = levels.lot(item.id, request.lot) if request.lot else None
    if request.lot and lot is None:
        return refuse(Reason.NO_SUCH_LOT, name=item.name, lot=request.lot)
    expected = lot.quantity if lot is not None else levels.quantity(item.id) or Decimal(0)
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
            rest.append(c.EnterCounted(count.count, ItemId(sku), Decimal(0), quantity))
    return c.EndCount(count.count, request.apply, tuple(rest))


def _in_scope(intake: Intake, sku: ItemId, scope: str) -> bool:
    item = intake.shelf.by_id(sku) if scope else None
    return not scope or (item is not None and item.category == scope)


ASKED: dict[type, Asked] = {
    c.AimStock: aim,
    c.CountItem: count_item,
    c.FindForStock: find,
    c.FinishCount: finish,
    c.MoveStock: move,
    c.SellTraced: sell_traced,
    c.VoidStockPaper: void_paper,
}

READY: dict[type, Callable[[Intake, Any, date], Any]] = {
    c.AddItem: ready,
    c.ChangeQuantity: changed,
    c.RestoreLine: changed,
}
