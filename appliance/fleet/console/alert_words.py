"""An alert in a sentence, by the name of its rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from appliance.fleet.console.saying import N_

if TYPE_CHECKING:
    from appliance.fleet.console.visit import Visit

RULES = {
    "cloned": N_("Two machines speak as this till: its SD card was copied"),
    "rolled_back": N_("The till went back to an older state"),
    "gap": N_("Facts are missing that the till has no more"),
    "forged": N_("A batch is not signed by this till"),
    "impostor": N_("This till spoke as another"),
    "locked_out": N_("A till that is locked out goes on sending"),
    "malformed": N_("The till sends what nobody understands"),
    "unfit": N_("The till sends what no database can hold"),
    "offline": N_("No connection in opening hours"),
}
"""What the collector itself raises, and what is so common that it has words here."""


def alert_words(visit: Visit, alert: Mapping[str, Any]) -> str:
    """A rule without words is told by its name, with what it is about."""
    t = visit.saying.t
    rule, cause = str(alert["rule"]), str(alert["cause"])
    name = t(RULES.get(rule, rule.replace("_", " ")))
    why = _why(str(alert["detail"]))
    return ": ".join(filter(None, (name, cause, why)))


def _why(detail: str) -> str:
    try:
        told = json.loads(detail)
    except ValueError:
        return ""
    return str(told.get("why", "")) if isinstance(told, dict) else ""
