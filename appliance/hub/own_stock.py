"""What of this till's stock changed, for the shop's other tills: its own sums, by item.

The journal's sums are read beside the running till. Sold lines are followed by their number, papers
and counts by the record's; either way only the items that were touched are summed again.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from appliance.journal.levels import SINCE, Levels
from appliance.journal.reports import reading

KIND = "stock"
_MOVED = "SELECT sku FROM stock_move WHERE id > :after UNION SELECT sku FROM stock_count WHERE id > :after"
_EVERY = (
    "SELECT sku FROM stock UNION SELECT i.sku FROM sale_line l JOIN item i ON i.id = l.item"
    " WHERE l.moves UNION SELECT sku FROM sale_stock"
)


class OwnStock:
    """Used on one thread, the link's."""

    def __init__(self, journal: Path) -> None:
        self._path = journal
        self._line = self._fact = 0

    def everything(self) -> dict[str, int]:
        """Every item's sum, in scaled parts; from here on `changed` tells what is new."""
        with reading(self._path) as con:
            self._mark(con)
            return self._sums(con, {row[0] for row in con.execute(_EVERY)})

    def changed(self) -> dict[str, int]:
        """The sums of what moved since the last answer."""
        with reading(self._path) as con:
            skus = {row[0] for row in con.execute(SINCE, {"after": self._line})}
            skus |= {row[0] for row in con.execute(_MOVED, {"after": self._fact})}
            if not skus:
                return {}
            self._mark(con)
            return self._sums(con, skus)

    def _mark(self, con: sqlite3.Connection) -> None:
        self._line = con.execute("SELECT coalesce(max(id), 0) FROM sale_line").fetchone()[0]
        self._fact = con.execute("SELECT coalesce(max(id), 0) FROM fact").fetchone()[0]

    def _sums(self, con: sqlite3.Connection, skus: set[str]) -> dict[str, int]:
        levels = Levels(con)
        found = {sku: levels.own(sku) for sku in skus}
        return {sku: quantity for sku, quantity in found.items() if quantity is not None}
