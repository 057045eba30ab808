"""Who is at the till after a fact, and how often a PIN was wrong."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import PinTries, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.CashierSignedIn(staff=staff, name=name):
            state = _forgiven(state, staff)
            return replace(state, cashier=staff, cashier_name=name, locked=False)
        case f.CashierSignedOut():
            return replace(state, cashier="", cashier_name="", locked=True)
        case f.PinRefused(staff=staff, tries=tries, wait_s=wait_s, until=until):
            others = tuple(it for it in state.pin_tries if it.staff != staff)
            tried = PinTries(staff, tries, wait_s, until)
            return replace(state, pin_tries=(*others, tried))
        case f.Overridden(approver=approver):
            return _forgiven(state, approver)
        case f.TrainingStarted():
            return replace(state, training=True)
        case f.TrainingEnded():
            return replace(state, training=False)
        case _:
            return state


def _forgiven(state: State, staff: str) -> State:
    """A right PIN ends the counting, the person's and the till's."""
    if not state.pin_tries:
        return state
    left = tuple(it for it in state.pin_tries if it.staff not in (staff, ""))
    return replace(state, pin_tries=left)
