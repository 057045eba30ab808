"""What a decision is, and the small numbers that decisions draw from the state."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.core.facts import EffectId, Fact
from appliance.core.refusal import Refusal
from appliance.core.state import State

Facts = tuple[Fact, ...]
Decision = Facts | Refusal


def next_effect(state: State, before: Iterable[Fact] = ()) -> EffectId:
    """The next effect's number, after those that facts of the same decision have taken."""
    taken = sum(1 for fact in before if hasattr(fact, "effect"))
    return EffectId(state.last_effect + taken + 1)
