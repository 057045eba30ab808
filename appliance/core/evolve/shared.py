"""Steps that several subjects of `evolve` share."""

from __future__ import annotations

from dataclasses import replace

from appliance.core.state import State

_CASH = {"pay_in_minor", "pay_out_minor", "cash_sales_minor", "safe_drop_minor"}


def on_totals(state: State, **added: int) -> State:
    """Adds to the open shift's sums; a count made before is no longer the drawer's content."""
    if state.shift is None:
        return state
    totals = state.shift.totals
    sums = {name: getattr(totals, name) + value for name, value in added.items()}
    count = state.shift.count
    moved = not added.keys().isdisjoint(_CASH)
    return replace(
        state,
        shift=replace(state.shift, totals=replace(totals, **sums), count=None if moved else count),
    )
