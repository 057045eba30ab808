"""The open basket after goods began to come back."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import State, TakenBack


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.ReturnBegun() if state.sale:
            begun = TakenBack(fact.of, fact.reason, fact.receipt, fact.at, fact.paid)
            taken_back = (*state.sale.taken_back, begun)
            return replace(state, sale=replace(state.sale, taken_back=taken_back))
        case _:
            return state
