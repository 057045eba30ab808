"""Tables of changes to documents before they hold. Written by `appliance.fleet.drafts`."""

from __future__ import annotations

TABLES = (
    # scopes: lines, as in `document`. effective_ms: 0 for at once. state: draft, waiting (for a
    # second person), published or dropped. decided_by: who published or dropped it.
    """CREATE TABLE draft (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, body TEXT NOT NULL,
        effective_ms BIGINT NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
        author TEXT NOT NULL, created_ms BIGINT NOT NULL, state TEXT NOT NULL,
        decided_by TEXT NOT NULL DEFAULT '', decided_ms BIGINT
    )""",
    "CREATE INDEX draft_open ON draft (created_ms) WHERE state IN ('draft', 'waiting')",
)
