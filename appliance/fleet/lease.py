"""What only one server of a fleet may do at a time, however many run: a row that one of them holds.

Whoever stops without a word is followed by another when its time is over. Servers' clocks may differ
by a part of that.
"""

from __future__ import annotations

from appliance.fleet.store import Transaction

HELD_MS = 60_000


def holds(tx: Transaction, name: str, holder: str, now_ms: int) -> bool:
    """Takes or keeps it. Within the transaction of the work: until that ends no other can take it, so
    who was away too long changes nothing."""
    return tx.run(
        "INSERT INTO lease (name, holder, until_ms) VALUES (:name, :holder, :until)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
        " WHERE lease.holder = :holder OR lease.until_ms < :now",
        name=name, holder=holder, until=now_ms + HELD_MS, now=now_ms,
    ) == 1  # fmt: skip


def give_back(tx: Transaction, name: str, holder: str) -> None:
    """The next one need not wait."""
    tx.run("DELETE FROM lease WHERE name = :name AND holder = :holder", name=name, holder=holder)
