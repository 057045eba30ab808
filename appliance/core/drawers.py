"""Which drawer the money goes to, where a till has several: whose they are, and when they change."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.policy import Drawer, Policy
from appliance.core.state import Shift, State


def drawer_of(policy: Policy, drawer: str) -> Drawer | None:
    return next((it for it in policy.drawers if it.id == drawer), None)


def own_drawers(policy: Policy, staff: str) -> tuple[str, ...]:
    return tuple(it.id for it in policy.drawers if staff in it.staff)


def open_shifts(state: State) -> tuple[Shift, ...]:
    """Of all drawers, the one in use first."""
    return (*((state.shift,) if state.shift else ()), *state.other_shifts)


def shift_of(state: State, drawer: str) -> Shift | None:
    """The drawer's open shift, in use or put by."""
    return next((it for it in open_shifts(state) if it.drawer == drawer), None)


def is_drawer(state: State, policy: Policy, drawer: str) -> bool:
    """A drawer that is no longer set up is one until its shift is closed."""
    known = {it.id for it in policy.drawers} or {""}
    return drawer in known or shift_of(state, drawer) is not None


def drawer_in_use(state: State, policy: Policy) -> str:
    """Where the next shift would open: what was chosen, else the first that is set up."""
    if is_drawer(state, policy, state.drawer):
        return state.drawer
    own = own_drawers(policy, state.cashier)
    return (*own, *(it.id for it in policy.drawers), "")[0]


def between_baskets(state: State) -> bool:
    return state.sale is None or not state.sale.live_lines


def followed(state: State, policy: Policy) -> tuple[f.DrawerChosen, ...]:
    """Whoever has a drawer of their own works at it, from the next basket on."""
    own = own_drawers(policy, state.cashier)
    if not own or state.drawer in own or not between_baskets(state):
        return ()
    return (f.DrawerChosen(own[0]),)


def likely_float(state: State, policy: Policy, drawer: str) -> int:
    """What stayed in the drawer last time; at first, what the shop starts with."""
    for left in state.left:
        if left.drawer == drawer:
            return left.amount_minor
    closed = state.closed_shift  # closed before what stayed was kept
    if closed is not None and closed.count is not None and closed.drawer == drawer:
        return closed.count.counted_minor
    return policy.opening_float_minor
