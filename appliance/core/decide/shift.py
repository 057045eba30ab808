"""Decisions about people, the shift and the drawer's cash."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.basket import leave_empty
from appliance.core.decide.verdict import Decision, next_effect
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

RECOUNTS_MAX = 1
COUNT_MAX = 99_999
"""Pieces of one denomination: more is a slip of the finger."""


ShiftCommand = c.OpenShift | c.CountDrawer | c.CloseShift | c.MoveCash | c.NoSale


def decide(state: State, command: ShiftCommand, policy: Policy, _occasion: Occasion) -> Decision:
    match command:
        case c.MoveCash() | c.NoSale():
            return move_cash(state, command, policy)
        case c.OpenShift(float_minor=float_minor):
            if not 0 <= float_minor <= policy.total_minor_max:
                return refuse(Reason.AMOUNT_NOT_POSITIVE)
            number = f.ShiftNumber(state.last_shift + 1)
            return (
                f.ShiftOpened(number, float_minor, policy.currency),
                f.DrawerOpened(next_effect(state), f.DrawerCause.SHIFT_OPEN),
            )
        case c.CountDrawer(counts=counts):
            return _count(state, counts, policy)
        case c.CloseShift(reason=reason):
            return _close(state, reason)


def _count(state: State, counts: tuple[f.DenominationCount, ...], policy: Policy) -> Decision:
    assert state.shift is not None
    known = {d.value_minor for d in policy.denominations}
    values = [row.value_minor for row in counts]
    if len(set(values)) < len(values) or not known.issuperset(values):
        return refuse(Reason.COUNT_WRONG)
    if any(not 0 <= row.count <= COUNT_MAX for row in counts):
        return refuse(Reason.COUNT_WRONG)
    before = state.shift.count
    attempt = 1 if before is None else before.attempt + 1
    if policy.blind_count and attempt > 1 + RECOUNTS_MAX:
        return refuse(Reason.ALREADY_RECOUNTED)
    counted = sum(row.value_minor * row.count for row in counts)
    expected = state.shift.totals.cash_minor
    kept = tuple(row for row in counts if row.count)
    return (
        *leave_empty(state),
        f.DrawerCounted(state.shift.shift, attempt, kept, counted, expected),
    )


def _close(state: State, reason: str) -> Decision:
    assert state.shift is not None
    shift = state.shift
    if shift.count is None:
        return refuse(Reason.NOT_COUNTED)
    closed = f.ShiftClosed(
        shift=shift.shift,
        z_number=state.last_z + 1,
        totals=shift.totals,
        counted_minor=shift.count.counted_minor,
        difference_minor=shift.count.counted_minor - shift.totals.cash_minor,
        reason=reason.strip(),
    )
    effect = next_effect(state)
    printed = f.PrintRequested(effect, f.PrintWhat.Z_REPORT, shift=shift.shift)
    return (*leave_empty(state), closed, printed)


def move_cash(state: State, command: c.MoveCash | c.NoSale, policy: Policy) -> Decision:
    """Pay-in, pay-out and no-sale; each opens the drawer and has a reason."""
    assert state.shift is not None
    reason = command.reason.strip()
    if not reason:
        return refuse(Reason.REASON_NEEDED)
    effect = next_effect(state)
    match command:
        case c.NoSale(counting=counting):
            cause = f.DrawerCause.COUNT if counting else f.DrawerCause.NO_SALE
            return (f.DrawerOpened(effect, cause, reason),)
        case c.MoveCash(direction=direction, amount_minor=amount):
            if amount <= 0:
                return refuse(Reason.AMOUNT_NOT_POSITIVE)
            if amount > policy.total_minor_max:
                return refuse(Reason.TOTAL_TOO_LARGE)
            out = direction is f.CashDirection.PAY_OUT
            if out and amount > state.shift.totals.cash_minor:
                return refuse(Reason.NOT_ENOUGH_CASH)
            cause = f.DrawerCause.PAY_OUT if out else f.DrawerCause.PAY_IN
            return (
                f.CashMoved(state.shift.shift, direction, amount, reason),
                f.DrawerOpened(effect, cause, reason),
            )
