"""Sums by day for reports: a year is read from some thousand rows instead of a million lines.

What was completed up to `meta.report_line`, the number of a sold line, stands in the tables; the
sales after it are summed up when asked, by the very same questions, and rolled in when a shift
closes, so that a sale writes nothing here. Days are those of the shop's own clock, counted from
1970. `month_item` holds whole months of `day_item` by their first day.
"""

# ruff: noqa: S608 - nothing but constants stands in these questions

from __future__ import annotations

import sqlite3

from appliance.core import facts as f
from appliance.core.state import State
from appliance.journal.keys import sale_key
from appliance.journal.record import EPOCH_STEP, Record
from appliance.journal.schema import meta, set_meta

_ITEM = (
    " item INTEGER NOT NULL, lines INTEGER NOT NULL, quantity INTEGER NOT NULL,"
    " net_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL,"
    " cost_minor INTEGER NOT NULL, known_minor INTEGER NOT NULL, PRIMARY KEY (day, item)"
)
TABLES: dict[str, str] = {
    # known: the net of those lines whose cost is known, so that a margin compares like with like.
    "day_item": "day INTEGER NOT NULL," + _ITEM,
    "month_item": "day INTEGER NOT NULL," + _ITEM,
    "day_hour": "day INTEGER NOT NULL, hour INTEGER NOT NULL, cashier TEXT NOT NULL,"
    " sales INTEGER NOT NULL, lines INTEGER NOT NULL, total_minor INTEGER NOT NULL,"
    " discount_minor INTEGER NOT NULL, rounding_minor INTEGER NOT NULL,"
    " tip_minor INTEGER NOT NULL, prepaid_minor INTEGER NOT NULL,"
    " returns INTEGER NOT NULL, returned_minor INTEGER NOT NULL,"
    " PRIMARY KEY (day, hour, cashier)",
    "day_tender": "day INTEGER NOT NULL, type TEXT NOT NULL, currency TEXT NOT NULL,"
    " count INTEGER NOT NULL, amount_minor INTEGER NOT NULL, foreign_minor INTEGER NOT NULL,"
    " PRIMARY KEY (day, type, currency)",
    "day_tax": "day INTEGER NOT NULL, code TEXT NOT NULL, net_minor INTEGER NOT NULL,"
    " tax_minor INTEGER NOT NULL, gross_minor INTEGER NOT NULL, PRIMARY KEY (day, code)",
}
WITHOUT_ROWID = set(TABLES)

REPORT_LINE = "report_line"
REPORT_SALE = "report_sale"
"""The first sale that may be completed after that line: older ones are not even looked at."""

LOCAL_S = "(s.at_ms / 1000 + s.offset_min * 60)"
_GOODS = "l.item NOT IN (SELECT id FROM item WHERE sku LIKE ':%' AND sku <> ':service_charge')"
"""Neither money for an account nor a tip is an item that was sold."""
_SOLD = "s.id >= :sale AND s.status = 'completed' AND s.line_from > :mark"

NEWER: dict[str, str] = {
    "day_item": f"SELECT {LOCAL_S} / 86400 AS day, l.item AS item, count(*) AS lines,"
    " sum(l.quantity) AS quantity, sum(l.net_minor) AS net_minor, sum(l.tax_minor) AS tax_minor,"
    " sum(l.discount_minor) AS discount_minor, sum(coalesce(l.cost_minor, 0)) AS cost_minor,"
    " sum(iif(l.cost_minor IS NULL, 0, l.net_minor)) AS known_minor"
    # CROSS: SQLite is to walk the newer sales, not all lines that ever were.
    " FROM sale s CROSS JOIN sale_line l ON l.id >= s.line_from AND l.id < s.line_from + s.line_count"
    f" WHERE {_SOLD} AND {_GOODS} GROUP BY 1, 2",
    "day_hour": f"SELECT {LOCAL_S} / 86400 AS day, {LOCAL_S} % 86400 / 3600 AS hour,"
    " s.cashier AS cashier, count(*) AS sales, sum(s.line_count) AS lines,"
    " sum(s.total_minor - s.tip_minor - s.prepaid_minor) AS total_minor, sum(s.discount_minor) AS discount_minor,"
    " sum(s.rounding_minor) AS rounding_minor, sum(s.tip_minor) AS tip_minor,"
    " sum(s.prepaid_minor) AS prepaid_minor,"
    " sum(s.returned_minor <> 0) AS returns, sum(s.returned_minor) AS returned_minor"
    f" FROM sale s WHERE {_SOLD} GROUP BY 1, 2, 3",
    "day_tender": f"SELECT {LOCAL_S} / 86400 AS day, t.value ->> 1 AS type,"
    " coalesce(t.value ->> 5, '') AS currency, count(*) AS count,"
    " sum(t.value ->> 2) AS amount_minor, sum(coalesce(t.value ->> 6, 0)) AS foreign_minor"
    f" FROM sale s, json_each(s.tenders) t WHERE {_SOLD} AND NOT t.value ->> 3"
    " AND coalesce(t.value ->> 4, 'taken') = 'taken' GROUP BY 1, 2, 3"
    # Change goes back in cash, whatever was taken.
    f" UNION ALL SELECT {LOCAL_S} / 86400, 'cash', '', 0, -sum(s.change_minor), 0"
    f" FROM sale s WHERE {_SOLD} AND s.change_minor <> 0 GROUP BY 1",
    "day_tax": f"SELECT {LOCAL_S} / 86400 AS day, x.value ->> 0 AS code,"
    " sum(x.value ->> 1) AS net_minor, sum(x.value ->> 2) AS tax_minor,"
    " sum(x.value ->> 3) AS gross_minor"
    f" FROM sale s, json_each(s.taxes) x WHERE {_SOLD} GROUP BY 1, 2",
}
"""What is not in the tables yet, by table, in their columns; :mark is `meta.report_line`, :sale `meta.report_sale`."""

_KEYS = {"day_item": 2, "day_hour": 3, "day_tender": 3, "day_tax": 2}


FACTS = (f.ShiftClosed,)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    match record.fact:
        case f.ShiftClosed():
            waiting = [sale_key(con, record.epoch, sale.sale) for sale in before.suspended]
            roll(con, min([*waiting, record.epoch * EPOCH_STEP + before.last_sale + 1]))
        case _:
            pass


def roll(con: sqlite3.Connection, next_sale: int) -> None:
    """Takes the sales since the last time into the sums. next_sale: the first row of `sale` that
    may still be completed."""
    newer = newer_than(con)
    last = con.execute("SELECT max(id) FROM sale_line").fetchone()[0]
    if last is None or last == newer["mark"]:
        return
    # "WHERE true" tells SQLite that ON CONFLICT belongs to the INSERT, not to a join.
    for table, select in NEWER.items():
        con.execute(_INSERT[table].format(select=f"SELECT * FROM ({select}) WHERE true"), newer)
    con.execute(
        _INSERT["month_item"].format(
            select="SELECT unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400,"
            " item, sum(lines), sum(quantity), sum(net_minor), sum(tax_minor),"
            f" sum(discount_minor), sum(cost_minor), sum(known_minor) FROM ({NEWER['day_item']})"
            " WHERE true GROUP BY 1, 2"
        ),
        newer,
    )
    set_meta(con, REPORT_LINE, last)
    set_meta(con, REPORT_SALE, next_sale)


def newer_than(con: sqlite3.Connection) -> dict[str, int]:
    """The parameters of NEWER."""
    return {
        "mark": int(meta(con, REPORT_LINE) or 0),
        "sale": int(meta(con, REPORT_SALE) or 0),
    }


def _insert(table: str, keys: int) -> str:
    names = [
        column.split()[0]
        for column in TABLES[table].split(" PRIMARY KEY")[0].rstrip(", ").split(",")
        if column.strip()
    ]
    key, sums = names[:keys], names[keys:]
    adds = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums)
    return f"INSERT INTO {table} {{select}} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {adds}"


_INSERT = {table: _insert(table, keys) for table, keys in {**_KEYS, "month_item": 2}.items()}
