"""The audit: who changed what at the fleet, when and from where; in the transaction of the change."""

from __future__ import annotations

from appliance.fleet.store import Transaction

DETAIL_MAX = 2_000


def write(
    tx: Transaction,
    now_ms: int,
    person: str,
    act: str,
    target: str = "",
    detail: str = "",
    address: str = "",
) -> None:
    """act: a word such as "command.issue". detail: never a password, a code or a customer's name."""
    tx.run(
        "INSERT INTO audit (at_ms, person, act, target, detail, address)"
        " VALUES (:at, :person, :act, :target, :detail, :address)",
        at=now_ms,
        person=person,
        act=act,
        target=target,
        detail=detail[:DETAIL_MAX],
        address=address,
    )
