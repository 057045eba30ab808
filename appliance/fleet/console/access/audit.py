"""The audit: who changed what, when and from where."""

from __future__ import annotations

from appliance.fleet.console.access.changing import change
from appliance.fleet.store import Store

_DETAIL_MAX = 2_000


def write(
    store: Store,
    now_ms: int,
    person: str,
    act: str,
    *,
    target: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """act: a word of pages/audit.py. detail: never a password, a code or a customer's name."""
    change(
        store,
        "INSERT INTO audit (at_ms, person, act, target, detail, address)"
        " VALUES (:at, :person, :act, :target, :detail, :address)",
        at=now_ms,
        person=person,
        act=act,
        target=target,
        detail=detail[:_DETAIL_MAX],
        address=address,
    )
