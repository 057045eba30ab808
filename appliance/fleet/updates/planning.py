"""A rollout's plan as it is kept and as people write it: its waves, its gates, when tills may begin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.fleet.updates.plan import PERMILLE, Gate, Rollout, State, Wave
from appliance.fleet.updates.trust import UpdateMistake
from appliance.malformed import Malformed
from appliance.wire import firmware

WAVES_MAX = 10
PILOTS_MAX = 200
HOUR_MS = 3_600_000
NIGHT = "22:00-06:00"


@dataclass(frozen=True, slots=True)
class Plan:
    """window: of each till's own day, "" for any hour. deadline_ms: from when any hour will do; 0 for
    never."""

    waves: tuple[Wave, ...]
    window: str = NIGHT
    not_before_ms: int = 0
    deadline_ms: int = 0


def usual(pilots: Sequence[str] = ()) -> Plan:
    """Pilots for a day, then a twentieth, a quarter and all, each for a trading day."""
    gate = Gate()
    shares = [Wave(share, (), gate) for share in (50, 250, PERMILLE)]
    return Plan((Wave(0, tuple(pilots), gate), *shares) if pilots else tuple(shares))


def checked(plan: Plan) -> Plan:
    """Raises UpdateMistake."""
    if not 0 < len(plan.waves) <= WAVES_MAX:
        raise UpdateMistake("A rollout has 1 to {most} waves.", most=WAVES_MAX)
    shares = [wave.permille for wave in plan.waves]
    limits = [getattr(wave.gate, name) for wave in plan.waves for name in _GATE[1:]]
    if not all(0 <= it <= PERMILLE for it in (*shares, *limits)) or any(
        wave.gate.soak_ms < 0 for wave in plan.waves
    ):
        raise UpdateMistake("Shares lie between 0 and 100 per cent, and hours are not negative.")
    if shares != sorted(shares):
        raise UpdateMistake("Each wave reaches at least as many tills as the one before.")
    for wave in plan.waves:
        if not wave.permille and not wave.tills:
            raise UpdateMistake("A wave names its tills or says how many per cent it reaches.")
        if len(wave.tills) > PILOTS_MAX:
            raise UpdateMistake("At most {most} tills are named in a wave.", most=PILOTS_MAX)
    try:
        firmware.window_of(plan.window)
    except Malformed:
        raise UpdateMistake(
            'Write the hours as "{night}", or nothing for any hour.', night=NIGHT
        ) from None
    return plan


def written(plan: Plan) -> str:
    return json.dumps(
        {
            "waves": [
                {
                    "permille": wave.permille,
                    "tills": list(wave.tills),
                    "gate": {name: getattr(wave.gate, name) for name in _GATE},
                }
                for wave in plan.waves
            ],
            "window": plan.window,
            "not_before": plan.not_before_ms,
            "deadline": plan.deadline_ms,
        }
    )


_GATE = ("soak_ms", "healthy", "returned", "lost", "fall")


def read(text: str) -> Plan:
    told = json.loads(text)
    waves = (Wave(it["permille"], tuple(it["tills"]), _gate(it["gate"])) for it in told["waves"])
    return Plan(tuple(waves), told["window"], told["not_before"], told["deadline"])


def _gate(told: Mapping[str, int]) -> Gate:
    """A figure that a newer program does not write has its default."""
    return replace(Gate(), **{name: told[name] for name in _GATE if name in told})


def rollout_of(row: Mapping[str, Any]) -> Rollout:
    """From its row in the store."""
    return Rollout(
        row["id"],
        State(row["state"]),
        read(row["plan"]).waves,
        row["wave"],
        row["waved_ms"],
        bool(row["passed"]),
        frozenset(json.loads(row["excused"])),
    )
