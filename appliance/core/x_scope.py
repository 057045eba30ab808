"""What an X report is of: the drawer in use, the whole till, or what one person sold."""

from __future__ import annotations

from appliance.core.drawers import open_shifts
from appliance.core.policy import Policy
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import Shift, State

TILL = "till"
CASHIER = "cashier"
BLIND = "!blind"
"""Ends the scope in a print job whose reader may not know what should lie in the drawer."""


def of_cashier(staff: str) -> str:
    return f"{CASHIER}:{staff}"


def cashier_of(scope: str) -> str:
    """Whose sales it is of, "" where it is of drawers."""
    kind, _, who = scope.partition(":")
    return who if kind == CASHIER else ""


def shifts_of_x(state: State, scope: str, policy: Policy) -> tuple[Shift, ...] | Refusal:
    """The open shifts that a report is of, at least one; or why there is none."""
    who = cashier_of(scope)
    known = who in (state.cashier, *(person.id for person in policy.staff))
    if scope not in ("", TILL) and not (who and known):
        return refuse(Reason.NO_SUCH_X)
    shifts = open_shifts(state) if scope else open_shifts(state)[: 1 if state.shift else 0]
    return shifts or refuse(Reason.NO_SHIFT)
