"""Questions about the past, answered from the projections by any process, read-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from appliance.core.facts import ShiftTotals, TaxTotal
from appliance.journal import past_shifts, projections, record, schema, shift_sums
from appliance.journal.errors import WrongJournal, storage_error
from appliance.journal.past_shifts import ForeignCounted, Takings
from appliance.journal.projections import QUANTITY_SCALE, STOCK_LINE
from appliance.journal.record import EPOCH_STEP
from appliance.journal.shift_tables import totals_text

SALES_MAX = 10_000
"""Rows that one answer holds at most; ask for a shorter time for more."""


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One sale in a list. at: its last money fact, or its start. lines: of a completed sale."""

    epoch: int
    sale: int
    status: str
    shift: int
    at: datetime
    cashier: str
    name: str
    receipt: int | None
    total_minor: int | None
    discount_minor: int | None
    rounding_minor: int | None
    paid_minor: int | None
    change_minor: int | None
    lines: int
    receipt_status: str
    copies: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    line: int
    item: str
    name: str
    unit: str
    quantity: Decimal
    unit_price_minor: int
    net_minor: int
    tax_minor: int
    gross_minor: int
    discount_minor: int
    taxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TenderRow:
    """status: taken, pending, unknown or declined. reference: the slip's number."""

    tender: int
    type: str
    amount_minor: int
    voided: bool
    status: str = "taken"
    currency: str = ""
    foreign_minor: int = 0
    account: str = ""
    reference: str = ""
    port: str = ""


@dataclass(frozen=True, slots=True)
class SaleDetail:
    sale: SaleRow
    lines: tuple[SoldLine, ...]
    tenders: tuple[TenderRow, ...]
    taxes: tuple[TaxTotal, ...]


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """An X report, or a Z report where z_number is set. totals: summed up from the sales now.

    tenders: (type, amount taken), change not taken off. takings: by cashier. found: what handovers
    found off; drop: what went to the safe in that bag as it closed. agrees: a closed shift's sums are those
    that were recorded when it closed.
    """

    epoch: int
    shift: int
    currency: str
    opened_at: datetime
    opened_by: str
    totals: ShiftTotals
    tenders: tuple[tuple[str, int], ...]
    closed_at: datetime | None = None
    closed_by: str = ""
    z_number: int | None = None
    counted_minor: int | None = None
    difference_minor: int | None = None
    reason: str = ""
    drawer: str = ""
    owner: str = ""
    found_minor: int = 0
    drop_minor: int = 0
    bag: str = ""
    open_matters: tuple[str, ...] = ()
    takings: tuple[Takings, ...] = ()
    foreign: tuple[ForeignCounted, ...] = ()
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class StockRow:
    item: str
    name: str
    quantity: Decimal


@contextmanager
def reading(path: Path, *, any_version: bool = False) -> Iterator[sqlite3.Connection]:
    """A read-only connection; the till may be selling meanwhile."""
    if not path.exists():
        raise WrongJournal(f"there is no journal at {path}")
    try:
        con = schema.connect_reader(path)
        try:
            known = schema.meta(con, projections.PROJECTIONS_VERSION)
            if known != projections.VERSION and not any_version:
                raise WrongJournal(f"{path} has tables of another version: start the till once")
            yield con
        finally:
            con.close()
    except sqlite3.Error as error:
        raise storage_error(error, f"reading {path}") from error


def x_report(con: sqlite3.Connection, shift: int | None = None) -> ShiftReport | None:
    """A shift's sums so far; the newest shift when no number is given."""
    where = "" if shift is None else f" WHERE id % {EPOCH_STEP} = ?"
    row = con.execute(
        _SHIFT + where + " ORDER BY id DESC LIMIT 1", () if shift is None else (shift,)
    ).fetchone()
    return _shift_report(con, row) if row else None


def z_report(con: sqlite3.Connection, z_number: int | None = None) -> ShiftReport | None:
    """The report of a closed shift by its Z number; of the one closed last when none is given."""
    row = con.execute(
        _SHIFT + " WHERE z_number = coalesce(?, z_number) ORDER BY last_id DESC LIMIT 1",
        (z_number,),
    ).fetchone()
    return _shift_report(con, row) if row else None


def shifts(con: sqlite3.Connection, limit: int = 100) -> tuple[ShiftReport, ...]:
    """The newest shifts, newest first."""
    rows = con.execute(_SHIFT + " ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
    return tuple(_shift_report(con, row) for row in rows)


def currency(con: sqlite3.Connection) -> str:
    """The shop's currency; "" before the first shift."""
    row = con.execute("SELECT currency FROM shift ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def sales(
    con: sqlite3.Connection,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    limit: int = SALES_MAX,
) -> tuple[SaleRow, ...]:
    """Sales of every status from a time (included) to a time (excluded), newest first."""
    low = record.times(start)[0] if start else 0
    high = record.times(end)[0] if end else 1 << 62
    rows = con.execute(
        _SALE + " WHERE at_ms >= ? AND at_ms < ? ORDER BY id DESC LIMIT ?", (low, high, limit)
    )
    return tuple(_sale_row(row) for row in rows)


def sale(con: sqlite3.Connection, epoch: int, number: int) -> SaleDetail | None:
    row = con.execute(_SALE + " WHERE id=?", (epoch * EPOCH_STEP + number,)).fetchone()
    return _detail(con, row) if row else None


def sale_by_receipt(
    con: sqlite3.Connection, receipt: int, epoch: int | None = None
) -> SaleDetail | None:
    """The sale with a receipt number, of an epoch; without one, the newest."""
    row = con.execute(
        _SALE + " WHERE receipt=:receipt AND (:epoch IS NULL OR id / :step = :epoch)"
        " ORDER BY id DESC LIMIT 1",
        {"receipt": receipt, "epoch": epoch, "step": EPOCH_STEP},
    ).fetchone()
    return _detail(con, row) if row else None


def stock(con: sqlite3.Connection, item: str | None = None) -> tuple[StockRow, ...]:
    """What movements add up to, of one item or of all, by item."""
    rows = con.execute(_STOCK, {"mark": schema.meta(con, STOCK_LINE), "item": item})
    return tuple(StockRow(sku, name or "", _quantity(total)) for sku, name, total in rows)


_SHIFT = (
    "SELECT id, first_id, last_id, currency, opened_by, closed_by,"
    " float_minor, pay_in_minor, pay_out_minor, voided_lines, voided_sales, no_sales, z_number,"
    " counted_minor, difference_minor, reason, totals, safe_drop_minor, found_minor, drawer,"
    " owner, drop_minor, bag, open_matters FROM shift"
)
_SALE = (
    "SELECT id, status, shift, at_ms, offset_min, cashier, name, receipt, total_minor,"
    " discount_minor, rounding_minor, paid_minor, change_minor, coalesce(line_count, 0),"
    " receipt_status, copies, line_from, tenders, taxes FROM sale"
)
_STOCK = (
    "SELECT m.sku, (SELECT i.name FROM item i WHERE i.sku = m.sku ORDER BY i.id DESC LIMIT 1),"
    " sum(m.quantity) FROM (SELECT sku, quantity FROM stock UNION ALL"
    " SELECT i.sku, -l.quantity FROM sale_line l JOIN item i ON i.id = l.item"
    " WHERE l.id > :mark AND l.moves"
    " UNION ALL SELECT sku, -quantity FROM sale_stock WHERE line > :mark) m"
    " WHERE :item IS NULL OR m.sku = :item GROUP BY m.sku ORDER BY m.sku"
)


def _shift_report(con: sqlite3.Connection, row: tuple[Any, ...]) -> ShiftReport:
    shift_id, first_id, last_id, currency, opened_by, closed_by = row[:6]
    (float_minor, pay_in, pay_out, voided_lines, voided_sales, no_sales) = row[6:12]
    z_number, counted, difference, reason, recorded, dropped = row[12:18]
    found, drawer, owner, last_drop, bag, matters = row[18:]
    totals = replace(
        shift_sums.sold(con, shift_id),
        float_minor=float_minor,
        pay_in_minor=pay_in,
        pay_out_minor=pay_out,
        voided_lines=voided_lines,
        voided_sales=voided_sales,
        no_sales=no_sales,
        safe_drop_minor=dropped,
    )
    epoch, number = record.place(shift_id)
    opened_at = _at(con, first_id)
    assert opened_at is not None
    return ShiftReport(
        epoch=epoch,
        shift=number,
        currency=currency,
        opened_at=opened_at,
        opened_by=opened_by,
        totals=totals,
        tenders=tuple(shift_sums.taken(con, shift_id).items()),
        closed_at=_at(con, last_id),
        closed_by=closed_by or "",
        z_number=z_number,
        counted_minor=counted,
        difference_minor=difference,
        reason=reason or "",
        drawer=drawer,
        owner=owner,
        found_minor=found,
        drop_minor=last_drop,
        bag=bag,
        open_matters=tuple(json.loads(matters)),
        takings=past_shifts.takings(con, shift_id),
        foreign=past_shifts.foreign(con, shift_id),
        agrees=recorded is None or _agree(totals, recorded),
    )


def _agree(totals: ShiftTotals, recorded: str) -> bool:
    """Shifts closed before tenders were summed by their kind recorded none."""
    known = json.loads(recorded)
    if known.get("sales") and "tenders" not in known:
        totals = replace(totals, tenders=())
    return totals_text(totals) == recorded


def _at(con: sqlite3.Connection, row_id: int | None) -> datetime | None:
    row = con.execute("SELECT at_ms, offset_min FROM fact WHERE id=?", (row_id,)).fetchone()
    return record.moment(*row) if row else None


def _sale_row(row: tuple[Any, ...]) -> SaleRow:
    epoch, number = record.place(row[0])
    at = record.moment(row[3], row[4])
    return SaleRow(epoch, number, row[1], row[2], at, *row[5:16])


def _detail(con: sqlite3.Connection, row: tuple[Any, ...]) -> SaleDetail:
    line_from, tenders, taxes = row[16:]
    count = row[13]
    lines = con.execute(
        "SELECT l.line, i.sku, i.name, i.unit, l.quantity, l.unit_price_minor, l.net_minor,"
        " l.tax_minor, l.discount_minor, i.taxes FROM sale_line l JOIN item i ON i.id = l.item"
        " WHERE l.id >= ? AND l.id < ? ORDER BY l.id",
        (line_from or 0, (line_from or 0) + count),
    )
    return SaleDetail(
        sale=_sale_row(row),
        lines=tuple(_sold_line(line) for line in lines),
        tenders=tuple(
            TenderRow(number, kind, amount, bool(voided), *rest)
            for number, kind, amount, voided, *rest in json.loads(tenders)
        ),
        taxes=tuple(map(shift_sums.tax_total, json.loads(taxes))),
    )


def _sold_line(row: tuple[Any, ...]) -> SoldLine:
    line, sku, name, unit, quantity, price, net, tax, discount, taxes = row
    codes = tuple(taxes.split(",")) if taxes else ()
    amounts = (net, tax, net + tax, discount)
    return SoldLine(line, sku, name, unit, _quantity(quantity), price, *amounts, codes)


def _quantity(parts: int) -> Decimal:
    """Without trailing zeros, and never as 1E+1."""
    number = (Decimal(parts) / QUANTITY_SCALE).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
