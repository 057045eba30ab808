"""Decisions about stock: what a count or an import says lies on the shelves."""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.decide.basket import QUANTITY_DECIMALS
from appliance.core.decide.verdict import Decision
from appliance.core.facts import StockCounted
from appliance.core.occasion import Occasion
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, refuse
from appliance.core.state import State

STOCK_MAX = 1_000_000_000
"""Of one item. Less than nothing is possible: more was sold than anybody had counted."""


def decide(_state: State, command: c.CountStock, _policy: Policy, _occasion: Occasion) -> Decision:
    for move in command.counts:
        if not move.quantity.is_finite() or abs(move.quantity) > STOCK_MAX:
            return refuse(Reason.COUNT_WRONG, item=move.item)
        finest = move.quantity.normalize().as_tuple().exponent
        if finest < -QUANTITY_DECIMALS:  # type: ignore[operator]
            return refuse(Reason.COUNT_WRONG, item=move.item)
    return (StockCounted(command.counts, command.source),) if command.counts else ()
