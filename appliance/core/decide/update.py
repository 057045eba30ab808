"""Decisions about the system's own updates: what runs is written down once, a stick needs a person."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, in_short
from appliance.core.occasion import Occasion
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State


def decide(
    state: State,
    command: c.NoteFirmware | c.UpdateFromStick,
    _policy: Policy,
    occasion: Occasion,
) -> Decision:
    if isinstance(command, c.UpdateFromStick):
        return (f.UpdateWished(),) if state.firmware else refuse(Reason.UPDATE_NOT_HERE)
    if occasion.actor not in PROGRAMS:
        return refuse(Reason.FLEET_ONLY)
    fact = f.FirmwareChanged(
        *(command.version, command.slot, command.ended, command.wanted, command.why),
        in_short(command.detail),
    )
    return () if fact == state.firmware else (fact,)
