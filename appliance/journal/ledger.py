"""Questions about stored value and customers' purchases, from the journal's projections."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from appliance.core.accounts import EXPIRED, FORFEITED, Stored
from appliance.core.facts import AccountKind
from appliance.journal import record
from appliance.journal.record import EPOCH_STEP

ROWS_MAX = 10_000
"""Rows that one answer holds at most."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list. moved_at: its last movement, or when it was opened."""

    stored: Stored
    opened_at: datetime
    moved_at: datetime
    blocked_for: str = ""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """sale: its number, 0 for none. after: the balance after it."""

    at: datetime
    delta: int
    after: int
    sale: int
    reason: str
    origin: str
    actor: str


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One sale of a customer. receipt: None in a sale that was counted by mistake only."""

    epoch: int
    sale: int
    at: datetime
    total_minor: int
    spent_minor: int
    receipt: int | None


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: str
    given: bool
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Liability:
    """What the shop owes (or, in tabs, is owed) by a kind of account; points are no money."""

    kind: AccountKind
    accounts: int
    balance: int


@dataclass(frozen=True, slots=True)
class Books:
    """Of cards and vouchers: issued - redeemed - expired = outstanding, over all days. issued: put on
    them, also what came back; redeemed: what they paid; expired: what nobody can ask for any more,
    the rest of vouchers for one payment too. outstanding: now."""

    issued_minor: int
    redeemed_minor: int
    expired_minor: int
    outstanding_minor: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Set aside for another till's tender. state: held, captured (it paid) or released."""

    key: str
    account: str
    amount_minor: int
    state: str
    at_ms: int


class Ledger:
    """Reads only, on a connection that its owner lends; each question a few microseconds."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    def account(self, account: str) -> Stored | None:
        row = self._con.execute(_STORED + " WHERE a.account=?", (account,)).fetchone()
        return None if row is None else self._stored(row)

    def balance_after(self, account: str, fact: int) -> int:
        """What was on an account once the fact of this row was written."""
        row = self._con.execute(
            "SELECT sum(m.delta) FROM account_move m JOIN account a ON a.id = m.account"
            " WHERE a.account=? AND m.id <= ?",
            (account, fact),
        ).fetchone()
        return int(row[0] or 0)

    def moves(self, account: str, limit: int = ROWS_MAX) -> tuple[MoveRow, ...]:
        """Newest first."""
        rows = self._con.execute(
            "SELECT m.id, f.at_ms, f.offset_min, f.actor, m.delta, m.sale, m.reason, m.origin,"
            " sum(m.delta) OVER (ORDER BY m.id) FROM account_move m JOIN account a"
            " ON a.id = m.account JOIN fact f ON f.id = m.id WHERE a.account=?"
            " ORDER BY m.id DESC LIMIT ?",
            (account, limit),
        )
        return tuple(
            MoveRow(
                record.moment(at_ms, offset),
                delta,
                after,
                (sale or 0) % EPOCH_STEP,
                reason,
                origin,
                actor,
            )
            for _, at_ms, offset, actor, delta, sale, reason, origin, after in rows
        )

    def seen(self, account: str, origin: str) -> bool:
        """Whether another till's movement was noted already."""
        found = self._con.execute(
            "SELECT 1 FROM account_move m JOIN account a ON a.id = m.account"
            " WHERE a.account=? AND m.origin=?",
            (account, origin),
        ).fetchone()
        return found is not None

    def hold(self, key: str) -> Hold | None:
        """What was asked for a key of another till's tender."""
        row = self._con.execute(
            "SELECT account, amount_minor, state, at_ms FROM account_hold WHERE key=?", (key,)
        ).fetchone()
        return None if row is None else Hold(key, *row)

    def holds(self) -> tuple[Hold, ...]:
        """What is set aside now, oldest first."""
        rows = self._con.execute(
            "SELECT key, account, amount_minor, state, at_ms FROM account_hold"
            " WHERE state='held' ORDER BY at_ms, key LIMIT ?",
            (ROWS_MAX,),
        )
        return tuple(Hold(*row) for row in rows)

    def places(self) -> tuple[int, int]:
        """The records up to which this till and the shop's ledger know the same: its own, theirs."""
        row = self._con.execute("SELECT own_id, ledger_id FROM account_ledger").fetchone()
        return (0, 0) if row is None else (row[0], row[1])

    def spent_alone_minor(self, since: datetime) -> int:
        """What this till paid from the shop's cards without the ledger, which does not know it."""
        found = self._con.execute(
            "SELECT sum(m.delta) FROM account_move m JOIN account a ON a.id = m.account"
            " JOIN fact f ON f.id = m.id WHERE m.id > coalesce((SELECT id FROM account_heard), 0)"
            " AND m.sale IS NOT NULL AND NOT m.held AND f.at_ms >= ?"
            " AND a.kind IN ('gift_card', 'voucher') AND m.delta < 0",
            (record.times(since)[0],),
        ).fetchone()
        return max(0, -(found[0] or 0))

    def accounts(
        self, kind: AccountKind | None = None, *, every: bool = False, limit: int = ROWS_MAX
    ) -> tuple[AccountRow, ...]:
        """Accounts that hold or owe something, oldest first; every: the empty ones too."""
        rows = self._con.execute(
            _STORED.replace(" FROM account a", _TIMES + " FROM account a")
            + " WHERE (?1 = '' OR a.kind = ?1) AND (?2 OR a.balance <> 0) ORDER BY a.id LIMIT ?3",
            (kind.value if kind else "", every, limit),
        ).fetchall()
        return tuple(
            AccountRow(
                self._stored(row[:8]),
                record.moment(row[8], row[9]),
                record.moment(row[10], row[11]),
                row[12],
            )
            for row in rows
        )

    def expired(self, today: date) -> tuple[Stored, ...]:
        """Cards and vouchers that pay no more and still hold something, oldest first."""
        rows = self._con.execute(
            _STORED + " WHERE a.kind IN ('gift_card', 'voucher') AND a.balance > 0"
            " AND a.expires <> '' AND a.expires < ? ORDER BY a.id LIMIT ?",
            (today.isoformat(), ROWS_MAX),
        )
        return tuple(self._stored(row) for row in rows)

    def books(self, since: date | None = None, until: date | None = None) -> Books:
        """Of cards and vouchers; days by the clock of the till that moved them."""
        rows = self._con.execute(
            "SELECT CASE WHEN m.reason IN (?1, ?4) THEN 'expired' WHEN m.delta > 0 THEN 'issued'"
            " ELSE 'redeemed' END, sum(m.delta) FROM account_move m"
            " JOIN account a ON a.id = m.account JOIN fact f ON f.id = m.id"
            " WHERE a.kind IN ('gift_card', 'voucher')"
            " AND date(f.at_ms / 1000 + f.offset_min * 60, 'unixepoch') BETWEEN ?2 AND ?3"
            " GROUP BY 1",
            (
                EXPIRED,
                (since or date.min).isoformat(),
                (until or date.max).isoformat(),
                FORFEITED,
            ),
        )
        sums = {str(name): abs(int(minor)) for name, minor in rows}
        left = self._con.execute(
            "SELECT sum(balance) FROM account WHERE kind IN ('gift_card', 'voucher')"
        ).fetchone()
        issued, redeemed, gone = (sums.get(it, 0) for it in ("issued", "redeemed", "expired"))
        return Books(issued, redeemed, gone, int(left[0] or 0))

    def liabilities(self) -> tuple[Liability, ...]:
        rows = self._con.execute(
            "SELECT kind, count(*), sum(balance) FROM account WHERE balance <> 0"
            " GROUP BY kind ORDER BY kind"
        )
        return tuple(Liability(AccountKind(kind), count, total) for kind, count, total in rows)

    # Customers

    def purchases(self, customer: str, limit: int = 100) -> tuple[PurchaseRow, ...]:
        """A customer's sales, newest first."""
        rows = self._con.execute(
            "SELECT c.sale, c.at_ms, s.offset_min, s.total_minor, c.spent_minor, s.receipt"
            " FROM customer_sale c JOIN sale s ON s.id = c.sale WHERE c.customer=?"
            " ORDER BY c.sale DESC LIMIT ?",
            (customer, limit),
        )
        return tuple(
            PurchaseRow(*record.place(sale), record.moment(at_ms, offset), total, spent, receipt)
            for sale, at_ms, offset, total, spent, receipt in rows
        )

    def spent_minor(self, customer: str, since: datetime) -> int:
        """What a customer spent on goods from a time on, returns taken off."""
        low = record.times(since)[0]
        found = self._con.execute(
            "SELECT sum(spent_minor) FROM customer_sale WHERE customer=? AND at_ms >= ?",
            (customer, low),
        ).fetchone()
        return int(found[0] or 0)

    def consents(self, customer: str) -> tuple[Consent, ...]:
        rows = self._con.execute(
            "SELECT c.purpose, c.given, c.text_version, f.at_ms, f.offset_min"
            " FROM customer_consent c JOIN fact f ON f.id = c.id WHERE c.customer=?"
            " ORDER BY c.purpose",
            (customer,),
        )
        return tuple(
            Consent(purpose, bool(given), version, record.moment(at_ms, offset))
            for purpose, given, version, at_ms, offset in rows
        )

    def erased(self) -> tuple[str, ...]:
        """Customers who are forgotten: whoever has data of one of them deletes it."""
        rows = self._con.execute("SELECT customer FROM customer_known WHERE erased_id IS NOT NULL")
        return tuple(row[0] for row in rows)

    def _stored(self, row: tuple[object, ...]) -> Stored:
        key, account, kind, balance, hint, customer, expires, blocked = row
        return Stored(
            account=str(account),
            kind=AccountKind(str(kind)),
            balance=int(str(balance)),
            hint=str(hint),
            customer=str(customer),
            expires=str(expires),
            blocked=bool(blocked),
            spent_unheard=self._spent_unheard(int(str(key))),
            held=self._held(str(account)),
        )

    def _held(self, account: str) -> int:
        found = self._con.execute(
            "SELECT sum(amount_minor) FROM account_hold WHERE account=? AND state='held'",
            (account,),
        ).fetchone()
        return int(found[0] or 0)

    def _spent_unheard(self, key: int) -> int:
        found = self._con.execute(
            "SELECT sum(delta) FROM account_move WHERE account=? AND id >"
            " coalesce((SELECT id FROM account_heard), 0) AND sale IS NOT NULL AND NOT held",
            (key,),
        ).fetchone()
        return max(0, -(found[0] or 0))


_STORED = (
    "SELECT a.id, a.account, a.kind, a.balance, a.hint, a.customer, a.expires, a.blocked"
    " FROM account a"
)
_TIMES = (
    ", (SELECT at_ms FROM fact WHERE id = a.opened_id),"
    " (SELECT offset_min FROM fact WHERE id = a.opened_id),"
    " (SELECT at_ms FROM fact WHERE id = coalesce("
    "(SELECT max(m.id) FROM account_move m WHERE m.account = a.id), a.opened_id)),"
    " (SELECT offset_min FROM fact WHERE id = coalesce("
    "(SELECT max(m.id) FROM account_move m WHERE m.account = a.id), a.opened_id)), a.blocked_for"
)
