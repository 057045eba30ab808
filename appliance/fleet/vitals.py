"""How tills feel and when they were last heard: gathered for a second and written together.

May be lost with the process; what may not is a fact. Bounded: the oldest goes first.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from appliance.fleet.store import Insert, Store
from appliance.wire.health import Health

ROWS_MAX = 50_000
"""Some seconds of ten thousand tills; a database that is away for longer gets the newest."""
_COLUMNS = ("till", "at_ms", "metric", "value", "text")
_NOW = (
    "(till, metric) DO UPDATE SET at_ms = excluded.at_ms, value = excluded.value,"
    " text = excluded.text WHERE excluded.at_ms >= health_now.at_ms"
)
_Row = tuple[str, int, str, int | None, str]


class Vitals:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._rows: deque[_Row] = deque(maxlen=ROWS_MAX)
        self._seen: dict[str, tuple[int, int, int, int | None]] = {}

    def feels(self, till: str, health: Health, now_ms: int) -> None:
        rows: list[_Row] = [
            (till, health.at_ms, name, it, "") for name, it in health.numbers.items()
        ]
        rows += [
            (till, health.at_ms, name, None, it.replace("\0", ""))
            for name, it in health.words.items()
        ]
        with self._lock:
            self._rows.extend(rows)
        self.seen(till, now_ms, skew_ms=health.at_ms - now_ms)

    def seen(
        self, till: str, now_ms: int, epoch: int = 0, last: int = 0, skew_ms: int | None = None
    ) -> None:
        """It was heard; epoch, last: it has a fact of this number."""
        with self._lock:
            at, of, most, skew = self._seen.get(till, (0, 0, 0, None))
            newest = max((of, most), (epoch, last))
            self._seen[till] = (max(at, now_ms), *newest, skew if skew_ms is None else skew_ms)

    def flush(self) -> bool:
        """Writes what was gathered; whether there was any. Raises what the store raises; then it is
        written next time."""
        with self._lock:
            rows, seen = list(self._rows), self._seen
            self._rows.clear()
            self._seen = {}
        if not rows and not seen:
            return False
        try:
            self._write(rows, seen)
        except BaseException:
            with self._lock:
                self._rows.extendleft(reversed(rows[-(ROWS_MAX - len(self._rows)) :]))
                self._seen = seen | self._seen
            raise
        return True

    def _write(
        self, rows: Iterable[_Row], seen: dict[str, tuple[int, int, int, int | None]]
    ) -> None:
        newest: dict[tuple[str, str], _Row] = {}
        for row in rows:
            held = newest.get((row[0], row[2]))
            if held is None or held[1] <= row[1]:
                newest[row[0], row[2]] = row
        with self._store.transaction() as tx:
            # In one order for all collectors, so that none waits for another in a circle.
            tx.insert(
                Insert("health", _COLUMNS, sorted(rows, key=lambda it: (it[0], it[2], it[1])))
            )
            tx.insert(Insert("health_now", _COLUMNS, [newest[it] for it in sorted(newest)], _NOW))
            tx.each(_SEEN, [_seen(till, *seen[till]) for till in sorted(seen)])


_SEEN = (
    "UPDATE till SET seen_ms = CASE WHEN seen_ms > :at THEN seen_ms ELSE :at END,"
    " max_seq = CASE WHEN epoch < :epoch OR epoch = :epoch AND max_seq < :last THEN :last"
    " ELSE max_seq END, epoch = CASE WHEN epoch < :epoch THEN :epoch ELSE epoch END,"
    " clock_skew_ms = coalesce(:skew, clock_skew_ms) WHERE uid = :till"
)


def _seen(till: str, at: int, epoch: int, last: int, skew: int | None) -> dict[str, object]:
    return {"till": till, "at": at, "epoch": epoch, "last": last, "skew": skew}
