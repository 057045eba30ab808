"""Decide: a command becomes facts or a refusal. Pure and total; it never raises.

The sale machine is the table in `phases.py`: which command is allowed in which phase, and the
reason when it is not. What a command then makes of the state stands in one module per subject, as
the commands themselves do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.core import commands as c
from appliance.core import permissions
from appliance.core.decide import (
    accounts,
    basket,
    bench,
    coupons,
    customers,
    fleet,
    handover,
    paper,
    payment,
    people,
    returns,
    shift,
    staff,
    stock,
    tender,
    terminal_list,
    terminals,
    update,
    wishes,
)
from appliance.core.decide.phases import refused_now
from appliance.core.decide.verdict import Decision
from appliance.core.drawers import followed
from appliance.core.evolve import replay
from appliance.core.free_text import starred
from appliance.core.occasion import ANY, Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Refusal
from appliance.core.state import State

__all__ = ["Decision", "decide"]

_SUBJECTS: dict[str, Callable[[State, Any, Policy, Occasion], Decision]] = {
    "appliance.core.commands.accounts": accounts.decide,
    "appliance.core.commands.basket": basket.decide,
    "appliance.core.commands.bench": bench.decide,
    "appliance.core.commands.coupons": coupons.decide,
    "appliance.core.commands.customers": customers.decide,
    "appliance.core.commands.fleet": fleet.decide,
    "appliance.core.commands.handover": handover.decide,
    "appliance.core.commands.paper": paper.decide,
    "appliance.core.commands.people": people.decide,
    "appliance.core.commands.returns": returns.decide,
    "appliance.core.commands.shift": shift.decide,
    "appliance.core.commands.staff": staff.decide,
    "appliance.core.commands.stock": stock.decide,
    "appliance.core.commands.payment": payment.decide,
    "appliance.core.commands.tender": tender.decide,
    "appliance.core.commands.terminal_list": terminal_list.decide,
    "appliance.core.commands.terminals": terminals.decide,
    "appliance.core.commands.update": update.decide,
    "appliance.core.commands.wishes": wishes.decide,
}
"""By the module that a command stands in; each takes all commands of its module."""


def decide(state: State, command: c.Command, policy: Policy, occasion: Occasion = ANY) -> Decision:
    """The facts that the command makes now, or why it may not. No facts: nothing to do."""
    command = starred(command)
    refusal = refused_now(state, command) or permissions.refused(state, command, policy, occasion)
    if refusal is not None:
        return refusal
    decision = _SUBJECTS[type(command).__module__](state, command, policy, occasion)
    if isinstance(decision, Refusal):
        return decision
    if not decision and not isinstance(command, c.SeeSignals):
        return decision  # to look is a deed as well: who allowed it is written down
    if policy.drawers:
        decision = (*decision, *followed(replay(state, decision), policy))
    override = permissions.override(state, command, policy, occasion)
    return decision if override is None else (override, *decision)
