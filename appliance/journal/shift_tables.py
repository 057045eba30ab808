"""Shifts, cash that moved without a sale, handovers and counts of foreign notes, as tables."""

from __future__ import annotations

import json
import sqlite3

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.state import State
from appliance.journal.keys import sale_key
from appliance.journal.record import EPOCH_STEP, Record
from appliance.journal.stock_tables import roll_stock

TABLES: dict[str, str] = {
    "cash_move": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, direction TEXT NOT NULL,"
    " amount_minor INTEGER NOT NULL, reason TEXT NOT NULL, bag TEXT NOT NULL DEFAULT ''",
    "handover": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, giver TEXT NOT NULL,"
    " taker TEXT NOT NULL, expected_minor INTEGER NOT NULL, counted_minor INTEGER,"
    " reason TEXT NOT NULL",
    # The last count of a currency in a shift is the one that holds.
    "foreign_count": "shift INTEGER NOT NULL, currency TEXT NOT NULL,"
    " counted_minor INTEGER NOT NULL, expected_minor INTEGER NOT NULL, id INTEGER NOT NULL,"
    " PRIMARY KEY (shift, currency)",
    "shift": "id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER,"
    " sale_from INTEGER NOT NULL, sale_to INTEGER, currency TEXT NOT NULL, opened_by TEXT NOT NULL,"
    " closed_by TEXT, float_minor INTEGER NOT NULL, pay_in_minor INTEGER NOT NULL DEFAULT 0,"
    " pay_out_minor INTEGER NOT NULL DEFAULT 0, voided_lines INTEGER NOT NULL DEFAULT 0,"
    " voided_sales INTEGER NOT NULL DEFAULT 0, no_sales INTEGER NOT NULL DEFAULT 0,"
    " z_number INTEGER, counted_minor INTEGER, difference_minor INTEGER, reason TEXT, totals TEXT,"
    " safe_drop_minor INTEGER NOT NULL DEFAULT 0, found_minor INTEGER NOT NULL DEFAULT 0,"
    " drawer TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '',"
    " drop_minor INTEGER NOT NULL DEFAULT 0, bag TEXT NOT NULL DEFAULT '',"
    " open_matters TEXT NOT NULL DEFAULT '[]'",
}
"""`shift` elsewhere is the shift's row id: numbers begin anew in no epoch, yet a restore may use
one twice. owner: who answers for the drawer; found: what counts at handovers found off."""

FACTS = (f.ShiftOpened, f.ShiftClosed, f.CashMoved, f.ShiftHandedOver, f.ForeignCounted)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    match record.fact:
        case f.ShiftOpened() as fact:
            _opened(con, record, fact, before)
        case f.ShiftClosed() as fact:
            _closed(con, record, fact, before)
        case f.CashMoved() as fact:
            key = shift_key(con, fact.shift)
            row = (record.id, key, fact.direction.value, fact.amount_minor, fact.reason, fact.bag)
            con.execute("INSERT INTO cash_move VALUES (?, ?, ?, ?, ?, ?)", row)
        case f.ShiftHandedOver() as fact:
            _handed_over(con, record, fact)
        case f.ForeignCounted() as fact:
            con.execute(
                "INSERT OR REPLACE INTO foreign_count VALUES (?, ?, ?, ?, ?)",
                (
                    *(shift_key(con, fact.shift), fact.currency),
                    *(fact.counted_minor, fact.expected_minor, record.id),
                ),
            )
        case _:
            pass


def _opened(con: sqlite3.Connection, record: Record, fact: f.ShiftOpened, before: State) -> None:
    waiting = [sale_key(con, record.epoch, sale.sale) for sale in before.suspended]
    sale_from = min([*waiting, record.epoch * EPOCH_STEP + before.last_sale + 1])
    con.execute(
        "INSERT OR REPLACE INTO shift (id, first_id, sale_from, currency, opened_by, float_minor,"
        " drawer, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(record.epoch * EPOCH_STEP + fact.shift, record.id, sale_from, fact.currency),
            *(record.actor, fact.float_minor, fact.drawer, fact.owner),
        ),
    )


def _closed(con: sqlite3.Connection, record: Record, fact: f.ShiftClosed, before: State) -> None:
    con.execute(
        "UPDATE shift SET last_id=?, sale_to=?, closed_by=?, z_number=?, counted_minor=?,"
        " difference_minor=?, reason=?, totals=?, drop_minor=?, bag=?, open_matters=? WHERE id=?",
        (
            *(record.id, record.epoch * EPOCH_STEP + before.last_sale, record.actor),
            *(fact.z_number, fact.counted_minor, fact.difference_minor, fact.reason),
            *(totals_text(fact.totals), fact.drop_minor, fact.bag),
            *(json.dumps(fact.open_matters), shift_key(con, fact.shift)),
        ),
    )
    roll_stock(con)


def _handed_over(con: sqlite3.Connection, record: Record, fact: f.ShiftHandedOver) -> None:
    key = shift_key(con, fact.shift)
    con.execute(
        "INSERT INTO handover VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(record.id, key, fact.giver, fact.taker),
            *(fact.expected_minor, fact.counted_minor, fact.reason),
        ),
    )
    off = 0 if fact.counted_minor is None else fact.counted_minor - fact.expected_minor
    con.execute(
        "UPDATE shift SET owner=?, found_minor=found_minor + ? WHERE id=?", (fact.taker, off, key)
    )


def count(con: sqlite3.Connection, before: State, after: State) -> None:
    """The shift's counts that no other table holds, when a fact moved one of them."""
    if before.shift is None or after.shift is None or before.shift is after.shift:
        return
    old, new = _counts(before.shift.totals), _counts(after.shift.totals)
    if before.shift.shift == after.shift.shift and old != new:
        con.execute(
            "UPDATE shift SET pay_in_minor=?, pay_out_minor=?, voided_lines=?, voided_sales=?,"
            " no_sales=?, safe_drop_minor=? WHERE id=?",
            (*new, shift_key(con, after.shift.shift)),
        )


def _counts(totals: f.ShiftTotals) -> tuple[int, ...]:
    return (
        totals.pay_in_minor,
        totals.pay_out_minor,
        totals.voided_lines,
        totals.voided_sales,
        totals.no_sales,
        totals.safe_drop_minor,
    )


def shift_key(con: sqlite3.Connection, number: int) -> int | None:
    """Shift numbers go on across a restore, but one may have been used on both sides of it."""
    row = con.execute(
        "SELECT id FROM shift WHERE id % ? = ? ORDER BY id DESC LIMIT 1", (EPOCH_STEP, number)
    ).fetchone()
    return int(row[0]) if row else None


def totals_text(totals: f.ShiftTotals) -> str:
    return codec.canonical(codec.to_json(totals)).decode()
