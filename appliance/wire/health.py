"""How a till feels: `up/health`, QoS 0, what changed at once and everything each five minutes.

A till that was away for long sends the newest only: these may be lost, facts may not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.malformed import Malformed
from appliance.wire import fields
from appliance.wire.limits import INTEGER_MAX

METRICS_MAX = 200
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)*")
NAME_MAX = 100


@dataclass(frozen=True, slots=True)
class Health:
    """numbers: whole, the unit last in the name: "disk_free_bytes", "temperature_mc" (a thousandth
    of a degree). words: "clock" and "device.printer" and their like."""

    at_ms: int
    numbers: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def encode(health: Health) -> bytes:
    return fields.message(at=health.at_ms, n=dict(health.numbers), w=dict(health.words))


def decode(payload: bytes) -> Health:
    """Raises Malformed."""
    value = fields.parse(payload)
    numbers = fields.table(value, "n", METRICS_MAX)
    words = fields.table(value, "w", METRICS_MAX)
    for name in (*numbers, *words):
        if len(name) > NAME_MAX or not NAME.fullmatch(name):
            raise Malformed("a metric's name is small letters, figures and points")
    return Health(
        fields.whole(value, "at"),
        {name: fields.whole(numbers, name, least=-INTEGER_MAX) for name in numbers},
        {name: fields.text(words, name) for name in words},
    )
