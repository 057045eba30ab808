"""Decisions about baskets that go from till to till: each is at exactly one of them, or under way
between two that both know of it."""

from __future__ import annotations

from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import leave_empty
from appliance.core.decide.verdict import Decision
from appliance.core.evolve.handover import read_basket
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import Sale, State

HandoverCommand = c.HandOverSale | c.TakeOverSale | c.EndHandover | c.TakeBackHandover

UNDER_WAY_MAX = 50
BASKET_MAX = 4 << 20
"""Characters; ten thousand lines are a quarter of it."""


def decide(state: State, command: HandoverCommand, policy: Policy, _occasion: Occasion) -> Decision:
    match command:
        case c.HandOverSale():
            return _hand_over(state, command)
        case c.TakeOverSale():
            return _take_over(state, command)
        case c.EndHandover(key=key):
            known = any(it.key == key for it in state.handed_over)
            return (f.HandoverEnded(key),) if known else ()
        case c.TakeBackHandover(key=key):
            if all(it.key != key for it in state.handed_over):
                return refuse(Reason.HANDOVER_UNKNOWN)
            if len(state.suspended) >= policy.suspended_max:
                return refuse(Reason.TOO_MANY_SUSPENDED, most=policy.suspended_max)
            return (f.HandoverEnded(key, taken_back=True),)


def _hand_over(state: State, command: c.HandOverSale) -> Decision:
    if any(it.key == command.key for it in state.handed_over):
        return ()  # asked again, since the answer was lost: it is sent again
    parked = next((it for it in state.suspended if it.sale == command.sale), None)
    if parked is None:
        return refuse(Reason.NO_SUCH_SALE, sale=command.sale)
    if not can_go(parked):
        return refuse(Reason.HANDOVER_NOT)
    if len(state.handed_over) >= UNDER_WAY_MAX:
        return refuse(Reason.BUSY)
    return (f.SaleHandedOver(command.sale, command.to, command.key),)


def can_go(sale: Sale) -> bool:
    """Money on the counter, goods that come back and a sale that is undone belong to their till."""
    return not (
        sale.live_tenders
        or sale.voids
        or sale.taken_back
        or any(line.kind is f.LineKind.RETURN for line in sale.live_lines)
    )


def _take_over(state: State, command: c.TakeOverSale) -> Decision:
    if command.key in state.taken_over:
        return ()
    assert state.shift is not None
    if len(command.basket) > BASKET_MAX:
        return refuse(Reason.COMMAND_WRONG)
    try:
        sale = read_basket(command.basket)
    except (codec.CodecError, ValueError, RecursionError):
        return refuse(Reason.HANDOVER_UNREADABLE)
    if not can_go(sale):
        return refuse(Reason.HANDOVER_NOT)
    number = f.SaleId(state.last_sale + 1)
    return (
        *leave_empty(state),
        f.SaleStarted(number, state.shift.shift, sale.at),
        f.SaleTakenOver(number, command.origin, command.key, command.basket),
    )
