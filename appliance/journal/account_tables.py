"""The tables of stored value and of customers' purchases: balances, movements, whose sale it was.

`account.balance` is the sum of the account's rows in `account_move`, always. Customers stand here
by an id that says nothing; who they are is kept beside the journal, where it can be erased.
"""

from __future__ import annotations

import sqlite3

from appliance.core import facts as f
from appliance.core.accounts import customer_of
from appliance.core.state import Sale, State
from appliance.journal.keys import sale_key
from appliance.journal.record import EPOCH_STEP, Record, times

TABLES: dict[str, str] = {
    "account": "id INTEGER PRIMARY KEY, account TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
    " hint TEXT NOT NULL, customer TEXT NOT NULL, expires TEXT NOT NULL, opened_id INTEGER NOT"
    " NULL, balance INTEGER NOT NULL, blocked INTEGER NOT NULL, blocked_for TEXT NOT NULL",
    "account_move": "account INTEGER NOT NULL, id INTEGER NOT NULL, delta INTEGER NOT NULL,"
    " sale INTEGER, reason TEXT NOT NULL, origin TEXT NOT NULL, held INTEGER NOT NULL,"
    " PRIMARY KEY (account, id)",
    # What other tills are about to pay with. state: held, captured or released.
    "account_hold": "key TEXT PRIMARY KEY, account TEXT NOT NULL, amount_minor INTEGER NOT NULL,"
    " state TEXT NOT NULL, at_ms INTEGER NOT NULL",
    "account_block": "origin TEXT PRIMARY KEY",
    # Up to where this till and the shop's ledger know the same: records of each.
    "account_ledger": "one INTEGER PRIMARY KEY, own_id INTEGER NOT NULL,"
    " ledger_id INTEGER NOT NULL",
    # The record by which this till last heard of another one's movements.
    "account_heard": "one INTEGER PRIMARY KEY, id INTEGER NOT NULL",
    "account_short": "id INTEGER PRIMARY KEY, account INTEGER NOT NULL,"
    " short_minor INTEGER NOT NULL, detail TEXT NOT NULL",
    # spent: on goods, without cards bought and tabs paid.
    "customer_sale": "customer TEXT NOT NULL, sale INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " spent_minor INTEGER NOT NULL, PRIMARY KEY (customer, sale)",
    "customer_known": "customer TEXT PRIMARY KEY, registered_id INTEGER NOT NULL,"
    " erased_id INTEGER",
    "customer_consent": "customer TEXT NOT NULL, purpose TEXT NOT NULL, given INTEGER NOT NULL,"
    " text_version TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (customer, purpose)",
}
WITHOUT_ROWID = {
    "account_move",
    "account_hold",
    "account_block",
    "customer_sale",
    "customer_known",
    "customer_consent",
}


FACTS = (
    f.AccountMoved,
    f.AccountOpened,
    f.AccountBlocked,
    f.AccountConflict,
    f.ValueHeld,
    f.ValueReleased,
    f.LedgerHeard,
    f.CustomerRegistered,
    f.CustomerErased,
    f.ConsentRecorded,
    f.SaleCompleted,
)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    match record.fact:
        case f.AccountMoved():
            _moved(con, record, record.fact)
        case f.SaleCompleted() if before.sale is not None and before.sale.customer:
            _bought(con, record, record.fact, before.sale)
        case f.AccountOpened(account=account, kind=kind, hint=hint, customer=customer):
            opened = (hint, customer, record.fact.expires)
            _open(con, record, account, kind, opened)
        case f.AccountBlocked(account=account, reason=reason, blocked=blocked):
            con.execute(
                "UPDATE account SET blocked=?, blocked_for=? WHERE account=?",
                (blocked, reason if blocked else "", account),
            )
            if record.fact.origin:
                con.execute("INSERT OR IGNORE INTO account_block VALUES (?)", (record.fact.origin,))
        case f.AccountConflict(account=account, short_minor=short, detail=detail):
            con.execute(
                "INSERT INTO account_short SELECT ?, id, ?, ? FROM account WHERE account=?",
                (record.id, short, detail, account),
            )
        case f.ValueHeld(account=account, key=key, amount_minor=amount):
            con.execute(
                "INSERT OR IGNORE INTO account_hold VALUES (?, ?, ?, 'held', ?)",
                (key, account, amount, times(record.at)[0]),
            )
        case f.ValueReleased(key=key, captured=captured):
            con.execute(
                "INSERT INTO account_hold VALUES (?1, '', 0, ?2, ?3)"
                " ON CONFLICT (key) DO UPDATE SET state=?2",
                (key, "captured" if captured else "released", times(record.at)[0]),
            )
        case f.LedgerHeard(epoch=epoch, seq=seq, ledger_epoch=theirs, ledger_seq=their_seq):
            own = epoch * EPOCH_STEP + seq
            ledger = theirs * EPOCH_STEP + their_seq
            con.execute("INSERT OR REPLACE INTO account_ledger VALUES (1, ?, ?)", (own, ledger))
            con.execute("INSERT OR REPLACE INTO account_heard VALUES (1, ?)", (own,))
        case f.CustomerRegistered(customer=customer):
            con.execute(
                "INSERT OR IGNORE INTO customer_known VALUES (?, ?, NULL)", (customer, record.id)
            )
        case f.CustomerErased(customer=customer):
            con.execute("INSERT OR IGNORE INTO customer_known VALUES (?, 0, NULL)", (customer,))
            con.execute(
                "UPDATE customer_known SET erased_id=? WHERE customer=?", (record.id, customer)
            )
        case f.ConsentRecorded(customer=customer, purpose=purpose, given=given):
            con.execute(
                "INSERT OR REPLACE INTO customer_consent VALUES (?, ?, ?, ?, ?)",
                (customer, purpose, given, record.fact.text_version, record.id),
            )
        case _:
            pass


def _open(
    con: sqlite3.Connection,
    record: Record,
    account: str,
    kind: f.AccountKind,
    opened: tuple[str, str, str],
) -> None:
    con.execute(
        "INSERT OR IGNORE INTO account (account, kind, hint, customer, expires, opened_id,"
        " balance, blocked, blocked_for) VALUES (?, ?, ?, ?, ?, ?, 0, 0, '')",
        (account, kind.value, *opened, record.id),
    )


def _moved(con: sqlite3.Connection, record: Record, fact: f.AccountMoved) -> None:
    """Moves the balance; a tab, points, or whatever came from elsewhere is opened by this."""
    update = "UPDATE account SET balance = balance + ? WHERE account=? RETURNING id"
    row = con.execute(update, (fact.delta, fact.account)).fetchone()
    if row is None:
        _open(con, record, fact.account, fact.kind, ("", customer_of(fact.account), ""))
        row = con.execute(update, (fact.delta, fact.account)).fetchone()
    sale = None if fact.sale is None else sale_key(con, record.epoch, fact.sale)
    con.execute(
        "INSERT INTO account_move VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row[0], record.id, fact.delta, sale, fact.reason, fact.origin, fact.held),
    )
    if fact.origin:
        con.execute("INSERT OR REPLACE INTO account_heard VALUES (1, ?)", (record.id,))


def _bought(con: sqlite3.Connection, record: Record, fact: f.SaleCompleted, sale: Sale) -> None:
    goods = {line.line for line in sale.live_lines if not line.account}
    spent = sum(sold.gross_minor for sold in fact.lines if sold.line in goods)
    key = sale_key(con, record.epoch, sale.sale)
    con.execute(
        "INSERT OR REPLACE INTO customer_sale VALUES (?, ?, ?, ?)",
        (sale.customer, key, times(record.at)[0], spent),
    )
