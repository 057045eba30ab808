"""Decisions about bench tests: that one began stands in the journal before the drawer opens."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.decide.verdict import Decision, in_short
from appliance.core.occasion import Occasion
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

STEPS_MAX = 40
CODE_MAX = 2_000


def decide(
    _state: State,
    command: c.BeginBenchTest | c.NoteBenchTest,
    _policy: Policy,
    occasion: Occasion,
) -> Decision:
    if isinstance(command, c.BeginBenchTest):
        return (f.BenchTestBegun(),)
    if occasion.actor not in PROGRAMS:
        return refuse(Reason.BENCH_TEST_ONLY)
    steps = tuple(
        f.StepTested(in_short(it.step), in_short(it.verdict), in_short(it.says))
        for it in command.steps[:STEPS_MAX]
    )
    passed = all(it.verdict != "failed" for it in steps)
    return (f.BenchTested(passed, steps, command.code[:CODE_MAX]),)
