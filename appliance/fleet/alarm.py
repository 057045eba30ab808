"""An alert that the collector itself raises: somebody sends what no till of this fleet would."""

from __future__ import annotations

import json
import secrets

from appliance.fleet.store import Transaction

SEVERITY = {
    "cloned": "critical",
    "rolled_back": "critical",
    "gap": "critical",
    "forged": "critical",
    "impostor": "critical",
    "locked_out": "warning",
    "malformed": "warning",
    "unfit": "critical",
}
"""By rule. gap: facts that are nowhere any more. forged: a signature that is not the till's. impostor: a
till that spoke as another. locked_out: one that is not, or no longer, of the fleet still sends.
unfit: facts that the database cannot hold."""


def raise_alert(
    tx: Transaction, rule: str, tenant: str, shop: str, till: str, why: str, now_ms: int
) -> None:
    """Opens it, unless it is open already: then the newest reason stands in it."""
    tx.run(
        "INSERT INTO alert (id, rule, tenant, shop, till, severity, opened_ms, detail)"
        " VALUES (:id, :rule, :tenant, :shop, :till, :severity, :now, :detail)"
        " ON CONFLICT (rule, shop, till, cause) WHERE cleared_ms IS NULL"
        " DO UPDATE SET detail = excluded.detail",
        id=secrets.token_hex(16),
        rule=rule,
        tenant=tenant,
        shop=shop,
        till=till,
        severity=SEVERITY[rule],
        now=now_ms,
        detail=json.dumps({"why": why}, ensure_ascii=False),
    )
