"""Who is at the till after a fact."""

from __future__ import annotations

from dataclasses import replace

from appliance.core import facts as f
from appliance.core.state import State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.CashierSignedIn(staff=staff, name=name):
            return replace(state, cashier=staff, cashier_name=name)
        case _:
            return state
