"""State after a fact: every type has one subject, which cannot fail on a chain that verified.

What a fact refers to (a line, a sale, an effect) is there because `decide` made the fact from the
state before; a fact that refers to nothing changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appliance.core import facts as f
from appliance.core.evolve import (
    accounts,
    basket,
    fleet,
    handover,
    paper,
    people,
    returns,
    shift,
    stock,
    system,
    tender,
    terminal_list,
    terminals,
    unread,
)
from appliance.core.state import State

_SUBJECTS: dict[str, Callable[[State, f.Fact], State]] = {
    "appliance.core.facts.accounts": accounts.evolve,
    "appliance.core.facts.basket": basket.evolve,
    "appliance.core.facts.fleet": fleet.evolve,
    "appliance.core.facts.handover": handover.evolve,
    "appliance.core.facts.paper": paper.evolve,
    "appliance.core.facts.people": people.evolve,
    "appliance.core.facts.returns": returns.evolve,
    "appliance.core.facts.shift": shift.evolve,
    "appliance.core.facts.stock": stock.evolve,
    "appliance.core.facts.system": system.evolve,
    "appliance.core.facts.tender": tender.evolve,
    "appliance.core.facts.terminal_list": terminal_list.evolve,
    "appliance.core.facts.terminals": terminals.evolve,
    "appliance.core.facts.unread": unread.evolve,
}
"""By the module that a fact stands in. Facts of no subject here leave the state as it is."""


def replay(state: State, facts: Iterable[f.Fact]) -> State:
    """The state after all of them, in order."""
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: State, fact: f.Fact) -> State:
    """The state after one fact."""
    subject = _SUBJECTS.get(type(fact).__module__)
    return state if subject is None else subject(state, fact)
