"""Accounts that hold less than nothing after a fact; all other sums are the ledger's."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.core.copies import replace
from appliance.core.state import ShortAccount, State

SHORTS_MAX = 200
"""Conflicts kept for a manager; older ones stay in the ledger."""


def evolve(state: State, fact: f.Fact) -> State:
    match fact:
        case f.AccountConflict(
            account=account, short_minor=short, detail=detail, kind=kind, hint=hint
        ):
            others = tuple(it for it in state.shorts if it.account != account)
            shorts = (*others, ShortAccount(account, kind, short, detail, hint))[-SHORTS_MAX:]
            return replace(state, shorts=shorts)
        case f.AccountMoved(account=account, delta=delta) if state.shorts and delta > 0:
            return replace(state, shorts=_eased(state.shorts, account, delta))
        case _:
            return state


def _eased(shorts: tuple[ShortAccount, ...], account: str, delta: int) -> tuple[ShortAccount, ...]:
    eased = (
        replace(it, short_minor=it.short_minor - delta) if it.account == account else it
        for it in shorts
    )
    return tuple(it for it in eased if it.short_minor > 0)
