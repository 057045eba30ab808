"""The shift and the drawer after a fact."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import facts as f
from appliance.core.evolve.shared import on_totals
from appliance.core.state import DrawerCount, DrawerPulse, Shift, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.ShiftOpened(shift=shift, float_minor=float_minor, currency=currency, drawer=drawer):
            opened = Shift(shift, f.ShiftTotals(float_minor=float_minor), drawer=drawer)
            return replace(
                state, shift=opened, last_shift=shift, currency=currency, done=None, voided=None
            )
        case f.CashMoved(direction=f.CashDirection.PAY_IN, amount_minor=amount):
            return on_totals(state, pay_in_minor=amount)
        case f.CashMoved(direction=f.CashDirection.SAFE_DROP, amount_minor=amount):
            return on_totals(state, safe_drop_minor=amount)
        case f.CashMoved(amount_minor=amount):
            return on_totals(state, pay_out_minor=amount)
        case f.DrawerCounted() if state.shift:
            count = DrawerCount(fact.attempt, fact.counted_minor, fact.expected_minor)
            return replace(state, shift=replace(state.shift, count=count))
        case f.ShiftClosed(z_number=z) if state.shift:
            return replace(
                state, shift=None, closed_shift=state.shift, last_z=z, done=None, voided=None
            )
        case f.DrawerOpened(effect=effect, cause=cause):
            pulse = DrawerPulse(effect, cause)
            state = replace(state, effects=(*state.effects, pulse), last_effect=effect)
            return on_totals(state, no_sales=1) if cause is f.DrawerCause.NO_SALE else state
        case _:
            return state
