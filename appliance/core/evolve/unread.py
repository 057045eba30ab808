"""The state after a record that this program cannot read: its numbers are used, nothing else is known."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import State

NUMBERED = {
    "shift": "last_shift",
    "z_number": "last_z",
    "sale": "last_sale",
    "receipt": "last_receipt",
    "effect": "last_effect",
    "count": "last_count",
}
"""What a body calls a number, and the state that number's last one."""


def evolve(state: State, fact: f.Fact) -> State:
    if not isinstance(fact, f.Unread):
        return state
    used = {
        NUMBERED[name]: max(number, getattr(state, NUMBERED[name]))
        for name, number in fact.numbers
        if name in NUMBERED
    }
    return replace(state, unread=state.unread + 1, **used)
