"""What a manager wants to look at again, counted by day, person and kind as it happens.

None of it is a proof of anything: a busy hour has more voids. A usual sale writes nothing here; how
much somebody sold is read from the sales themselves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from appliance.core import facts as f
from appliance.core.signals import SignalKind
from appliance.core.state import Line, Sale, State
from appliance.journal.record import Record, times

TABLES: dict[str, str] = {
    "signal": "day INTEGER NOT NULL, cashier TEXT NOT NULL, kind TEXT NOT NULL,"
    " count INTEGER NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (day, cashier, kind)",
    "card_number": "day TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (day, place)",
}
WITHOUT_ROWID = set(TABLES)

Signal = tuple[SignalKind, int, int]
"""Kind, how many more (an undo is one less), for how much."""

FACTS = (
    f.LineVoided,
    f.LineRestored,
    f.LineAdded,
    f.LineDiscounted,
    f.BasketDiscounted,
    f.LinePriceOverridden,
    f.SaleVoided,
    f.SaleRecalled,
    f.SaleVoidStarted,
    f.TenderVoided,
    f.DrawerOpened,
    f.Overridden,
    f.PinRefused,
    f.CardNumberLogged,
)


def apply(con: sqlite3.Connection, record: Record, before: State, _after: State) -> None:
    fact = record.fact
    if isinstance(fact, f.CardNumberLogged):
        con.execute("INSERT OR IGNORE INTO card_number VALUES (?, ?)", (fact.on, fact.module))
        return
    who = fact.staff if isinstance(fact, f.PinRefused) else record.actor
    at_ms, offset_min = times(record.at)
    day = (at_ms // 1000 + offset_min * 60) // 86_400
    for kind, count, amount in _signals(fact, before):
        con.execute(
            "INSERT INTO signal VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, cashier, kind)"
            " DO UPDATE SET count = count + excluded.count,"
            " amount_minor = amount_minor + excluded.amount_minor",
            (day, who, kind, count, amount),
        )


def _signals(fact: f.Fact, before: State) -> Iterator[Signal]:
    match fact:
        case f.LineVoided(line=line):
            yield SignalKind.VOIDED_LINES, 1, _worth(_line(before, line))
        case f.LineRestored(line=line):
            yield SignalKind.VOIDED_LINES, -1, -_worth(_line(before, line))
        case f.LineAdded(kind=f.LineKind.RETURN, returns=None) as added:
            yield SignalKind.UNPROVEN_RETURNS, 1, abs(added.sold.gross_minor) if added.sold else 0
        case f.LineDiscounted(line=line, discount=discount) if discount is not None:
            yield SignalKind.DISCOUNTS, 1, _off(_line(before, line), discount)
        case f.BasketDiscounted(discount=discount) if discount is not None:
            base, off = _lying(before.sale), discount.amount_minor
            yield (
                SignalKind.DISCOUNTS,
                1,
                round(base * (discount.percent or 0) / 100) if off is None else off,
            )
        case f.LinePriceOverridden(line=number, unit_price_minor=price):
            priced = _line(before, number)
            if priced is not None and price < priced.list_price_minor:
                down = (priced.list_price_minor - price) * priced.quantity
                yield SignalKind.OVERRIDES, 1, round(down)
        case f.SaleVoided() if before.sale is not None and before.sale.live_lines:
            yield SignalKind.VOIDED_SALES, 1, _lying(before.sale)
        case f.SaleRecalled(sale=number) if before.voided and before.voided.sale == number:
            if before.voided.live_lines:
                yield SignalKind.VOIDED_SALES, -1, -_lying(before.voided)
        case f.SaleVoidStarted():
            yield SignalKind.VOIDED_COMPLETED, 1, 0
        case f.TenderVoided(tender=number):
            tenders = before.sale.tenders if before.sale else ()
            yield (
                SignalKind.VOIDED_TENDERS,
                1,
                sum(t.amount_minor for t in tenders if t.tender == number),
            )
        case f.DrawerOpened(cause=f.DrawerCause.NO_SALE):
            yield SignalKind.NO_SALES, 1, 0
        case f.Overridden():
            yield SignalKind.APPROVALS, 1, 0
        case f.PinRefused(staff=staff) if staff:
            yield SignalKind.WRONG_PINS, 1, 0


def _line(state: State, number: f.LineId) -> Line | None:
    if state.sale is None or not 0 < number <= len(state.sale.lines):
        return None
    return state.sale.lines[number - 1]


def _lying(sale: Sale | None) -> int:
    """What lies in a basket, before any discount."""
    return sum(_worth(line) for line in (sale.live_lines if sale else ()))


def _worth(line: Line | None) -> int:
    """What a line came to before any discount, roughly: for a signal, not for a bill."""
    if line is None:
        return 0
    if line.amount_minor is not None:
        return line.amount_minor
    return round(line.unit_price_minor * line.quantity)


def _off(line: Line | None, discount: f.Discount) -> int:
    if line is None:
        return 0
    if discount.amount_minor is not None:
        return discount.amount_minor
    return round(_worth(line) * (discount.percent or 0) / 100)
