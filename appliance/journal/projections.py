"""Tables that reports read, kept by the same transaction as the facts and rebuildable from them.

Written for few bytes: names stand once in `item`, lines and tenders only enter when they are paid,
and a sale's row is written when it starts and at each money fact. Quantities are integers of
QUANTITY_SCALE parts. `stock` holds the sums up to `meta.stock_line`; what was sold after it is
still in `sale_line` alone and is rolled in at the end of a shift, so a sale touches no row of
stock. The open basket's lines stand in its facts, from its sale's first record on.
"""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.state import PrintJob, ReceiptStatus, Sale, State
from appliance.journal.record import EPOCH_STEP, Record, times
from appliance.journal.schema import meta, set_meta

VERSION = 1
"""Raise it when a table or its meaning changes: the next open rebuilds all of them."""

QUANTITY_SCALE = 10**6

TABLES: dict[str, str] = {
    "item": "id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,"
    " taxes TEXT NOT NULL, UNIQUE (sku, name, unit, taxes)",
    "sale": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, first_id INTEGER NOT NULL,"
    " last_id INTEGER, status TEXT NOT NULL, receipt_status TEXT NOT NULL DEFAULT 'open',"
    " copies INTEGER NOT NULL DEFAULT 0, receipt INTEGER, at_ms INTEGER NOT NULL,"
    " offset_min INTEGER NOT NULL, cashier TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',"
    " total_minor INTEGER, discount_minor INTEGER, rounding_minor INTEGER, paid_minor INTEGER,"
    " change_minor INTEGER, line_from INTEGER, line_count INTEGER, taxes TEXT",
    "sale_line": "id INTEGER PRIMARY KEY, item INTEGER NOT NULL, line INTEGER NOT NULL,"
    " quantity INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL, net_minor INTEGER NOT NULL,"
    " tax_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL",
    "tender": "id INTEGER PRIMARY KEY, sale INTEGER NOT NULL, tender INTEGER NOT NULL,"
    " type TEXT NOT NULL, amount_minor INTEGER NOT NULL, voided INTEGER NOT NULL DEFAULT 0",
    "drawer": "id INTEGER PRIMARY KEY, effect INTEGER NOT NULL, cause TEXT NOT NULL,"
    " reason TEXT NOT NULL, shift INTEGER, outcome TEXT",
    "cash_move": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, direction TEXT NOT NULL,"
    " amount_minor INTEGER NOT NULL, reason TEXT NOT NULL",
    "shift": "id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER,"
    " sale_from INTEGER NOT NULL, sale_to INTEGER, currency TEXT NOT NULL, opened_by TEXT NOT NULL,"
    " closed_by TEXT, float_minor INTEGER NOT NULL, pay_in_minor INTEGER NOT NULL DEFAULT 0,"
    " pay_out_minor INTEGER NOT NULL DEFAULT 0, voided_lines INTEGER NOT NULL DEFAULT 0,"
    " voided_sales INTEGER NOT NULL DEFAULT 0, no_sales INTEGER NOT NULL DEFAULT 0,"
    " z_number INTEGER, counted_minor INTEGER, difference_minor INTEGER, reason TEXT, totals TEXT",
    "stock": "sku TEXT PRIMARY KEY, quantity INTEGER NOT NULL",
    "stock_count": "id INTEGER NOT NULL, sku TEXT NOT NULL, counted INTEGER NOT NULL,"
    " difference INTEGER NOT NULL, PRIMARY KEY (id, sku)",
}
_WITHOUT_ROWID = {"stock", "stock_count"}

STOCK_LINE = "stock_line"
PROJECTIONS_VERSION = "projections"


def create(con: sqlite3.Connection) -> None:
    """Empty tables, whatever stood there before."""
    for name, columns in TABLES.items():
        con.execute(f"DROP TABLE IF EXISTS {name}")
        tail = " WITHOUT ROWID" if name in _WITHOUT_ROWID else ""
        con.execute(f"CREATE TABLE {name} ({columns}){tail}")
    set_meta(con, PROJECTIONS_VERSION, VERSION)
    set_meta(con, STOCK_LINE, 0)


def scaled(quantity: Decimal) -> int:
    """Parts of QUANTITY_SCALE; a unit has three decimals at most, so nothing is cut off."""
    return int(quantity.scaleb(6))


def apply(con: sqlite3.Connection, record: Record, before: State, after: State) -> None:
    """What one fact changes in the tables. before and after: the states around it."""
    fact = record.fact
    match fact:
        case f.SaleStarted():
            _started(con, record, fact)
        case f.SaleCompleted() if before.sale is not None:
            _completed(con, record, fact, before.sale)
        case f.SaleSuspended() | f.SaleVoided() | f.SaleRecalled():
            _set_aside(con, record, fact)
        case f.Tendered():
            row = (record.id, _sale_key(con, record.epoch, fact.sale), fact.tender)
            con.execute(
                "INSERT INTO tender VALUES (?, ?, ?, ?, ?, 0)",
                (*row, fact.type.value, fact.amount_minor),
            )
        case f.TenderVoided():
            sale = _sale_key(con, record.epoch, fact.sale)
            con.execute(
                "UPDATE tender SET voided=1 WHERE tender=? AND sale=? AND id >="
                " (SELECT first_id FROM sale WHERE id=?)",
                (fact.tender, sale, sale),
            )
        case f.DrawerOpened():
            shift = after.shift.shift if after.shift else None
            con.execute(
                "INSERT INTO drawer VALUES (?, ?, ?, ?, ?, NULL)",
                (record.id, fact.effect, fact.cause.value, fact.reason, shift),
            )
        case f.PrintRequested() | f.PrintSkipped() | f.EffectStarted() | f.EffectEnded():
            _effect(con, record, fact, before)
        case f.ShiftOpened() | f.ShiftClosed() | f.CashMoved():
            _shift(con, record, fact, before)
        case f.StockCounted():
            _counted(con, record, fact)
        case _:
            pass
    _counters(con, before, after)


def _sale_key(con: sqlite3.Connection, epoch: int, sale: int) -> int:
    """The row of a sale, which may have been started before a restore, in an earlier epoch."""
    for started_in in range(epoch, 1, -1):
        key = started_in * EPOCH_STEP + sale
        if con.execute("SELECT 1 FROM sale WHERE id=?", (key,)).fetchone():
            return key
    return EPOCH_STEP + sale


def _started(con: sqlite3.Connection, record: Record, fact: f.SaleStarted) -> None:
    key = record.epoch * EPOCH_STEP + fact.sale
    con.execute(
        "INSERT OR REPLACE INTO sale (id, shift, first_id, status, at_ms, offset_min, cashier)"
        " VALUES (?, ?, ?, 'open', ?, ?, ?)",
        (key, fact.shift, record.id, *times(record.at), record.actor),
    )


def _set_aside(
    con: sqlite3.Connection,
    record: Record,
    fact: f.SaleSuspended | f.SaleVoided | f.SaleRecalled,
) -> None:
    key = _sale_key(con, record.epoch, fact.sale)
    match fact:
        case f.SaleSuspended(name=name):
            status, total = "suspended", None
        case f.SaleVoided(total_minor=total):
            status, name = "voided", ""
        case _:
            status, name, total = "open", "", None
    con.execute(
        "UPDATE sale SET status=?, name=?, total_minor=?, last_id=?, at_ms=?, offset_min=?,"
        " cashier=? WHERE id=?",
        (status, name, total, record.id, *times(record.at), record.actor, key),
    )


def _completed(con: sqlite3.Connection, record: Record, fact: f.SaleCompleted, sale: Sale) -> None:
    rung = {line.line: line for line in sale.lines}
    last = con.execute("SELECT max(id) FROM sale_line").fetchone()[0] or 0
    rows = []
    for number, sold in enumerate(fact.lines, last + 1):
        line = rung[sold.line]
        item = _item(con, line.item, line.name, line.unit.value, ",".join(line.taxes))
        amounts = (line.unit_price_minor, sold.net_minor, sold.tax_minor, sold.discount_minor)
        rows.append((number, item, sold.line, scaled(line.quantity), *amounts))
    con.executemany("INSERT INTO sale_line VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    taxes = [[tax.code, tax.net_minor, tax.tax_minor, tax.gross_minor] for tax in fact.taxes]
    con.execute(
        "UPDATE sale SET status='completed', name='', last_id=?, shift=?, receipt=?, at_ms=?,"
        " offset_min=?, cashier=?, total_minor=?, discount_minor=?, rounding_minor=?, paid_minor=?,"
        " change_minor=?, line_from=?, line_count=?, taxes=? WHERE id=?",
        (
            *(record.id, fact.shift, fact.receipt, *times(record.at), record.actor),
            *(fact.total_minor, fact.discount_minor, fact.rounding_minor, fact.paid_minor),
            *(fact.change_minor, last + 1, len(rows), codec.canonical(taxes).decode()),
            _sale_key(con, record.epoch, fact.sale),
        ),
    )


def _item(con: sqlite3.Connection, *key: str) -> int:
    found = con.execute(
        "SELECT id FROM item WHERE sku=? AND name=? AND unit=? AND taxes=?", key
    ).fetchone()
    if found:
        return int(found[0])
    made = con.execute("INSERT INTO item (sku, name, unit, taxes) VALUES (?, ?, ?, ?)", key)
    assert made.lastrowid is not None
    return made.lastrowid


_RECEIPT_AFTER = {
    Outcome.DONE: ReceiptStatus.PRINTED,
    Outcome.UNKNOWN: ReceiptStatus.UNKNOWN,
    Outcome.FAILED: ReceiptStatus.FAILED,
}


def _effect(
    con: sqlite3.Connection,
    record: Record,
    fact: f.PrintRequested | f.PrintSkipped | f.EffectStarted | f.EffectEnded,
    before: State,
) -> None:
    match fact:
        case f.PrintRequested(what=f.PrintWhat.RECEIPT, sale=int(sale)):
            _receipt(con, record, sale, ReceiptStatus.WAITING, fact.copy)
        case f.PrintSkipped(sale=sale):
            _receipt(con, record, sale, ReceiptStatus.SKIPPED)
        case f.EffectStarted(effect=effect):
            job = _receipt_job(before, effect)
            if job is not None and job.sale is not None:
                _receipt(con, record, job.sale, ReceiptStatus.PRINTING)
        case f.EffectEnded(effect=effect, outcome=outcome):
            job = _receipt_job(before, effect)
            if job is not None and job.sale is not None:
                _receipt(con, record, job.sale, _RECEIPT_AFTER[outcome])
            elif outcome is not Outcome.DONE:
                con.execute(
                    "UPDATE drawer SET outcome=? WHERE id="
                    "(SELECT id FROM drawer WHERE effect=? ORDER BY id DESC LIMIT 1)",
                    (outcome.value, effect),
                )
        case _:
            pass


def _receipt_job(state: State, effect: int) -> PrintJob | None:
    for job in state.effects:
        if job.effect == effect and isinstance(job, PrintJob):
            return job if job.what is f.PrintWhat.RECEIPT else None
    return None


def _receipt(
    con: sqlite3.Connection,
    record: Record,
    sale: int,
    status: ReceiptStatus,
    copy: int = 0,
) -> None:
    con.execute(
        "UPDATE sale SET receipt_status=?, copies=max(copies, ?) WHERE id=?",
        (status.value, copy, _sale_key(con, record.epoch, sale)),
    )


def _shift_key(con: sqlite3.Connection, number: int) -> int | None:
    """Shift numbers go on across a restore, but one may have been used on both sides of it."""
    row = con.execute(
        "SELECT id FROM shift WHERE id % ? = ? ORDER BY id DESC LIMIT 1", (EPOCH_STEP, number)
    ).fetchone()
    return int(row[0]) if row else None


def _shift(
    con: sqlite3.Connection,
    record: Record,
    fact: f.ShiftOpened | f.ShiftClosed | f.CashMoved,
    before: State,
) -> None:
    match fact:
        case f.ShiftOpened():
            waiting = [_sale_key(con, record.epoch, sale.sale) for sale in before.suspended]
            sale_from = min([*waiting, record.epoch * EPOCH_STEP + before.last_sale + 1])
            con.execute(
                "INSERT OR REPLACE INTO shift"
                " (id, first_id, sale_from, currency, opened_by, float_minor)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(record.epoch * EPOCH_STEP + fact.shift, record.id, sale_from),
                    *(fact.currency, record.actor, fact.float_minor),
                ),
            )
        case f.ShiftClosed():
            totals = codec.canonical(codec.to_json(fact.totals)).decode()
            con.execute(
                "UPDATE shift SET last_id=?, sale_to=?, closed_by=?, z_number=?, counted_minor=?,"
                " difference_minor=?, reason=?, totals=? WHERE id=?",
                (
                    *(record.id, record.epoch * EPOCH_STEP + before.last_sale, record.actor),
                    *(fact.z_number, fact.counted_minor, fact.difference_minor, fact.reason),
                    *(totals, _shift_key(con, fact.shift)),
                ),
            )
            roll_stock(con)
        case f.CashMoved():
            con.execute(
                "INSERT INTO cash_move VALUES (?, ?, ?, ?, ?)",
                (record.id, fact.shift, fact.direction.value, fact.amount_minor, fact.reason),
            )


def _counters(con: sqlite3.Connection, before: State, after: State) -> None:
    """The shift's counts that no other table holds, when a fact moved one of them."""
    if before.shift is None or after.shift is None or before.shift is after.shift:
        return
    old, new = before.shift.totals, after.shift.totals
    if _counts(old) != _counts(new):
        con.execute(
            "UPDATE shift SET pay_in_minor=?, pay_out_minor=?, voided_lines=?, voided_sales=?,"
            " no_sales=? WHERE id=?",
            (*_counts(new), _shift_key(con, after.shift.shift)),
        )


def _counts(totals: f.ShiftTotals) -> tuple[int, ...]:
    return (
        totals.pay_in_minor,
        totals.pay_out_minor,
        totals.voided_lines,
        totals.voided_sales,
        totals.no_sales,
    )


def roll_stock(con: sqlite3.Connection) -> None:
    """Takes what was sold since the last time off the sums."""
    mark = meta(con, STOCK_LINE)
    last = con.execute("SELECT max(id) FROM sale_line").fetchone()[0]
    if last is None or last == mark:
        return
    con.execute(
        "INSERT INTO stock SELECT i.sku, -sum(l.quantity) FROM sale_line l JOIN item i"
        " ON i.id = l.item WHERE l.id > ? GROUP BY i.sku ORDER BY i.sku"
        " ON CONFLICT (sku) DO UPDATE SET quantity = quantity + excluded.quantity",
        (mark,),
    )
    set_meta(con, STOCK_LINE, last)


def _counted(con: sqlite3.Connection, record: Record, fact: f.StockCounted) -> None:
    """Sets the sums; the differences are kept, so that a sum stays explained by its movements."""
    roll_stock(con)
    for count in fact.counts:
        quantity = scaled(count.quantity)
        found = con.execute("SELECT quantity FROM stock WHERE sku=?", (count.item,)).fetchone()
        con.execute(
            "INSERT INTO stock_count VALUES (?, ?, ?, ?) ON CONFLICT (id, sku) DO UPDATE SET"
            " counted=excluded.counted, difference=difference + excluded.difference",
            (record.id, count.item, quantity, quantity - (found[0] if found else 0)),
        )
        con.execute("INSERT OR REPLACE INTO stock VALUES (?, ?)", (count.item, quantity))


_ALL = "SELECT * FROM {}"


def dump(con: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every projection row in key order: what verify compares with a rebuild."""
    tables = {name: con.execute(_ALL.format(name)).fetchall() for name in TABLES}
    tables["meta"] = [(STOCK_LINE, meta(con, STOCK_LINE))]
    return tables


def taxes_from_text(text: str) -> tuple[f.TaxTotal, ...]:
    return tuple(f.TaxTotal(*tax) for tax in json.loads(text))
