"""What the sales of a shift add up to: all of them, or those of one person."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from appliance.core.facts import ShiftTotals, TaxTotal, TenderTotal, TenderType
from appliance.core.sums import sum_tenders
from appliance.journal.record import EPOCH_STEP


def sold(con: sqlite3.Connection, key: int, cashier: str = "") -> ShiftTotals:
    """The sums that come of sales; what else moved in the shift is left out."""
    span = _span(con, key, cashier)
    count, items, gross, discount, rounding, change, returns, returned, tips, prepaid = con.execute(
        _SUMS + _OF_SHIFT, span
    ).fetchone()
    tenders = tuple(
        TenderTotal(TenderType(kind), amount, times, code, foreign)
        for kind, code, amount, times, foreign in con.execute(
            _TENDERS + _OF_SHIFT + _TAKEN + _BY_KIND, span
        )
    )
    taxes = con.execute(_TAXES + _OF_SHIFT + _BY_RATE, span)
    cash = sum(it.amount_minor for it in tenders if it.type is TenderType.CASH)
    given = (TenderTotal(TenderType.CASH, -change, 0),) if change else ()
    return ShiftTotals(
        sales=count,
        items=items,
        gross_minor=gross,
        discount_minor=discount,
        rounding_minor=rounding,
        cash_sales_minor=cash - change,
        taxes=tuple(sorted(map(tax_total, taxes), key=lambda it: it.of)),
        returns=returns,
        returns_minor=returned,
        tips_minor=tips,
        prepaid_minor=prepaid,
        tenders=sum_tenders(tenders, given),
    )


def taken(con: sqlite3.Connection, key: int) -> dict[str, int]:
    """By kind of money, change not taken off."""
    sums: dict[str, int] = {}
    query = _TENDERS + _OF_SHIFT + _TAKEN + _BY_KIND
    for kind, _, amount, *_ in con.execute(query, _span(con, key, "")):
        sums[kind] = sums.get(kind, 0) + amount
    return sums


def tax_total(row: Sequence[Any]) -> TaxTotal:
    """A tax of a sale as the projections keep it, or the sum of several."""
    code, net, tax, gross, rate = row
    return TaxTotal(code, net, tax, gross, None if rate is None else Decimal(rate))


def _span(con: sqlite3.Connection, key: int, cashier: str) -> dict[str, int | str]:
    """A shift's sales lie between two ids; among them are parked ones that another completed."""
    low, high = con.execute(
        "SELECT sale_from, coalesce(sale_to, ?) FROM shift WHERE id=?", (1 << 62, key)
    ).fetchone()
    return {"low": low, "high": high, "shift": key % EPOCH_STEP, "cashier": cashier}


_OF_SHIFT = (
    " WHERE s.id >= :low AND s.id <= :high AND s.shift = :shift AND s.status = 'completed'"
    " AND (:cashier = '' OR s.cashier = :cashier)"
)
_SUMS = (
    "SELECT count(*), coalesce(sum(line_count), 0), "
    " coalesce(sum(total_minor - tip_minor - prepaid_minor), 0),"
    " coalesce(sum(discount_minor), 0), coalesce(sum(rounding_minor), 0),"
    " coalesce(sum(change_minor), 0), coalesce(sum(returned_minor != 0), 0),"
    " coalesce(sum(returned_minor), 0), coalesce(sum(tip_minor), 0),"
    " coalesce(sum(prepaid_minor), 0) FROM sale s"
)
_TAXES = (
    "SELECT t.value ->> 0, sum(t.value ->> 1), sum(t.value ->> 2), sum(t.value ->> 3),"
    " t.value ->> 4 FROM sale s, json_each(s.taxes) t"
)
_TENDERS = (
    "SELECT t.value ->> 1, coalesce(t.value ->> 5, ''), sum(t.value ->> 2), count(*),"
    " sum(coalesce(t.value ->> 6, 0)) FROM sale s, json_each(s.tenders) t"
)
_TAKEN = " AND NOT t.value ->> 3 AND coalesce(t.value ->> 4, 'taken') = 'taken'"
_BY_RATE = " GROUP BY 1, 5"
_BY_KIND = " GROUP BY 1, 2 ORDER BY 1, 2"
