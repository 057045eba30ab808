"""An alert in a sentence, by the name of its rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appliance.fleet.console.visit import Visit


def alert_words(visit: Visit, alert: Mapping[str, Any]) -> str:
    """What the rule's own words say; a rule without any is told by its name."""
    t = visit.saying.t
    try:
        detail = json.loads(alert["detail"])
    except ValueError:
        detail = {}
    name = t(str(alert["rule"]).replace("_", " "))
    said = detail.get("said") if isinstance(detail, dict) else None
    cause = str(alert["cause"])
    return str(said) if said else f"{name}: {cause}" if cause else name
