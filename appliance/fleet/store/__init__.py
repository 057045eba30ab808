"""Where a fleet is kept: SQLite or PostgreSQL, the same tables in both (docs/fleet/store.md)."""

from __future__ import annotations

from appliance.fleet.store.database import Insert, Row, Session, Store, Transaction, open_store
from appliance.fleet.store.migrations import migrate
from appliance.fleet.store.pool import StoreBusy

__all__ = ["Insert", "Row", "Session", "Store", "StoreBusy", "Transaction", "migrate", "open_store"]
