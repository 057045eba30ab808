"""Which facts hold a person's name, and what of them leaves a till that shares none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from appliance.core import codec
from appliance.wire.batch import WireFact

NAMES: Mapping[str, tuple[str, ...]] = {
    "CashierSignedIn": ("name",),
    "StaffChanged": ("name",),
    "SaleNamed": ("name",),
    "SaleSuspended": ("name",),
}
"""By type, the fields of today's facts. All others name people by ids that lead to a file which
never leaves the till (`appliance/people`)."""


def without_people(fact: WireFact) -> WireFact:
    """The fact with its names emptied; it keeps its place in the chain by its hash."""
    fields = NAMES.get(fact.type, ())
    if not fields:
        return fact
    body = json.loads(fact.body)
    held = [name for name in fields if body.get(name)]
    if not held:
        return fact
    emptied = codec.canonical(body | dict.fromkeys(held, ""))
    return replace(fact, body=emptied, withheld=True)
