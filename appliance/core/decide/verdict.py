"""What a decision is, and the small numbers that decisions draw from the state."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.core.facts import EffectId, Fact, PrintRequested, PrintWhat
from appliance.core.refusal import Refusal
from appliance.core.state import State

REASON_MAX = 200
"""Characters of what somebody writes about a deed: it stands on slips and reports."""

Facts = tuple[Fact, ...]
Decision = Facts | Refusal


def next_effect(state: State, before: Iterable[Fact] = ()) -> EffectId:
    """The next effect's number, after those that facts of the same decision have taken."""
    taken = sum(1 for fact in before if hasattr(fact, "effect"))
    return EffectId(state.last_effect + taken + 1)


def slip_printed(state: State, slip: str, before: Facts) -> PrintRequested:
    """A paper beside receipts and reports, after these facts of the same decision."""
    return PrintRequested(next_effect(state, before), PrintWhat.SLIP, slip=slip)


def in_short(text: str) -> str:
    """A reason as it is kept."""
    return text.strip()[:REASON_MAX]
