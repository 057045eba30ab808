"""Shifts as the running till looks them up: who sold what, what was closed, what moved in them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.core.facts import ShiftTotals
from appliance.journal import record
from appliance.journal.past_payments import TerminalDay, days
from appliance.journal.record import EPOCH_STEP, SELECT_ROWS, Record
from appliance.journal.shift_sums import sold
from appliance.journal.shift_tables import shift_key

LISTED_MAX = 200
"""Closed shifts in one list: more than half a year of them."""


@dataclass(frozen=True, slots=True)
class PastShift:
    """A closed shift. epoch: in which it was opened. gross: its takings, net of returns. open_matters: how many were left open."""

    z_number: int
    epoch: int
    shift: int
    closed_at: datetime
    closed_by: str
    drawer: str
    sales: int
    gross_minor: int
    difference_minor: int
    open_matters: int = 0


@dataclass(frozen=True, slots=True)
class Takings:
    """What one person sold in a shift, tips and money for cards left out. cash: of it in cash."""

    cashier: str
    sales: int
    gross_minor: int
    cash_minor: int


@dataclass(frozen=True, slots=True)
class ForeignCounted:
    currency: str
    counted_minor: int
    expected_minor: int


@dataclass(frozen=True, slots=True)
class Given:
    """What an offer took off in a shift, in so many sales."""

    name: str
    times: int
    amount_minor: int


class PastShifts:
    """Reads only, on the journal's own connection, by its owner."""

    def __init__(self, con: sqlite3.Connection, till: str) -> None:
        self._con = con
        self._till = till

    def newest(self, limit: int) -> tuple[PastShift, ...]:
        return newest(self._con, min(limit, LISTED_MAX))

    def key_of(self, shift: int, epoch: int | None = None) -> int | None:
        """The row of a shift by its number; the newest that bears it where no epoch is told."""
        if not 0 < shift < EPOCH_STEP:
            return None
        if epoch is None:
            return shift_key(self._con, shift)
        return epoch * EPOCH_STEP + shift if 0 < epoch < EPOCH_STEP else None

    def of_z(self, z_number: int, epoch: int = 0) -> tuple[int, int] | None:
        """(epoch, shift) of a Z report; the newest with that number where no epoch is told."""
        if not 0 < z_number < EPOCH_STEP or not 0 <= epoch < EPOCH_STEP:
            return None
        row = self._con.execute(
            "SELECT id FROM shift WHERE z_number = :number AND (:epoch = 0 OR id / :step = :epoch)"
            " ORDER BY last_id DESC LIMIT 1",
            {"number": z_number, "epoch": epoch, "step": EPOCH_STEP},
        ).fetchone()
        return record.place(row[0]) if row else None

    def takings(self, *keys: int) -> tuple[Takings, ...]:
        """Of these shifts together, by cashier, who sold most first."""
        sums: dict[str, Takings] = {}
        for it in (each for key in keys for each in takings(self._con, key)):
            old = sums.get(it.cashier, Takings(it.cashier, 0, 0, 0))
            sums[it.cashier] = Takings(
                it.cashier,
                old.sales + it.sales,
                old.gross_minor + it.gross_minor,
                old.cash_minor + it.cash_minor,
            )
        return tuple(sorted(sums.values(), key=lambda it: (-it.gross_minor, it.cashier)))

    def sold_by(self, cashier: str, key: int) -> ShiftTotals:
        return sold(self._con, key, cashier)

    def foreign(self, key: int) -> tuple[ForeignCounted, ...]:
        return foreign(self._con, key)

    def offers(self, *keys: int) -> tuple[Given, ...]:
        """What offers took off in these shifts, the most first."""
        rows = self._con.execute(_OFFERS.format(",".join("?" * len(keys))), keys)
        return tuple(Given(*row) for row in rows)

    def terminals(self, key: int) -> tuple[TerminalDay, ...]:
        return days(self._con, key % EPOCH_STEP)

    def drawer_of(self, key: int) -> str:
        row = self._con.execute("SELECT drawer FROM shift WHERE id=?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def found_minor(self, key: int) -> int:
        """What counts at handovers found too much or, below zero, missing."""
        row = self._con.execute("SELECT found_minor FROM shift WHERE id=?", (key,)).fetchone()
        return int(row[0]) if row else 0

    def drop(self, key: int, which: int) -> Record | None:
        """The shift's drop to the safe by its number from 1."""
        return self._nth(_DROPS, key, which)

    def handover(self, key: int, which: int) -> Record | None:
        return self._nth(_HANDOVERS, key, which)

    def _nth(self, select: str, key: int, which: int) -> Record | None:
        found = self._con.execute(select, (key, max(0, which - 1))).fetchone()
        if found is None or which < 1:
            return None
        row = self._con.execute(SELECT_ROWS + " WHERE id=?", found).fetchone()
        return record.from_row(self._till, row) if row else None


def newest(con: sqlite3.Connection, limit: int) -> tuple[PastShift, ...]:
    return tuple(_past(row) for row in con.execute(_CLOSED, {"limit": max(0, limit)}))


def takings(con: sqlite3.Connection, key: int) -> tuple[Takings, ...]:
    """By cashier, who sold most first."""
    row = con.execute(
        "SELECT sale_from, coalesce(sale_to, ?) FROM shift WHERE id=?", (1 << 62, key)
    ).fetchone()
    if row is None:
        return ()
    span = {"low": row[0], "high": row[1], "shift": key % EPOCH_STEP}
    return tuple(Takings(*it) for it in con.execute(_TAKINGS, span))


def foreign(con: sqlite3.Connection, key: int) -> tuple[ForeignCounted, ...]:
    rows = con.execute(
        "SELECT currency, counted_minor, expected_minor FROM foreign_count WHERE shift=?"
        " ORDER BY currency",
        (key,),
    )
    return tuple(ForeignCounted(*it) for it in rows)


def _past(row: tuple[Any, ...]) -> PastShift:
    key, z_number, at_ms, offset_min, closed_by, drawer, difference, totals, matters = row
    recorded = json.loads(totals)
    return PastShift(
        z_number=z_number,
        epoch=record.place(key)[0],
        shift=record.place(key)[1],
        closed_at=record.moment(at_ms, offset_min),
        closed_by=closed_by,
        drawer=drawer,
        sales=recorded.get("sales", 0),
        gross_minor=recorded.get("gross_minor", 0),
        difference_minor=difference,
        open_matters=sum(int(it.rpartition(":")[2]) for it in json.loads(matters)),
    )


_CLOSED = (
    "SELECT s.id, s.z_number, z.at_ms, z.offset_min, s.closed_by, s.drawer,"
    " s.difference_minor, s.totals, s.open_matters FROM shift s JOIN fact z ON z.id = s.last_id"
    " ORDER BY s.last_id DESC LIMIT :limit"
)
_TAKINGS = (
    "SELECT s.cashier, count(*), sum(s.total_minor - s.tip_minor - s.prepaid_minor) AS gross,"
    " sum((SELECT coalesce(sum(t.value ->> 2), 0) FROM json_each(s.tenders) t WHERE t.value ->> 1 ="
    " 'cash' AND NOT t.value ->> 3 AND coalesce(t.value ->> 4, 'taken') = 'taken')"
    " - s.change_minor) FROM sale s WHERE s.id >= :low AND s.id <= :high AND s.shift = :shift"
    " AND s.status = 'completed' GROUP BY 1 ORDER BY gross DESC, 1"
)
_DROPS = (
    "SELECT id FROM cash_move WHERE shift=? AND direction='safe_drop' ORDER BY id LIMIT 1 OFFSET ?"
)
_HANDOVERS = "SELECT id FROM handover WHERE shift=? ORDER BY id LIMIT 1 OFFSET ?"

_OFFERS = (
    "SELECT max(name), sum(times), sum(amount_minor) FROM shift_offer WHERE shift IN ({})"
    " GROUP BY offer HAVING sum(times) > 0 ORDER BY 3 DESC, offer"
)
