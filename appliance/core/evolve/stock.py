"""The counts of the shelves that are going on; quantities themselves are the journal's tables."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.evolve import system
from appliance.core.state import OpenCount, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.CountStarted(count=count, scope=scope):
            counts = (*state.counts, OpenCount(count, scope))
            return replace(state, counts=counts, last_count=max(state.last_count, count))
        case f.CountFinished(count=count):
            return replace(state, counts=tuple(it for it in state.counts if it.count != count))
        case _:
            return system.evolve(state, fact)
