"""Tables of goods that came back: how much of each sold line, and which sales were returns.

Only returns write here; a usual sale touches no row. `returned` has what came back of a line as
the sum of all its returns (see core.returns), `sale_return` one row for each completed sale that
holds returns, by the number of the fact that completed it, which is the sale's `last_id`.
`return_gone` has goods that came back and went on at once: written off, or to the supplier.
"""

from __future__ import annotations

import json
import sqlite3

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.returns import added_up
from appliance.core.state import Line, State
from appliance.journal.record import EPOCH_STEP, Record
from appliance.journal.scale import scaled

TABLES: dict[str, str] = {
    "returned": "sale INTEGER NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL,"
    " sold TEXT NOT NULL, PRIMARY KEY (sale, line)",
    # unproven_minor: of it, what came back without a receipt. voids: the sale that it undid.
    "sale_return": "id INTEGER PRIMARY KEY, day TEXT NOT NULL, actor TEXT NOT NULL,"
    " lines INTEGER NOT NULL, amount_minor INTEGER NOT NULL, unproven_minor INTEGER NOT NULL,"
    " voids INTEGER",
    # cost: of 1, as in `stock_move`; None where nobody knows it.
    "return_gone": "id INTEGER NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL,"
    " restock TEXT NOT NULL, quantity INTEGER NOT NULL, cost INTEGER, receipt INTEGER NOT NULL,"
    " PRIMARY KEY (id, line)",
}
WITHOUT_ROWID = {"returned", "return_gone"}
_GOES_ON = (f.Restock.SCRAP, f.Restock.SUPPLIER)


FACTS = (f.SaleCompleted,)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    fact = record.fact
    if not isinstance(fact, f.SaleCompleted) or before.sale is None:
        return
    back = [line for line in before.sale.live_lines if line.sold is not None]
    if not back:
        return
    for line in back:
        if line.returns is not None:
            _came_back(con, line, line.returns)
        if line.restock in _GOES_ON:
            cost = None if line.cost_minor is None else scaled(line.cost_minor)
            gone = (line.item, line.restock, -scaled(line.quantity), cost, fact.receipt)
            con.execute(
                "INSERT INTO return_gone VALUES (?, ?, ?, ?, ?, ?, ?)",
                (record.id, line.line, *gone),
            )
    goods = [line for line in back if line.kind is f.LineKind.RETURN]
    voids = None if fact.voids is None else sale_key(fact.voids)
    con.execute(
        "INSERT INTO sale_return VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(record.id, record.at.date().isoformat(), record.actor, len(goods)),
            *(_worth(goods), _worth([it for it in goods if it.returns is None]), voids),
        ),
    )


def sale_key(ref: f.SaleRef) -> int:
    """The row of a sale of this till."""
    return ref.epoch * EPOCH_STEP + ref.sale


def _worth(lines: list[Line]) -> int:
    return -sum(line.sold.gross_minor for line in lines if line.sold is not None)


def _came_back(con: sqlite3.Connection, line: Line, ref: f.LineRef) -> None:
    assert line.sold is not None
    key = (sale_key(ref.sale), ref.line)
    row = con.execute("SELECT quantity, sold FROM returned WHERE sale=? AND line=?", key).fetchone()
    quantity, sold = -scaled(line.quantity), line.sold
    if row is not None:
        quantity += row[0]
        sold = added_up(read_sold(row[1]), sold)
    text = codec.canonical(codec.to_json(sold)).decode()
    con.execute("INSERT OR REPLACE INTO returned VALUES (?, ?, ?, ?)", (*key, quantity, text))


def read_sold(text: str) -> f.LineSold:
    sold: f.LineSold = codec.from_json(f.LineSold, json.loads(text))
    return sold
