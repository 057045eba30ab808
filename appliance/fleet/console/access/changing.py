"""One change of one of the console's own tables, as a transaction of its own."""

from __future__ import annotations

from typing import Any

from appliance.fleet.store import Store


def change(store: Store, sql: str, **params: Any) -> int:
    """How many rows the statement touched."""
    with store.transaction() as tx:
        return tx.run(sql, **params)
