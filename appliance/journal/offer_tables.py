"""Tables of offers: what each took off, which coupons were used, how often a customer used one.

Only baskets that an offer lowered, or with a signed coupon, write here. Undoing a sale as a whole
takes all of it back; goods that come back do not, for the rest of the sale was had at that price.
"""

from __future__ import annotations

import sqlite3

from appliance.core import facts as f
from appliance.core.state import Sale, State
from appliance.journal.record import EPOCH_STEP, Record
from appliance.journal.shift_tables import shift_key

_GAVE = (
    " offer TEXT NOT NULL, name TEXT NOT NULL, times INTEGER NOT NULL,"
    " amount_minor INTEGER NOT NULL,"
)
TABLES: dict[str, str] = {
    # Days are those of the shop's own clock, counted from 1970.
    "day_offer": f"day INTEGER NOT NULL,{_GAVE} PRIMARY KEY (day, offer)",
    "shift_offer": f"shift INTEGER NOT NULL,{_GAVE} PRIMARY KEY (shift, offer)",
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
    if given := _given(fact):
        offset = record.at.utcoffset()
        local_s = int(record.at.timestamp()) + (int(offset.total_seconds()) if offset else 0)
        con.executemany(_ADD.format("day"), [(local_s // 86400, *it) for it in given])
        key = shift_key(con, fact.shift)
        con.executemany(_ADD.format("shift"), [(key, *it) for it in given])
    if fact.voids is not None:
        undone = fact.voids.epoch * EPOCH_STEP + fact.voids.sale
        con.execute("DELETE FROM coupon_used WHERE sale=?", (undone,))
        con.execute("DELETE FROM offer_used WHERE sale=?", (undone,))
    elif sale.coupons or sale.customer:
        _used(con, record.epoch * EPOCH_STEP + fact.sale, sale, fact)


_ADD = (
    "INSERT INTO {0}_offer VALUES (?, ?, ?, ?, ?) ON CONFLICT ({0}, offer) DO UPDATE"
    " SET times = times + excluded.times, amount_minor = amount_minor + excluded.amount_minor,"
    " name = iif(excluded.name = '', name, excluded.name)"
)


def _given(fact: f.SaleCompleted) -> list[tuple[str, str, int, int]]:
    """(offer, name, times, amount) of a sale; of one that undoes another, what is taken back."""
    if fact.voids is None:
        return [(it.id, it.name, 1, it.amount_minor) for it in fact.promotions]
    back: dict[str, int] = {}
    for share in (share for line in fact.lines for share in line.promotions):
        back[share.id] = back.get(share.id, 0) + share.amount_minor
    return [(offer, "", -1, amount) for offer, amount in back.items()]


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
