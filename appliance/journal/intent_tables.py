"""Every question to a terminal or a bank and what became of it, as core.intents reads it.

A cash sale writes nothing here. `intent` holds the whole, and the columns beside it are what lists
ask for; `terminal_day` what terminals said of their batches, and what was made of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from appliance.core import codec
from appliance.core import facts as f
from appliance.core.intents import UNSETTLED, Intent, Key, after
from appliance.core.state import State
from appliance.core.terminals import batch_of
from appliance.journal.keys import sale_key
from appliance.journal.record import Record, times

TABLES: dict[str, str] = {
    "intent": "sale INTEGER NOT NULL, tender INTEGER NOT NULL, state TEXT NOT NULL,"
    " port TEXT NOT NULL, at_ms INTEGER NOT NULL, offset_min INTEGER NOT NULL,"
    " cashier TEXT NOT NULL, last_id INTEGER NOT NULL, intent TEXT NOT NULL,"
    " PRIMARY KEY (sale, tender)",
    # ours_*: by the journal when it was said. reason: of who accepted a difference.
    "terminal_day": "id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, port TEXT NOT NULL,"
    " told INTEGER NOT NULL, closed INTEGER NOT NULL, said_count INTEGER NOT NULL,"
    " said_minor INTEGER NOT NULL, ours_count INTEGER NOT NULL, ours_minor INTEGER NOT NULL,"
    " accepted_by TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT ''",
}

FACTS = (
    f.TenderAsked,
    f.TenderSent,
    f.TenderInquired,
    f.TenderCancelAsked,
    f.TenderAnswered,
    f.PaymentStray,
    f.PaymentStrayClosed,
    f.ReversalClosed,
    f.TerminalTotals,
    f.TotalsAccepted,
)


def apply(con: sqlite3.Connection, record: Record, before: State, state: State) -> None:
    fact = record.fact
    for intent in after(_known(con, record), fact):
        _keep(con, record, intent)
    if isinstance(fact, f.TerminalTotals):
        _said(con, record, fact, state)
    elif isinstance(fact, f.TotalsAccepted):
        _accepted(con, record, fact, before)


def _known(con: sqlite3.Connection, record: Record) -> dict[Key, Intent]:
    """Those that a fact may change: its own, the one that that gives back, or a terminal's."""
    fact = record.fact
    if isinstance(fact, f.TotalsAccepted):
        marks = ",".join("?" * len(UNSETTLED))
        rows = con.execute(
            f"SELECT intent FROM intent WHERE port=? AND state IN ({marks})",  # noqa: S608 - marks
            (fact.port, *UNSETTLED),
        )
        return _by_key(read(text) for (text,) in rows)
    if not isinstance(fact, _OF_ONE):
        return {}
    found = _one(con, record.epoch, fact.sale, fact.tender)
    if found is None:
        return {}
    origin = _one(con, record.epoch, fact.sale, found.reverses) if found.reverses else None
    return _by_key(it for it in (found, origin) if it is not None)


_OF_ONE = (
    f.TenderSent
    | f.TenderInquired
    | f.TenderCancelAsked
    | f.TenderAnswered
    | f.PaymentStray
    | f.PaymentStrayClosed
    | f.ReversalClosed
)


def _by_key(intents: Iterable[Intent]) -> dict[Key, Intent]:
    return {(it.sale, it.tender): it for it in intents}


def _one(con: sqlite3.Connection, epoch: int, sale: int, tender: int) -> Intent | None:
    key = (sale_key(con, epoch, sale), tender)
    row = con.execute("SELECT intent FROM intent WHERE sale=? AND tender=?", key).fetchone()
    return read(row[0]) if row else None


def read(text: str) -> Intent:
    intent: Intent = codec.from_json(Intent, json.loads(text))
    return intent


def _keep(con: sqlite3.Connection, record: Record, intent: Intent) -> None:
    at_ms, offset_min = times(record.at)
    text = codec.canonical(codec.to_json(intent)).decode()
    con.execute(
        "INSERT INTO intent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sale, tender)"
        " DO UPDATE SET state=excluded.state, last_id=excluded.last_id, intent=excluded.intent",
        (
            *(sale_key(con, record.epoch, intent.sale), intent.tender, intent.state.value),
            *(intent.port, at_ms, offset_min, record.actor, record.id, text),
        ),
    )


def _said(con: sqlite3.Connection, record: Record, fact: f.TerminalTotals, state: State) -> None:
    ours = batch_of(state, fact.port).ours
    con.execute(
        "INSERT INTO terminal_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')",
        (
            *(record.id, _shift(state), fact.port, int(fact.told), int(fact.closed)),
            *(fact.count + fact.refunds, fact.amount_minor - fact.refunds_minor),
            *(ours.count + ours.refunds, ours.amount_minor - ours.refunds_minor),
        ),
    )


def _accepted(
    con: sqlite3.Connection, record: Record, fact: f.TotalsAccepted, before: State
) -> None:
    ours = batch_of(before, fact.port).ours
    count, minor = ours.count + ours.refunds, ours.amount_minor - ours.refunds_minor
    con.execute(
        "INSERT INTO terminal_day VALUES (?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)",
        (
            *(record.id, _shift(before), fact.port, count + fact.count),
            *(minor + fact.amount_minor, count, minor, record.actor, fact.reason),
        ),
    )


def _shift(state: State) -> int:
    return state.shift.shift if state.shift else state.last_shift
