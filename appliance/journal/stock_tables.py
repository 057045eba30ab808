"""The stock's tables: sums, worth, lots, single pieces, papers and counts.

`stock` holds each item's sum and average cost up to `meta.stock_line`, the number of a sold line.
What was sold after it stands in `sale_line` alone (moves = 1: the line's item, by its quantity) or,
for what is more than that (a recipe's parts, a lot, a single piece), in `sale_stock`; it is rolled
in at the end of a shift and before a paper or a count, so a usual sale touches no row of stock.
Lots and single pieces, which few goods have, are kept at once. What a sum holds beyond its lots is
of no known lot. Quantities and costs are integers of QUANTITY_SCALE parts; costs of 1, of a minor
unit.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from appliance.core import facts as f
from appliance.core.state import Line, State
from appliance.core.stock import average_after, leaves
from appliance.journal.record import EPOCH_STEP, Record
from appliance.journal.scale import scaled
from appliance.journal.schema import meta, set_meta

TABLES: dict[str, str] = {
    "stock": "sku TEXT PRIMARY KEY, quantity INTEGER NOT NULL, cost INTEGER",
    "stock_count": "id INTEGER NOT NULL, sku TEXT NOT NULL, counted INTEGER NOT NULL,"
    " difference INTEGER NOT NULL, PRIMARY KEY (id, sku)",
    # stock, average: the sum and the average cost after this movement; was: that cost before.
    "stock_move": "id INTEGER NOT NULL, place INTEGER NOT NULL, sku TEXT NOT NULL,"
    " cause TEXT NOT NULL, quantity INTEGER NOT NULL, cost INTEGER, stock INTEGER NOT NULL,"
    " average INTEGER, was INTEGER, lot TEXT NOT NULL, serial TEXT NOT NULL, PRIMARY KEY (id, place)",
    "stock_paper": "id INTEGER PRIMARY KEY, cause TEXT NOT NULL, partner TEXT NOT NULL,"
    " document TEXT NOT NULL, reason TEXT NOT NULL, voids INTEGER, voided_by INTEGER",
    "stock_lot": "sku TEXT NOT NULL, lot TEXT NOT NULL, expiry TEXT NOT NULL,"
    " quantity INTEGER NOT NULL, PRIMARY KEY (sku, lot)",
    "stock_serial": "sku TEXT NOT NULL, serial TEXT NOT NULL, status TEXT NOT NULL,"
    " lot TEXT NOT NULL, id INTEGER NOT NULL, receipt INTEGER, PRIMARY KEY (sku, serial)",
    "sale_stock": "line INTEGER NOT NULL, place INTEGER NOT NULL, sku TEXT NOT NULL,"
    " quantity INTEGER NOT NULL, lot TEXT NOT NULL, serial TEXT NOT NULL,"
    " PRIMARY KEY (line, place)",
    "stock_taking": "id INTEGER PRIMARY KEY, count INTEGER NOT NULL, scope TEXT NOT NULL,"
    " ended INTEGER, applied INTEGER",
    "stock_entry": "taking INTEGER NOT NULL, sku TEXT NOT NULL, lot TEXT NOT NULL,"
    " counted INTEGER NOT NULL, expected INTEGER NOT NULL, id INTEGER NOT NULL,"
    " PRIMARY KEY (taking, sku, lot)",
}
WITHOUT_ROWID = {
    *("stock", "stock_count", "stock_move", "stock_lot", "stock_serial", "sale_stock"),
    "stock_entry",
}

STOCK_LINE = "stock_line"

IN, SOLD, GONE = "in", "sold", "gone"
"""Where a single piece is."""


FACTS = (f.StockMoved, f.StockCounted, f.CountStarted, f.CountEntered, f.CountFinished)


def apply(con: sqlite3.Connection, record: Record, _before: State, _after: State) -> None:
    match record.fact:
        case f.StockMoved():
            _moved(con, record, record.fact)
        case f.StockCounted():
            _counted(con, record, record.fact)
        case f.CountStarted(count=count, scope=scope):
            con.execute(
                "INSERT INTO stock_taking (id, count, scope) VALUES (?, ?, ?)",
                (record.id, count, scope),
            )
        case f.CountEntered():
            _entered(con, record, record.fact)
        case f.CountFinished():
            _finished(con, record, record.fact)
        case _:
            pass


def roll_stock(con: sqlite3.Connection) -> None:
    """Takes what was sold since the last time off the sums."""
    mark = meta(con, STOCK_LINE)
    last = con.execute("SELECT max(id) FROM sale_line").fetchone()[0]
    if last is None or last == mark:
        return
    con.execute(
        "INSERT INTO stock SELECT sku, -sum(quantity), NULL FROM (SELECT i.sku, l.quantity"
        " FROM sale_line l JOIN item i ON i.id = l.item WHERE l.id > :mark AND l.moves"
        " UNION ALL SELECT sku, quantity FROM sale_stock WHERE line > :mark)"
        " GROUP BY sku ORDER BY sku"
        " ON CONFLICT (sku) DO UPDATE SET quantity = quantity + excluded.quantity",
        {"mark": mark},
    )
    set_meta(con, STOCK_LINE, last)


# Sales


def in_lots(con: sqlite3.Connection) -> frozenset[str]:
    """All goods that are kept in lots. Only a fact of FACTS makes it more."""
    return frozenset(row[0] for row in con.execute("SELECT DISTINCT sku FROM stock_lot"))


def sold(
    con: sqlite3.Connection,
    record: Record,
    line: Line,
    row: int,
    receipt: int,
    kept_in_lots: frozenset[str],
) -> bool:
    """Notes what a sold line moves; True when that is no more than its item by its quantity."""
    parts = []
    for move in leaves(line):
        quantity = scaled(move.quantity)
        of = line if move.item == line.item else replace(line, lot="", serial="")
        if quantity < 0:
            parts += _back(con, of, move.item, quantity)
        elif of.serial:
            parts.append((move.item, quantity, of.lot, of.serial))
        elif move.item not in kept_in_lots:
            parts.append((move.item, quantity, of.lot, ""))
        else:
            day = record.at.date().isoformat()
            parts += [(move.item, *part) for part in _taken(con, move.item, quantity, day, of.lot)]
    if not parts:
        return False
    if not line.components and len(parts) == 1 and parts[0][2:] == ("", ""):
        return True
    rows = [(row, place, *part) for place, part in enumerate(parts)]
    con.executemany("INSERT INTO sale_stock VALUES (?, ?, ?, ?, ?, ?)", rows)
    for sku, quantity, lot, serial in parts:
        if lot:
            con.execute(_LOT_MOVES, (-quantity, sku, lot))
        if serial:
            status = SOLD if quantity > 0 else IN
            told = (sku, serial, status, lot, record.id, receipt if quantity > 0 else None)
            con.execute("INSERT OR REPLACE INTO stock_serial VALUES (?, ?, ?, ?, ?, ?)", told)
    return False


_LOT_MOVES = "UPDATE stock_lot SET quantity = quantity + ? WHERE sku=? AND lot=?"


def _taken(
    con: sqlite3.Connection, sku: str, quantity: int, day: str, lot: str = ""
) -> list[tuple[int, str, str]]:
    """Parts of a quantity by lot: the one that is named, else first to expire, first out. Lots past
    their day are never taken unasked; what no lot holds is of no known lot."""
    if lot:
        row = con.execute(
            "SELECT quantity FROM stock_lot WHERE sku=? AND lot=?", (sku, lot)
        ).fetchone()
        if row is None:
            return [(quantity, lot, "")]
        part = min(quantity, max(0, row[0]))
        return [it for it in ((part, lot, ""), (quantity - part, "", "")) if it[0]]
    parts = []
    for found, left in con.execute(
        "SELECT lot, quantity FROM stock_lot WHERE sku=? AND quantity > 0"
        " AND (expiry = '' OR expiry >= ?) ORDER BY expiry = '', expiry, lot",
        (sku, day),
    ):
        part = min(quantity, left)
        parts.append((part, found, ""))
        quantity -= part
        if not quantity:
            return parts
    return [*parts, (quantity, "", "")]


def _back(
    con: sqlite3.Connection, line: Line, sku: str, quantity: int
) -> list[tuple[str, int, str, str]]:
    """Parts of what comes back (quantity < 0), to the lots that it was sold from."""
    if line.serial or line.lot or line.returns is None:
        return [(sku, quantity, line.lot, line.serial)]
    was = line.returns.sale
    sold_from = con.execute(
        "SELECT p.quantity, p.lot, p.serial FROM sale s JOIN sale_line l ON l.id >= s.line_from"
        " AND l.id < s.line_from + s.line_count JOIN sale_stock p ON p.line = l.id"
        " WHERE s.id=? AND l.line=? AND p.sku=? AND p.quantity > 0 ORDER BY p.place DESC",
        (was.epoch * EPOCH_STEP + was.sale, line.returns.line, sku),
    ).fetchall()
    parts, left = [], -quantity
    for amount, lot, serial in sold_from:
        part = min(left, amount)
        if part:
            parts.append((sku, -part, lot, serial))
            left -= part
    return [*parts, (sku, -left, "", "")] if left else parts


# Papers


def _moved(con: sqlite3.Connection, record: Record, fact: f.StockMoved) -> None:
    roll_stock(con)
    voids = None
    if fact.voids:
        epoch, seq = map(int, fact.voids.split("-"))
        voids = epoch * EPOCH_STEP + seq
        con.execute("UPDATE stock_paper SET voided_by=? WHERE id=?", (record.id, voids))
    paper = (record.id, fact.cause.value, fact.partner, fact.document, fact.reason, voids, None)
    con.execute("INSERT INTO stock_paper VALUES (?, ?, ?, ?, ?, ?, ?)", paper)
    day = record.at.date().isoformat()
    for place, move in enumerate(fact.moves):
        quantity = scaled(move.quantity)
        cost = None if move.cost_minor is None else scaled(move.cost_minor)
        was = _average(con, move.item)
        total, average = _add(con, move.item, quantity, cost)
        if voids is not None:
            average = _as_before(con, voids, place, was, average)
        con.execute(
            "INSERT INTO stock_move VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(record.id, place, move.item, fact.cause.value, quantity, cost),
                *(total, average, was, move.lot, move.serial),
            ),
        )
        if move.lot or move.expiry:
            _into_lot(con, move, quantity)
        elif quantity < 0 and not move.serial:
            _out_of_lots(con, move.item, -quantity, day)
        if move.serial:
            status = IN if quantity > 0 else GONE
            told = (move.item, move.serial, status, move.lot, record.id, None)
            con.execute("INSERT OR REPLACE INTO stock_serial VALUES (?, ?, ?, ?, ?, ?)", told)


def _average(con: sqlite3.Connection, sku: str) -> int | None:
    row = con.execute("SELECT cost FROM stock WHERE sku=?", (sku,)).fetchone()
    return row[0] if row else None


def _as_before(
    con: sqlite3.Connection, paper: int, place: int, now: int | None, average: int | None
) -> int | None:
    """The average after a paper is taken back: as it was before, if nothing changed it since."""
    sku, after, was = con.execute(
        "SELECT sku, average, was FROM stock_move WHERE id=? AND place=?", (paper, place)
    ).fetchone()
    if now != after:
        return average
    con.execute("UPDATE stock SET cost=? WHERE sku=?", (was, sku))
    return int(was) if was is not None else None


def _add(
    con: sqlite3.Connection, sku: str, quantity: int, cost: int | None = None
) -> tuple[int, int | None]:
    """The sum and the average cost after goods moved."""
    row = con.execute("SELECT quantity, cost FROM stock WHERE sku=?", (sku,)).fetchone()
    before, known = row or (0, None)
    average = average_after(before, known, quantity, cost)
    con.execute("INSERT OR REPLACE INTO stock VALUES (?, ?, ?)", (sku, before + quantity, average))
    return before + quantity, average


def lot_name(move: f.StockDelta) -> str:
    """Goods with a day but no lot number are a lot by their day."""
    return move.lot or move.expiry


def _into_lot(con: sqlite3.Connection, move: f.StockDelta, quantity: int) -> None:
    con.execute(
        "INSERT INTO stock_lot VALUES (?, ?, ?, ?) ON CONFLICT (sku, lot) DO UPDATE SET"
        " quantity = quantity + excluded.quantity,"
        " expiry = CASE WHEN excluded.expiry = '' THEN expiry ELSE excluded.expiry END",
        (move.item, lot_name(move), move.expiry, quantity),
    )


def _out_of_lots(con: sqlite3.Connection, sku: str, quantity: int, _day: str) -> None:
    """Written off or sent away without a lot's name: the oldest first, also past its day."""
    for part, lot, _serial in _taken(con, sku, quantity, ""):
        if lot:
            con.execute(_LOT_MOVES, (-part, sku, lot))


# Counts


def _counted(con: sqlite3.Connection, record: Record, fact: f.StockCounted) -> None:
    """Sets the sums; the differences are kept, so that a sum stays explained by its movements."""
    roll_stock(con)
    for count in fact.counts:
        quantity = scaled(count.quantity)
        found = con.execute("SELECT quantity FROM stock WHERE sku=?", (count.item,)).fetchone()
        difference = quantity - (found[0] if found else 0)
        _correct(con, record.id, count.item, quantity, difference)
        if not found:
            con.execute("INSERT OR IGNORE INTO stock VALUES (?, 0, NULL)", (count.item,))
        # What a count that goes on has entered stays true of the shelf.
        con.execute(
            "UPDATE stock_entry SET expected = expected + ? WHERE sku=? AND lot=''"
            " AND taking IN (SELECT id FROM stock_taking WHERE ended IS NULL)",
            (difference, count.item),
        )


def _correct(con: sqlite3.Connection, row_id: int, sku: str, counted: int, difference: int) -> None:
    con.execute(
        "INSERT INTO stock_count VALUES (?, ?, ?, ?) ON CONFLICT (id, sku) DO UPDATE SET"
        " counted=excluded.counted, difference=difference + excluded.difference",
        (row_id, sku, counted, difference),
    )
    if difference:
        _add(con, sku, difference)


def _taking(con: sqlite3.Connection, count: int) -> int | None:
    """The row of a count that goes on; numbers go on across a restore too."""
    row = con.execute(
        "SELECT id FROM stock_taking WHERE count=? AND ended IS NULL ORDER BY id DESC LIMIT 1",
        (count,),
    ).fetchone()
    return int(row[0]) if row else None


def _entered(con: sqlite3.Connection, record: Record, fact: f.CountEntered) -> None:
    con.execute(
        "INSERT OR REPLACE INTO stock_entry VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(_taking(con, fact.count), fact.item, fact.lot),
            *(scaled(fact.counted), scaled(fact.expected), record.id),
        ),
    )


def _finished(con: sqlite3.Connection, record: Record, fact: f.CountFinished) -> None:
    """What was found more or less than expected becomes a movement: what was sold after an entry
    is not undone by it."""
    taking = _taking(con, fact.count)
    con.execute(
        "UPDATE stock_taking SET ended=?, applied=? WHERE id=?",
        (record.id, int(fact.applied), taking),
    )
    if not fact.applied:
        return
    roll_stock(con)
    found: dict[str, tuple[int, int]] = {}
    for sku, lot, counted, expected in con.execute(
        "SELECT sku, lot, counted, expected FROM stock_entry WHERE taking=? ORDER BY sku, lot",
        (taking,),
    ).fetchall():
        total, difference = found.get(sku, (0, 0))
        found[sku] = (total + counted, difference + counted - expected)
        if lot:
            con.execute(_LOT_MOVES, (counted - expected, sku, lot))
    for sku, (counted, difference) in found.items():
        _correct(con, record.id, sku, counted, difference)
