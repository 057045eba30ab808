"""An alert in a sentence, on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from appliance.fleet.alerts.words import sentence

if TYPE_CHECKING:
    from appliance.fleet.console.visit import Visit


def alert_words(visit: Visit, alert: Mapping[str, Any]) -> str:
    return sentence(visit.saying, alert)
