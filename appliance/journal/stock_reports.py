"""Questions about stock, answered from the tables by any process, read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from appliance.core.item import Item, ItemId
from appliance.core.money import round_half_away
from appliance.core.stock_rows import MarginRow, MoveRow, PaperRow
from appliance.journal import record, schema
from appliance.journal.past_sales import first_line
from appliance.journal.record import EPOCH_STEP
from appliance.journal.scale import QUANTITY_SCALE, unscaled
from appliance.journal.stock_tables import STOCK_LINE

ROWS_MAX = 10_000
"""Rows that one answer holds at most."""


@dataclass(frozen=True, slots=True)
class Level:
    quantity: Decimal
    cost_minor: Decimal | None

    def at_cost_of(self, item: Item | None) -> Level:
        """With the catalogue's cost where no delivery told one."""
        if self.cost_minor is not None or item is None or item.cost_minor is None:
            return self
        return replace(self, cost_minor=Decimal(item.cost_minor))

    @property
    def value_minor(self) -> int | None:
        """What lies there at its average cost; what is missing is worth nothing."""
        if self.cost_minor is None:
            return None
        return round_half_away(Fraction(max(self.quantity, Decimal(0))) * Fraction(self.cost_minor))


def levels(con: sqlite3.Connection) -> dict[str, Level]:
    """What lies there of each item that ever moved."""
    rows = con.execute(
        "SELECT m.sku, sum(m.quantity), (SELECT cost FROM stock WHERE sku = m.sku) FROM"
        " (SELECT sku, quantity FROM stock UNION ALL"
        " SELECT i.sku, -l.quantity FROM sale_line l JOIN item i ON i.id = l.item"
        " WHERE l.id > :mark AND l.moves"
        " UNION ALL SELECT sku, -quantity FROM sale_stock WHERE line > :mark) m"
        " GROUP BY m.sku ORDER BY m.sku",
        {"mark": schema.meta(con, STOCK_LINE)},
    )
    return {
        sku: Level(unscaled(quantity), None if cost is None else unscaled(cost))
        for sku, quantity, cost in rows
    }


def stock_value(con: sqlite3.Connection) -> tuple[int, int]:
    """The worth of all that lies there, in minor units, and of how many items nobody knows it."""
    known = levels(con).values()
    worth = sum(level.value_minor or 0 for level in known)
    unknown = sum(level.value_minor is None and level.quantity > 0 for level in known)
    return worth, unknown


def sold_since(con: sqlite3.Connection, since: datetime) -> dict[str, Decimal]:
    """How much of each item left by sales (and came back) from a time on."""
    first = first_line(con, since)
    if first is None:
        return {}
    rows = con.execute(
        "SELECT sku, sum(quantity) FROM (SELECT i.sku, l.quantity FROM (SELECT item,"
        " sum(quantity) AS quantity FROM sale_line WHERE id >= :first AND moves GROUP BY item) l"
        " JOIN item i ON i.id = l.item"
        " UNION ALL SELECT sku, quantity FROM sale_stock WHERE line >= :first) GROUP BY sku",
        {"first": first},
    )
    return {sku: unscaled(quantity) for sku, quantity in rows}


def margin(con: sqlite3.Connection, since: datetime, until: datetime) -> tuple[MarginRow, ...]:
    """What each item brought beyond its cost in some time, the best first."""
    span = (int(since.timestamp() * 1000), int(until.timestamp() * 1000))
    rows = con.execute(
        "SELECT i.sku, i.name, sum(l.quantity), sum(l.net_minor), sum(coalesce(l.cost_minor, 0)),"
        " sum(CASE WHEN l.cost_minor IS NULL THEN 0 ELSE l.net_minor - l.cost_minor END),"
        " sum(CASE WHEN l.cost_minor IS NULL THEN l.quantity ELSE 0 END)"
        " FROM sale s JOIN sale_line l ON l.id >= s.line_from AND l.id < s.line_from + s.line_count"
        " JOIN item i ON i.id = l.item WHERE s.at_ms >= ? AND s.at_ms < ?"
        " AND s.status = 'completed' GROUP BY i.sku ORDER BY 6 DESC, i.sku",
        span,
    )
    return tuple(
        MarginRow(ItemId(sku), name, unscaled(sold), net, cost, brought, unscaled(unknown))
        for sku, name, sold, net, cost, brought, unknown in rows
    )


def shortages(
    con: sqlite3.Connection, first: date, last: date
) -> list[tuple[str, Decimal, int | None]]:
    """(item, quantity, worth at cost) of what counts of the shelves and write-offs took off or put
    on in these days (an import only says what is so), and of returned goods that were written off, the greatest loss first; worth is None where
    no cost is known."""
    offset = date(1970, 1, 1).toordinal()
    rows = con.execute(
        "SELECT x.sku, x.quantity, x.cost FROM (SELECT m.id, m.sku, m.quantity,"
        " coalesce(m.was, m.average, m.cost) AS cost FROM stock_move m"
        " JOIN stock_paper p ON p.id = m.id AND p.voided_by IS NULL AND p.voids IS NULL"
        " WHERE m.cause = 'write_off' UNION ALL SELECT c.id, c.sku, c.difference,"
        " (SELECT cost FROM stock WHERE sku = c.sku) FROM stock_count c WHERE c.difference <> 0"
        " AND c.id IN (SELECT ended FROM stock_taking)"
        " UNION ALL SELECT id, sku, -quantity, cost FROM return_gone WHERE restock = 'scrap') x"
        " JOIN fact f ON f.id = x.id WHERE (f.at_ms / 1000 + f.offset_min * 60) / 86400"
        " BETWEEN ? AND ?",
        (first.toordinal() - offset, last.toordinal() - offset),
    )
    many: dict[str, int] = {}
    worth: dict[str, int | None] = {}
    for sku, quantity, cost in rows:
        many[sku] = many.get(sku, 0) + quantity
        before = worth.get(sku, 0)
        worth[sku] = None if cost is None or before is None else before + quantity * cost
    found = [
        (
            sku,
            unscaled(many[sku]),
            None if value is None else round_half_away(Fraction(value, QUANTITY_SCALE**2)),
        )
        for sku, value in worth.items()
        if many[sku]
    ]
    return sorted(found, key=lambda it: (it[2] or 0, it[0]))


def lots(con: sqlite3.Connection, until: str) -> list[tuple[str, str, str, Decimal]]:
    """(item, lot, expiry, left) of lots that expire on or before a day, the first to go first."""
    rows = con.execute(
        "SELECT sku, lot, expiry, quantity FROM stock_lot WHERE quantity > 0 AND expiry <> ''"
        " AND expiry <= ? ORDER BY expiry, sku, lot LIMIT ?",
        (until, ROWS_MAX),
    )
    return [(sku, lot, expiry, unscaled(quantity)) for sku, lot, expiry, quantity in rows]


def lots_of(con: sqlite3.Connection, item: str) -> list[tuple[str, str, Decimal]]:
    """(lot, expiry, left) of an item."""
    rows = con.execute(
        "SELECT lot, expiry, quantity FROM stock_lot WHERE sku=? AND quantity <> 0"
        " ORDER BY expiry = '', expiry, lot",
        (item,),
    )
    return [(lot, expiry, unscaled(quantity)) for lot, expiry, quantity in rows]


def papers(con: sqlite3.Connection, limit: int = 200) -> tuple[PaperRow, ...]:
    """Stock papers, the newest first."""
    rows = con.execute(
        "SELECT p.id, f.at_ms, f.offset_min, f.actor, p.cause, p.partner, p.document, p.reason,"
        " p.voids, p.voided_by FROM stock_paper p JOIN fact f ON f.id = p.id"
        " ORDER BY p.id DESC LIMIT ?",
        (min(limit, ROWS_MAX),),
    ).fetchall()
    made = []
    for key, at_ms, offset, actor, cause, partner, document, reason, voids, voided_by in rows:
        moved = con.execute(
            "SELECT quantity, coalesce(cost, was, average, 0) FROM stock_move WHERE id=?", (key,)
        ).fetchall()
        value = sum(
            (Fraction(quantity * cost, QUANTITY_SCALE**2) for quantity, cost in moved), Fraction(0)
        )
        made.append(
            PaperRow(
                number=number(key),
                at=record.moment(at_ms, offset),
                actor=actor,
                cause=cause,
                partner=partner,
                document=document,
                reason=reason,
                rows=len(moved),
                value_minor=round_half_away(value),
                voids=number(voids),
                voided_by=number(voided_by),
            )
        )
    return tuple(made)


def number(key: int | None) -> str:
    """A paper's number: epoch and seq of its fact."""
    return "" if key is None else f"{key // EPOCH_STEP}-{key % EPOCH_STEP}"


def history(con: sqlite3.Connection, item: str, limit: int = 200) -> tuple[MoveRow, ...]:
    """An item's movements, the newest first: papers, counts, imports and sales. In the order of the
    journal, whatever the clock said."""
    limit = min(limit, ROWS_MAX)
    moves = [*_by_paper(con, item, limit), *_by_count(con, item, limit)]
    moves += [*_by_sale(con, item, limit), *_back_and_gone(con, item, limit)]
    moves.sort(key=lambda move: move[0], reverse=True)
    return tuple(row for _, row in moves[:limit])


Moves = Iterator[tuple[int, MoveRow]]
"""Rows with the numbers of their facts."""


def _by_paper(con: sqlite3.Connection, item: str, limit: int) -> Moves:
    for key, at_ms, offset, cause, quantity, left, cost, lot, serial in con.execute(
        "SELECT m.id, f.at_ms, f.offset_min, m.cause, m.quantity, m.stock, m.cost, m.lot,"
        " m.serial FROM stock_move m JOIN fact f ON f.id = m.id WHERE m.sku=?"
        " ORDER BY m.id DESC, m.place DESC LIMIT ?",
        (item, limit),
    ):
        at, paid = record.moment(at_ms, offset), None if cost is None else unscaled(cost)
        moved = (unscaled(quantity), unscaled(left), paid)
        yield key, MoveRow(at, cause, *moved, lot, serial, number(key))


def _by_count(con: sqlite3.Connection, item: str, limit: int) -> Moves:
    for key, at_ms, offset, counted, difference in con.execute(
        "SELECT c.id, f.at_ms, f.offset_min, c.counted, c.difference FROM stock_count c"
        " JOIN fact f ON f.id = c.id WHERE c.sku=? ORDER BY c.id DESC LIMIT ?",
        (item, limit),
    ):
        at = record.moment(at_ms, offset)
        yield key, MoveRow(at, "count", unscaled(difference), unscaled(counted))


def _by_sale(con: sqlite3.Connection, item: str, limit: int) -> Moves:
    for key, at_ms, offset, receipt, quantity, lot, serial in con.execute(
        _SOLD, (item, item, limit)
    ):
        at, cause = record.moment(at_ms, offset), "sale" if quantity > 0 else "return"
        row = MoveRow(at, cause, -unscaled(quantity), lot=lot, serial=serial, receipt=receipt)
        yield key, row


def _back_and_gone(con: sqlite3.Connection, item: str, limit: int) -> Moves:
    """Goods that came back and went on at once: the shelf saw neither."""
    for key, receipt, at_ms, offset, restock, quantity in con.execute(
        "SELECT g.id, g.receipt, f.at_ms, f.offset_min, g.restock, g.quantity FROM return_gone g"
        " JOIN fact f ON f.id = g.id WHERE g.sku=? ORDER BY g.id DESC LIMIT ?",
        (item, limit),
    ):
        at, many = record.moment(at_ms, offset), unscaled(quantity)
        went = "write_off" if restock == "scrap" else "supplier_return"
        yield key, MoveRow(at, went, -many, receipt=receipt)
        yield key, MoveRow(at, "return", many, receipt=receipt)


_SOLD = (
    "SELECT s.last_id, s.at_ms, s.offset_min, s.receipt, m.quantity, m.lot, m.serial FROM"
    " (SELECT l.id, l.quantity, '' AS lot, '' AS serial FROM sale_line l"
    " WHERE l.moves AND l.item IN (SELECT id FROM item WHERE sku = ?)"
    " UNION ALL SELECT line, quantity, lot, serial FROM sale_stock WHERE sku = ?"
    " ORDER BY 1 DESC LIMIT ?) m"
    " JOIN sale s ON s.line_from = (SELECT max(line_from) FROM sale WHERE line_from <= m.id)"
)


def taking(con: sqlite3.Connection, count: int) -> tuple[int, str] | None:
    """(row, scope) of a count, the newest of its number."""
    row = con.execute(
        "SELECT id, scope FROM stock_taking WHERE count=? ORDER BY id DESC LIMIT 1", (count,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def entries(con: sqlite3.Connection, count: int) -> list[tuple[str, str, Decimal, Decimal]]:
    """(item, lot, counted, expected) of a count, the newest entry first."""
    found = taking(con, count)
    if found is None:
        return []
    rows = con.execute(
        "SELECT sku, lot, counted, expected FROM stock_entry WHERE taking=? ORDER BY id DESC, sku",
        (found[0],),
    )
    return [
        (sku, lot, unscaled(counted), unscaled(expected)) for sku, lot, counted, expected in rows
    ]


def counts(con: sqlite3.Connection, limit: int = 50) -> list[tuple[int, str, str, int]]:
    """(count, scope, "open" or "applied" or "dropped", entries), the newest first."""
    rows = con.execute(
        "SELECT t.count, t.scope, t.ended, t.applied,"
        " (SELECT count(*) FROM stock_entry e WHERE e.taking = t.id)"
        " FROM stock_taking t ORDER BY t.id DESC LIMIT ?",
        (limit,),
    )
    return [
        (count, scope, "open" if ended is None else "applied" if applied else "dropped", entered)
        for count, scope, ended, applied, entered in rows
    ]


def names(con: sqlite3.Connection) -> dict[str, str]:
    """The newest name that each item was sold by."""
    return dict(con.execute("SELECT sku, name FROM item ORDER BY id"))
