"""The shift and the drawer after a fact."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.evolve.shared import on_totals
from appliance.core.state import DrawerCount, DrawerLeft, DrawerPulse, Shift, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.ShiftOpened():
            return _opened(state, fact)
        case f.DrawerChosen(drawer=drawer):
            return _chosen(state, drawer)
        case f.CashMoved(direction=f.CashDirection.PAY_IN, amount_minor=amount):
            return on_totals(state, pay_in_minor=amount)
        case f.CashMoved(direction=f.CashDirection.SAFE_DROP, amount_minor=amount):
            state = on_totals(state, safe_drop_minor=amount)
            if state.shift is None:
                return state
            return replace(state, shift=replace(state.shift, drops=state.shift.drops + 1))
        case f.CashMoved(amount_minor=amount):
            return on_totals(state, pay_out_minor=amount)
        case f.DrawerCounted() if state.shift:
            count = DrawerCount(fact.attempt, fact.counted_minor, fact.expected_minor)
            return replace(state, shift=replace(state.shift, count=count))
        case f.ShiftHandedOver() if state.shift:
            return replace(state, shift=_handed_over(state.shift, fact))
        case f.ShiftClosed() if state.shift:
            return _closed(state, state.shift, fact)
        case f.DrawerOpened(effect=effect, cause=cause):
            pulse = DrawerPulse(effect, cause, state.drawer)
            state = replace(state, effects=(*state.effects, pulse), last_effect=effect)
            return on_totals(state, no_sales=1) if cause is f.DrawerCause.NO_SALE else state
        case _:
            return state


def _opened(state: State, fact: f.ShiftOpened) -> State:
    totals = f.ShiftTotals(float_minor=fact.float_minor)
    return replace(
        _chosen(state, fact.drawer),
        shift=Shift(fact.shift, totals, drawer=fact.drawer, owner=fact.owner),
        last_shift=fact.shift,
        currency=fact.currency,
        done=None,
        voided=None,
    )


def _chosen(state: State, drawer: str) -> State:
    """The shift in use is put by, and the chosen drawer's taken up, if it has one."""
    if drawer == state.drawer:
        return state
    shifts = (*state.other_shifts, *((state.shift,) if state.shift else ()))
    shift = next((it for it in shifts if it.drawer == drawer), None)
    others = tuple(it for it in shifts if it is not shift)
    return replace(state, drawer=drawer, shift=shift, other_shifts=others)


def _handed_over(shift: Shift, fact: f.ShiftHandedOver) -> Shift:
    """A count settles what the giver answers for: the taker begins with what was counted."""
    off = 0 if fact.counted_minor is None else fact.counted_minor - fact.expected_minor
    return replace(
        shift,
        owner=fact.taker,
        count=None,
        found_minor=shift.found_minor + off,
        handovers=shift.handovers + 1,
    )


def _closed(state: State, shift: Shift, fact: f.ShiftClosed) -> State:
    others = tuple(it for it in state.left if it.drawer != shift.drawer)
    left = DrawerLeft(shift.drawer, fact.counted_minor - fact.drop_minor)
    return replace(
        state,
        shift=None,
        closed_shift=shift,
        last_z=fact.z_number,
        done=None,
        voided=None,
        left=(*others, left),
    )
