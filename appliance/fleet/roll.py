"""Which tills a collector takes facts from, and whose signature they must bear: the register, kept at hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from appliance.fleet.clock import now_ms
from appliance.fleet.store import Store
from appliance.fleet.store.ingest import Site

FRESH_S = 5.0
"""How long a till that was locked out may still be heard by a collector."""
LISTED_MAX = 20_000
"""Some kilobytes each; who has more tills has more collectors."""
KEYS_MAX = 4
"""A renewed certificate holds beside the one before."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A till of the register. site: None when nothing of it is taken in. keys: of its certificates
    that hold today."""

    site: Site | None
    status: str
    keys: tuple[ec.EllipticCurvePublicKey, ...] = ()


UNKNOWN = Listed(None, "unknown")


class Roll:
    """Any thread may ask."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Listed]] = {}

    def of(self, till: str) -> Listed:
        """Raises what the store raises."""
        now = self._clock()
        held = self._known.get(till)
        if held is not None and now < held[0]:
            return held[1]
        found = self._read(till)
        with self._lock:
            if len(self._known) >= LISTED_MAX:
                self._known.clear()
            self._known[till] = (now + FRESH_S, found)
        return found

    def _read(self, till: str) -> Listed:
        row = self._store.one(
            "SELECT t.tenant, t.shop, t.status, s.currency FROM till t"
            " LEFT JOIN shop s ON s.shop = t.shop WHERE t.uid = :till",
            till=till,
        )
        if row is None:
            return UNKNOWN
        if row["status"] != "active":
            return Listed(None, row["status"])
        site = Site(till, row["tenant"], row["shop"], row["currency"] or "")
        keys = self._store.rows(
            "SELECT DISTINCT public_key FROM certificate WHERE till = :till AND revoked_ms IS NULL"
            " AND not_after_ms > :now LIMIT :most",
            till=till,
            now=now_ms(),
            most=KEYS_MAX,
        )
        return Listed(site, "active", tuple(filter(None, (_key(it["public_key"]) for it in keys))))


def _key(pem: str) -> ec.EllipticCurvePublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None
