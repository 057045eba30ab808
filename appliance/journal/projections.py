"""Tables that reports read, kept by the same transaction as the facts and rebuildable from them.

Written for few bytes: names stand once in `item`, lines only enter when they are paid, and a
sale's row, written when it starts and at each money fact, holds its tenders, taxes and drawer
opening, which the views `tender`, `sale_tax` and `drawer_opening` show as tables. Quantities are integers of
QUANTITY_SCALE parts. `stock` holds the sums up to `meta.stock_line`; what was sold after it is
still in `sale_line` alone and is rolled in at the end of a shift, so a sale touches no row of
stock. The open basket's lines stand in its facts, from its sale's first record on.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Protocol

from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.evolve.tender import returned_minor
from appliance.core.state import PrintJob, ReceiptStatus, Sale, State, Tender
from appliance.journal import (
    account_tables,
    fleet_tables,
    intent_tables,
    offer_tables,
    people_tables,
    report_tables,
    return_tables,
    shift_tables,
    stock_tables,
)
from appliance.journal.keys import sale_key as _sale_key
from appliance.journal.record import EPOCH_STEP, Record, times
from appliance.journal.scale import QUANTITY_SCALE as QUANTITY_SCALE  # noqa: PLC0414
from appliance.journal.scale import scaled
from appliance.journal.schema import meta, set_meta
from appliance.journal.stock_tables import STOCK_LINE as STOCK_LINE  # noqa: PLC0414

VERSION = 11
"""Raise it when a table or its meaning changes: the next open rebuilds all of them."""

TABLES: dict[str, str] = {
    "item": "id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,"
    " taxes TEXT NOT NULL, UNIQUE (sku, name, unit, taxes)",
    "sale": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, first_id INTEGER NOT NULL,"
    " last_id INTEGER, status TEXT NOT NULL, receipt_status TEXT NOT NULL DEFAULT 'open',"
    " copies INTEGER NOT NULL DEFAULT 0, receipt INTEGER, at_ms INTEGER NOT NULL,"
    " offset_min INTEGER NOT NULL, cashier TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',"
    " total_minor INTEGER, discount_minor INTEGER, rounding_minor INTEGER, paid_minor INTEGER,"
    " change_minor INTEGER, line_from INTEGER, line_count INTEGER, taxes TEXT NOT NULL DEFAULT '[]',"
    " tenders TEXT NOT NULL DEFAULT '[]', drawer_id INTEGER,"
    " tip_minor INTEGER NOT NULL DEFAULT 0, prepaid_minor INTEGER NOT NULL DEFAULT 0,"
    " returned_minor INTEGER NOT NULL DEFAULT 0",
    "sale_line": "id INTEGER PRIMARY KEY, item INTEGER NOT NULL, line INTEGER NOT NULL,"
    " quantity INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL, net_minor INTEGER NOT NULL,"
    " tax_minor INTEGER NOT NULL, discount_minor INTEGER NOT NULL, moves INTEGER NOT NULL,"
    " cost_minor INTEGER",
    "drawer": "id INTEGER PRIMARY KEY, effect INTEGER NOT NULL, cause TEXT NOT NULL,"
    " reason TEXT NOT NULL, shift INTEGER, outcome TEXT",
}
VIEWS: dict[str, str] = {
    "tender": "SELECT s.id AS sale, t.value ->> 0 AS tender, t.value ->> 1 AS type,"
    " t.value ->> 2 AS amount_minor, t.value ->> 3 AS voided,"
    " coalesce(t.value ->> 4, 'taken') AS status, coalesce(t.value ->> 5, '') AS currency,"
    " coalesce(t.value ->> 6, 0) AS foreign_minor, coalesce(t.value ->> 7, '') AS account,"
    " coalesce(t.value ->> 8, '') AS reference, coalesce(t.value ->> 9, '') AS port"
    " FROM sale s, json_each(s.tenders) t",
    "sale_tax": "SELECT s.id AS sale, t.value ->> 0 AS code, t.value ->> 1 AS net_minor,"
    " t.value ->> 2 AS tax_minor, t.value ->> 3 AS gross_minor FROM sale s, json_each(s.taxes) t",
    "drawer_opening": "SELECT id, effect, cause, reason, shift, outcome FROM drawer UNION ALL"
    " SELECT drawer_id, NULL, 'sale', '', shift, NULL FROM sale WHERE drawer_id IS NOT NULL",
}
PROJECTIONS_VERSION = "projections"


class Subject(Protocol):
    """A module with tables of its own: TABLES as above, and `apply`, called for each of its FACTS
    after the tables here know the fact."""

    TABLES: dict[str, str]

    @property
    def FACTS(self) -> tuple[type[Any], ...]: ...  # noqa: N802 - a module's constant

    def apply(
        self, con: sqlite3.Connection, record: Record, before: State, after: State
    ) -> None: ...


SUBJECTS: tuple[Subject, ...] = (
    shift_tables,
    account_tables,
    stock_tables,
    return_tables,
    report_tables,
    offer_tables,
    people_tables,
    intent_tables,
    fleet_tables,
)


_TOLD = {
    kind: tuple(subject.apply for subject in SUBJECTS if kind in subject.FACTS)
    for kind in {kind for subject in SUBJECTS for kind in subject.FACTS}
}
"""Whose tables a fact changes. Most change none but the sale's own."""


def every_table() -> dict[str, str]:
    tables = dict(TABLES)
    for subject in SUBJECTS:
        tables |= subject.TABLES
    return tables


def create(con: sqlite3.Connection) -> None:
    """Empty tables, whatever stood there before."""
    without: set[str] = set().union(*(getattr(it, "WITHOUT_ROWID", ()) for it in SUBJECTS))
    for name, columns in every_table().items():
        con.execute(f"DROP TABLE IF EXISTS {name}")
        tail = " WITHOUT ROWID" if name in without else ""
        con.execute(f"CREATE TABLE {name} ({columns}){tail}")
    for name, select in VIEWS.items():
        con.execute(f"DROP VIEW IF EXISTS {name}")
        con.execute(f"CREATE VIEW {name} AS {select}")
    set_meta(con, PROJECTIONS_VERSION, VERSION)
    set_meta(con, STOCK_LINE, 0)
    set_meta(con, report_tables.REPORT_LINE, 0)
    set_meta(con, report_tables.REPORT_SALE, 0)


class Projector:
    """Applies facts to the tables of one connection, inside its owner's transaction.

    What facts change in a sale's row is gathered and written by `flush`, once per transaction.
    """

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._sales: dict[int, dict[str, object]] = {}
        self._items: dict[tuple[str, str, str, str], int] = {}
        self._lots: frozenset[str] | None = None
        self._last_line: int | None = None

    def forget(self) -> None:
        """After a rollback: what was gathered or looked up may not be in the file."""
        self._sales.clear()
        self._items.clear()
        self._lots = None
        self._last_line = None

    def flush(self) -> None:
        for key, changed in self._sales.items():
            columns = ", ".join(f"{name}=?" for name in changed)
            update = _CHANGE.format(columns)
            self._con.execute(update, (*changed.values(), key))
        self._sales.clear()

    def apply(self, record: Record, before: State, after: State) -> None:
        """What one fact changes. before and after: the states around it."""
        fact = record.fact
        match fact:
            case f.SaleStarted():
                self._started(record, fact)
            case f.SaleCompleted() if before.sale is not None:
                self._completed(record, fact, before.sale)
            case f.SaleSuspended() | f.SaleVoided() | f.SaleRecalled() | f.SaleHandedOver():
                self._set_aside(record, fact)
            case f.Tendered() | f.TenderVoided() | f.TenderAsked() | f.TenderAnswered():
                self._tendered(record, fact.sale, after)
            case f.DrawerOpened():
                self._drawer(record, fact, after)
            case f.PrintRequested() | f.PrintSkipped() | f.EffectEnded():
                self._effect(record, fact, before)
            case _:
                pass
        shift_tables.count(self._con, before, after)
        if type(fact) in stock_tables.FACTS:
            self._lots = None
        for tell in _TOLD.get(type(fact), ()):
            tell(self._con, record, before, after)

    def _change(self, record: Record, sale: int, changed: dict[str, object]) -> None:
        key = _sale_key(self._con, record.epoch, sale)
        self._sales.setdefault(key, {}).update(changed)

    def _started(self, record: Record, fact: f.SaleStarted) -> None:
        key = record.epoch * EPOCH_STEP + fact.sale
        self._con.execute(
            "INSERT OR REPLACE INTO sale (id, shift, first_id, status, at_ms, offset_min, cashier)"
            " VALUES (?, ?, ?, 'open', ?, ?, ?)",
            (key, fact.shift, record.id, *times(record.at), record.actor),
        )

    def _set_aside(
        self,
        record: Record,
        fact: f.SaleSuspended | f.SaleVoided | f.SaleRecalled | f.SaleHandedOver,
    ) -> None:
        changed: dict[str, object]
        match fact:
            case f.SaleSuspended(name=name):
                changed = {"status": "suspended", "name": name, "total_minor": None}
            case f.SaleHandedOver():
                changed = {"status": "handed_over"}
            case f.SaleVoided(total_minor=total):
                changed = {"status": "voided", "name": "", "total_minor": total}
            case _:
                changed = {"status": "open", "name": "", "total_minor": None}
        self._change(record, fact.sale, {**changed, **_signed(record)})

    def _tendered(self, record: Record, number: int, after: State) -> None:
        """A terminal may answer for a basket that was set aside meanwhile."""
        open_sale = () if after.sale is None else (after.sale,)
        for sale in (*open_sale, *after.suspended):
            if sale.sale == number:
                rows = [_tender_row(it) for it in sale.tenders]
                self._change(record, number, {"tenders": _ROWS.encode(rows)})
                return

    def _completed(self, record: Record, fact: f.SaleCompleted, sale: Sale) -> None:
        last = self._last_line
        if last is None:
            last = self._con.execute("SELECT max(id) FROM sale_line").fetchone()[0] or 0
        rung = {line.line: line for line in sale.lines}
        rows = []
        if self._lots is None:
            self._lots = stock_tables.in_lots(self._con)
        for number, sold in enumerate(fact.lines, last + 1):
            line = rung[sold.line]
            item = self._item((line.item, line.name, line.unit.value, ",".join(line.taxes)))
            amounts = (line.unit_price_minor, sold.net_minor, sold.tax_minor, sold.discount_minor)
            plain = stock_tables.sold(self._con, record, line, number, fact.receipt, self._lots)
            rest = (*amounts, int(plain), sold.cost_minor)
            rows.append((number, item, sold.line, scaled(line.quantity), *rest))
        self._con.executemany("INSERT INTO sale_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._last_line = last + len(rows)
        taxes = [
            (
                tax.code,
                tax.net_minor,
                tax.tax_minor,
                tax.gross_minor,
                None if tax.rate is None else str(tax.rate),
            )
            for tax in fact.taxes
        ]
        changed = {
            "status": "completed",
            "name": "",
            "shift": fact.shift,
            "receipt": fact.receipt,
            "total_minor": fact.total_minor,
            "discount_minor": fact.discount_minor,
            "rounding_minor": fact.rounding_minor,
            "paid_minor": fact.paid_minor,
            "change_minor": fact.change_minor,
            "tip_minor": fact.tip_minor,
            "prepaid_minor": fact.prepaid_minor,
            "returned_minor": returned_minor(sale, fact),
            "line_from": last + 1,
            "line_count": len(rows),
            "taxes": _ROWS.encode(taxes),
        }
        self._change(record, fact.sale, {**changed, **_signed(record)})

    def _item(self, key: tuple[str, str, str, str]) -> int:
        found = self._items.get(key)
        if found is not None:
            return found
        row = self._con.execute(
            "SELECT id FROM item WHERE sku=? AND name=? AND unit=? AND taxes=?", key
        ).fetchone()
        if row is None:
            row = self._con.execute(
                "INSERT INTO item (sku, name, unit, taxes) VALUES (?, ?, ?, ?) RETURNING id", key
            ).fetchone()
        if len(self._items) >= ITEMS_CACHED:
            self._items.clear()
        self._items[key] = found = int(row[0])
        return found

    def _drawer(self, record: Record, fact: f.DrawerOpened, after: State) -> None:
        if fact.cause is f.DrawerCause.SALE and after.done is not None:
            self._change(record, after.done.sale.sale, {"drawer_id": record.id})
            return
        shift = after.shift.shift if after.shift else None
        self._con.execute(
            "INSERT INTO drawer VALUES (?, ?, ?, ?, ?, NULL)",
            (record.id, fact.effect, fact.cause.value, fact.reason, shift),
        )

    def _effect(
        self,
        record: Record,
        fact: f.PrintRequested | f.PrintSkipped | f.EffectEnded,
        before: State,
    ) -> None:
        match fact:
            case f.PrintRequested(what=f.PrintWhat.RECEIPT, sale=int(sale)):
                status = {"receipt_status": ReceiptStatus.WAITING.value, "copies": fact.copy}
                self._change(record, sale, status)
            case f.PrintSkipped(sale=sale):
                self._change(record, sale, {"receipt_status": ReceiptStatus.SKIPPED.value})
            case f.EffectEnded(effect=effect, outcome=outcome):
                job = next((it for it in before.effects if it.effect == effect), None)
                if isinstance(job, PrintJob):
                    if job.what is f.PrintWhat.RECEIPT and job.sale is not None:
                        status = {"receipt_status": _RECEIPT_AFTER[outcome].value}
                        self._change(record, job.sale, status)
                elif outcome is not Outcome.DONE:
                    self._con.execute(
                        "UPDATE drawer SET outcome=? WHERE id="
                        "(SELECT id FROM drawer WHERE effect=? ORDER BY id DESC LIMIT 1)",
                        (outcome.value, effect),
                    )
            case _:
                pass


_ROWS = json.JSONEncoder(ensure_ascii=False)

ITEMS_CACHED = 20_000
"""Some megabytes at most; a shop's whole range of goods in most shops."""

_RECEIPT_AFTER = {
    Outcome.DONE: ReceiptStatus.PRINTED,
    Outcome.UNKNOWN: ReceiptStatus.UNKNOWN,
    Outcome.FAILED: ReceiptStatus.FAILED,
}


def _tender_row(tender: Tender) -> list[object]:
    """Cash, which most is, in few bytes: what is usual at the end is left out."""
    row: list[object] = [
        *(tender.tender, tender.type.value, tender.amount_minor, int(tender.voided)),
        *(tender.status.value, tender.currency, tender.foreign_minor),
        *(tender.account, tender.reference, tender.port),
    ]
    usual: list[object] = ["taken", "", 0, "", "", ""]
    while len(row) > 4 and row[-1] == usual[len(row) - 5]:
        row.pop()
    return row


def _signed(record: Record) -> dict[str, object]:
    at_ms, offset_min = times(record.at)
    return {
        "last_id": record.id,
        "at_ms": at_ms,
        "offset_min": offset_min,
        "cashier": record.actor,
    }


_CHANGE = "UPDATE sale SET {} WHERE id=?"
_ALL = "SELECT * FROM {}"


def dump(con: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every projection row in key order: what verify compares with a rebuild."""
    tables = {name: con.execute(_ALL.format(name)).fetchall() for name in every_table()}
    tables["meta"] = [(STOCK_LINE, meta(con, STOCK_LINE))]
    return tables
