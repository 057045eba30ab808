"""Decisions about stock: papers of goods that come and go, and counts of what lies there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import QUANTITY_DECIMALS
from appliance.core.decide.verdict import Decision
from appliance.core.facts import StockCause
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import OpenCount, State

STOCK_MAX = 1_000_000_000
"""Of one item. Less than nothing is possible: more was sold than anybody had counted."""

COST_MAX_MINOR = 1_000_000_000_00
COST_DECIMALS = 6
"""Of a minor unit: a screw of a thousand for 3.00 costs 0.3 of one."""

TEXT_MAX = 80
MOVES_MAX = 5_000
"""Rows of one paper: a wholesaler's longest delivery, well below a megabyte."""

COUNTS_MAX = 20

_GOES = {StockCause.TRANSFER_OUT, StockCause.WRITE_OFF, StockCause.SUPPLIER_RETURN}
_PARTNER_NEEDED = {StockCause.TRANSFER_IN, StockCause.TRANSFER_OUT}

StockCommand = (
    c.CountStock | c.MoveStock | c.ReverseStock | c.StartCount | c.EnterCounted | c.EndCount
)


def decide(state: State, command: StockCommand, _policy: Policy, _occasion: Occasion) -> Decision:
    match command:
        case c.CountStock(counts=counts, source=source):
            return _counted(counts, source)
        case c.MoveStock():
            return _moved(command)
        case c.ReverseStock(paper=paper, moved=moved):
            back = tuple(replace(move, quantity=-move.quantity) for move in moved.moves)
            return (replace(moved, moves=back, reason="", voids=paper),)
        case c.StartCount(scope=scope):
            return _started(state, scope.strip())
        case c.EnterCounted():
            if _open_count(state, command.count) is None:
                return refuse(Reason.NO_SUCH_COUNT)
            return _entered(command)
        case c.EndCount():
            return _ended(state, command)


def wrong_amount(quantity: Decimal) -> bool:
    """Whether nobody can have so much, or such a fine part, of anything."""
    if not quantity.is_finite() or abs(quantity) > STOCK_MAX:
        return True
    finest = quantity.normalize().as_tuple().exponent
    return finest < -QUANTITY_DECIMALS  # type: ignore[operator]


def _counted(counts: tuple[f.StockMove, ...], source: str) -> Decision:
    for move in counts:
        if wrong_amount(move.quantity):
            return refuse(Reason.COUNT_WRONG, item=move.item)
    return (f.StockCounted(counts, source),) if counts else ()


def _moved(command: c.MoveStock) -> Decision:
    if not command.moves or len(command.moves) > MOVES_MAX:
        return refuse(Reason.PAPER_EMPTY, most=MOVES_MAX)
    reason, partner = command.reason.strip(), command.partner.strip()
    if command.cause is StockCause.WRITE_OFF and not reason:
        return refuse(Reason.REASON_NEEDED)
    if command.cause in _PARTNER_NEEDED and not partner:
        return refuse(Reason.PARTNER_NEEDED)
    produced = command.cause is StockCause.PRODUCED
    serials: set[tuple[str, str]] = set()
    for move in command.moves:
        wrong = _wrong_move(move, negative=produced)
        if wrong is not None:
            return wrong
        if move.serial and (move.item, move.serial) in serials:
            return refuse(Reason.SERIAL_TWICE, serial=move.serial)
        serials.add((move.item, move.serial))
    sign = -1 if command.cause in _GOES else 1
    moves = tuple(replace(move, quantity=sign * move.quantity) for move in command.moves)
    texts = (partner[:TEXT_MAX], command.document.strip()[:TEXT_MAX], reason[:TEXT_MAX])
    return (f.StockMoved(command.cause, moves, *texts),)


def _wrong_move(move: f.StockDelta, *, negative: bool) -> Refusal | None:
    quantity, cost = move.quantity, move.cost_minor
    if wrong_amount(quantity) or quantity == 0 or (quantity < 0 and not negative):
        return refuse(Reason.COUNT_WRONG, item=move.item)
    if cost is not None:
        fine = cost.is_finite() and cost.normalize().as_tuple().exponent >= -COST_DECIMALS  # type: ignore[operator]
        if not fine or not 0 <= cost <= COST_MAX_MINOR:
            return refuse(Reason.COST_WRONG, item=move.item)
    if move.serial and quantity != 1:
        return refuse(Reason.SERIAL_ONE, item=move.item)
    if len(move.lot) > TEXT_MAX or len(move.serial) > TEXT_MAX or wrong_day(move.expiry):
        return refuse(Reason.EXPIRY_WRONG, item=move.item)
    return None


def wrong_day(text: str) -> bool:
    """Whether something is no ISO date; nothing is fine."""
    try:
        return bool(text) and date.fromisoformat(text).isoformat() != text
    except ValueError:
        return True


def _started(state: State, scope: str) -> Decision:
    """Counts never overlap: the whole shop is counted alone, a category once at a time."""
    overlap = [it for it in state.counts if not scope or it.scope in ("", scope)]
    if overlap or len(state.counts) >= COUNTS_MAX:
        return refuse(Reason.COUNT_OPEN, count=state.counts[0].count)
    return (f.CountStarted(state.last_count + 1, scope[:TEXT_MAX]),)


def _open_count(state: State, number: int) -> OpenCount | None:
    return next((it for it in state.counts if it.count == number), None)


def _entered(entry: c.EnterCounted) -> tuple[f.CountEntered] | Refusal:
    if wrong_amount(entry.counted) or entry.counted < 0:
        return refuse(Reason.COUNT_WRONG, item=entry.item)
    counted, expected, lot = entry.counted, entry.expected, entry.lot
    return (f.CountEntered(entry.count, entry.item, counted, expected, lot),)


def _ended(state: State, command: c.EndCount) -> Decision:
    if _open_count(state, command.count) is None:
        return refuse(Reason.NO_SUCH_COUNT)
    rest: tuple[f.CountEntered, ...] = ()
    for entry in command.rest if command.applied else ():
        entered = _entered(entry)
        if isinstance(entered, Refusal):
            return entered
        rest += entered
    return (*rest, f.CountFinished(command.count, command.applied))
