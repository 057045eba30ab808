"""The list of card terminals in the shop, each with its last look."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import ListedTerminal, State


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.TerminalListed():
            listed = ListedTerminal(
                *(fact.serial, fact.make, fact.model, fact.place, fact.by, fact.on, fact.due),
                *(fact.interval_days, fact.photo, fact.photo_sha256, fact.note),
            )
            return replace(state, terminals=(*state.terminals, listed))
        case f.TerminalInspected():
            look = {"by": fact.by, "on": fact.on, "due": fact.due, "seen": fact.seen}
            terminals = tuple(
                replace(it, tampered=fact.tampered, **look) if it.serial == fact.serial else it
                for it in state.terminals
            )
            return replace(state, terminals=terminals)
        case f.TerminalRetired(serial=serial):
            return replace(
                state, terminals=tuple(it for it in state.terminals if it.serial != serial)
            )
        case _:
            return state
