"""Steps that several subjects of `evolve` share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.core.copies import replace
from appliance.core.state import Shift, State

_CASH = {"pay_in_minor", "pay_out_minor", "cash_sales_minor", "safe_drop_minor"}


def on_totals(state: State, **added: int) -> State:
    """Adds to the open shift's sums; a count made before is no longer the drawer's content."""
    if state.shift is None:
        return state
    return replace(state, shift=with_totals(state.shift, added))


def with_totals(shift: Shift, added: Mapping[str, int], **other: Any) -> Shift:
    """added: to sums of numbers, by their names. other: new values of the totals that are none."""
    totals = shift.totals
    sums = {name: getattr(totals, name) + value for name, value in added.items()}
    count = shift.count if added.keys().isdisjoint(_CASH) else None
    return replace(shift, totals=replace(totals, **sums, **other), count=count)
