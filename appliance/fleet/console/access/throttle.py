"""How often somebody may try: for a login, for an address, with a wait that grows."""

from __future__ import annotations

from appliance.fleet.console.access.changing import change
from appliance.fleet.store import Store

LOGIN_TRIES = 5
ADDRESS_TRIES = 30
"""More than for a login: a whole office comes from one address."""
_WAIT_MS = 60_000
_WAIT_MS_MAX = 15 * 60_000
_FORGOTTEN_MS = 24 * 3_600_000
_DOUBLINGS_MAX = 10


def keys(login: str, address: str) -> dict[str, int]:
    """What a try counts against, and how many are free."""
    return {f"login:{login[:100]}": LOGIN_TRIES, f"address:{address}": ADDRESS_TRIES}


class Throttle:
    """A try is counted before it is looked at, so that many at once gain nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, counted: dict[str, int], now_ms: int) -> int:
        """Milliseconds to wait; 0: go on, and the try is counted."""
        waits = [self._waits(key, now_ms) for key in counted]
        if max(waits) > 0:
            return max(waits)
        for key, free in counted.items():
            self._count(key, free, now_ms)
        return 0

    def forgive(self, key: str) -> None:
        """The try was right."""
        change(self._store, "DELETE FROM attempt WHERE key = :key", key=key)

    def sweep(self, now_ms: int) -> None:
        """Old tries go, so that made-up logins do not fill the disk."""
        change(
            self._store,
            "DELETE FROM attempt WHERE at_ms < :old AND until_ms < :now",
            old=now_ms - _FORGOTTEN_MS,
            now=now_ms,
        )

    def _waits(self, key: str, now_ms: int) -> int:
        rows = self._store.rows("SELECT until_ms FROM attempt WHERE key = :key", key=key)
        return max(0, rows[0]["until_ms"] - now_ms) if rows else 0

    def _count(self, key: str, free: int, now_ms: int) -> None:
        change(
            self._store,
            "INSERT INTO attempt (key, failures, at_ms, until_ms) VALUES (:key, 1, :now, 0)"
            " ON CONFLICT (key) DO UPDATE SET failures = attempt.failures + 1, at_ms = :now",
            key=key,
            now=now_ms,
        )
        [row] = self._store.rows("SELECT failures FROM attempt WHERE key = :key", key=key)
        if (over := row["failures"] - free) >= 0:
            wait_ms = min(_WAIT_MS << min(over, _DOUBLINGS_MAX), _WAIT_MS_MAX)
            change(
                self._store,
                "UPDATE attempt SET until_ms = :until WHERE key = :key",
                key=key,
                until=now_ms + wait_ms,
            )
