"""Papers of goods that come and go, and papers taken back: what is here is looked at first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.item import Item, Tracking, Unit
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.intake import Asked, Intake
from appliance.journal.levels import IN_STOCK
from appliance.moment import Moment

_INCOMING = {f.StockCause.RECEIVED, f.StockCause.TRANSFER_IN, f.StockCause.PRODUCED}


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


ASKED: dict[type, Asked] = {c.MoveStock: move, c.VoidStockPaper: void_paper}
