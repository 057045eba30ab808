"""Tables of offers: which coupons were used, and how often a customer used an offer.

Only baskets with a signed coupon, or of a known customer with an offer, write here. Undoing a sale
as a whole frees both; goods that come back do not, for the rest of the sale was had at that price.
"""

from __future__ import annotations

import sqlite3

from appliance.core import facts as f
from appliance.core.state import Sale, State
from appliance.journal.record import EPOCH_STEP, Record

TABLES: dict[str, str] = {
    "coupon_used": "coupon TEXT PRIMARY KEY, sale INTEGER NOT NULL",
    "offer_used": "customer TEXT NOT NULL, offer TEXT NOT NULL, sale INTEGER NOT NULL,"
    " PRIMARY KEY (customer, offer, sale)",
}
WITHOUT_ROWID = set(TABLES)


FACTS = (f.SaleCompleted,)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    fact = record.fact
    if not isinstance(fact, f.SaleCompleted) or before.sale is None:
        return
    sale = before.sale
    if fact.voids is not None:
        undone = fact.voids.epoch * EPOCH_STEP + fact.voids.sale
        con.execute("DELETE FROM coupon_used WHERE sale=?", (undone,))
        con.execute("DELETE FROM offer_used WHERE sale=?", (undone,))
    elif sale.coupons or sale.customer:
        _used(con, record.epoch * EPOCH_STEP + fact.sale, sale, fact)


def _used(con: sqlite3.Connection, key: int, sale: Sale, fact: f.SaleCompleted) -> None:
    con.executemany(
        "INSERT OR REPLACE INTO coupon_used VALUES (?, ?)",
        [(it.id, key) for it in sale.coupons if it.id != it.promotion],
    )
    if sale.customer:
        con.executemany(
            "INSERT OR REPLACE INTO offer_used VALUES (?, ?, ?)",
            [(sale.customer, it.id, key) for it in fact.promotions if it.amount_minor > 0],
        )


class OfferBook:
    """Reads only, on the journal's own connection, by its owner."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def coupon_used(self, coupon: str) -> bool:
        row = self._con.execute("SELECT 1 FROM coupon_used WHERE coupon=?", (coupon,)).fetchone()
        return row is not None

    def used_by(self, customer: str) -> dict[str, int]:
        """How many sales of a customer each offer lowered."""
        return dict(
            self._con.execute(
                "SELECT offer, count(*) FROM offer_used WHERE customer=? GROUP BY offer",
                (customer,),
            )
        )
