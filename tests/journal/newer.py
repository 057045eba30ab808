"""What a newer version of the program would have left in a journal."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from appliance.core import codec
from appliance.journal import record


def wrote(path: Path, *facts: tuple[str, int, dict[str, Any]]) -> None:
    """Appends records (kind, version, body) to a closed journal, each as the chain wants it."""
    con = sqlite3.connect(path)
    till = con.execute("SELECT value FROM meta WHERE key='till'").fetchone()[0]
    for kind, version, body in facts:
        last, at_ms, offset, digest = con.execute(
            "SELECT id, at_ms, offset_min, hash FROM fact ORDER BY id DESC LIMIT 1"
        ).fetchone()
        raw = codec.canonical(body)
        row = (last + 1, at_ms, offset, "till", "", kind, version, record.pack(raw), b"")
        made = record.chain(digest, till, row, raw)
        con.execute(record.INSERT_ROW, (*row[:-1], made))
    con.commit()
    con.close()
