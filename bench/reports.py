"""Reports over a year: 300 sales a day of ten lines, 2,000 different items, all shifts closed but
today's."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from appliance.core.item import Unit
from appliance.journal import (
    Journal,
    report_tables,
    reports,
    sales_reports,
    schema,
    stock_reports,
    stock_tables,
)
from appliance.journal.record import EPOCH_STEP
from appliance.journal.sales_reports import Days
from bench.row import Row

FIRST = date(2025, 12, 1)
LINES = 10
ITEMS = 2_000
_PRICE = 4_690


def year(path: Path, days: int, sales_a_day: int) -> None:
    """The tables of a year, without the facts behind them: a report reads no facts."""
    Journal.open(path, "T1").close()
    con = schema.connect(path)
    con.execute("PRAGMA synchronous=OFF")
    con.execute("BEGIN")
    items = [(n, f"sku-{n}", f"Товар {n}", Unit.PIECE.value, "VAT20") for n in range(1, ITEMS + 1)]
    con.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", items)
    chance = random.Random(7)
    line = 0
    for day in range(days):
        sales, lines = [], []
        for number in range(sales_a_day):
            sales.append(_sale(day, number, sales_a_day, line + 1))
            lines += [_line(line + n, chance) for n in range(1, LINES + 1)]
            line += LINES
        con.executemany(_INSERT_SALE, sales)
        con.executemany(_INSERT_LINE, lines)
        if day < days - 1:
            report_tables.roll(con, EPOCH_STEP + (day + 1) * sales_a_day + 1)
            stock_tables.roll_stock(con)
    con.execute("COMMIT")
    con.close()


def _sale(day: int, number: int, sales_a_day: int, line_from: int) -> tuple[object, ...]:
    at = datetime(FIRST.year, FIRST.month, FIRST.day, 7, tzinfo=UTC) + timedelta(days=day)
    at += timedelta(hours=14) * number / sales_a_day
    total = LINES * _PRICE
    tax = total // 6
    key = EPOCH_STEP + day * sales_a_day + number + 1
    taxes = json.dumps([["VAT20", total - tax, tax, total]])
    tenders = json.dumps([[1, "cash" if number % 3 else "card", total, 0]])
    times = (int(at.timestamp() * 1000), 120)
    return (key, day + 1, key, key, "completed", number + 1, *times, f"c{number % 3}", total, 0, 0,
            total, 0, line_from, LINES, taxes, tenders)  # fmt: skip


def _line(row: int, chance: random.Random) -> tuple[int, ...]:
    tax = _PRICE // 6
    item = min(ITEMS, 1 + int(chance.expovariate(6 / ITEMS)))
    return (row, item, 1, 1_000_000, _PRICE, _PRICE - tax, tax, 0, 1, 3_100)


_INSERT_SALE = (
    "INSERT INTO sale (id, shift, first_id, last_id, status, receipt, at_ms, offset_min, cashier,"
    " total_minor, discount_minor, rounding_minor, paid_minor, change_minor, line_from, line_count,"
    " taxes, tenders) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_LINE = (
    "INSERT INTO sale_line (id, item, line, quantity, unit_price_minor, net_minor, tax_minor,"
    " discount_minor, moves, cost_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Question = Callable[[sqlite3.Connection, Days], object]
QUESTIONS: dict[str, Question] = {
    "totals": sales_reports.totals,
    "by hour": sales_reports.by_hour,
    "by day": sales_reports.by_day,
    "by item": sales_reports.by_item,
    "by cashier": sales_reports.by_cashier,
    "day until now": lambda con, days: sales_reports.totals_until(con, days.last, 50_000),
    "margin": sales_reports.margin_of,
    "by customer": sales_reports.by_customer,
    "goods short or over": lambda con, days: stock_reports.shortages(con, days.first, days.last),
    "stock value": lambda con, _days: stock_reports.stock_value(con),
    "by tender": sales_reports.by_tender,
    "by tax": sales_reports.by_tax,
    "by offer": sales_reports.by_offer,
    "differences": sales_reports.differences,
}


def slowest(path: Path, days: int, sales_a_day: int) -> Row:
    """The slowest question over the whole time, each asked seven times, the worst median."""
    year(path, days, sales_a_day)
    # From the middle of a month, so that whole months and single days are both read.
    asked = Days(FIRST + timedelta(9), FIRST + timedelta(days - 1))
    worst: dict[str, float] = {}
    with reports.reading(path) as con:
        for name, question in QUESTIONS.items():
            times = []
            for _ in range(7):
                start = time.perf_counter()
                question(con, asked)
                times.append(time.perf_counter() - start)
            worst[name] = sorted(times)[3] * 1e3
    name = max(worst, key=lambda it: worst[it])
    return Row(
        f"slowest report over {days} days of {sales_a_day} sales ({name})",
        worst[name],
        "ms",
        "limit",
        300.0,
        "at most 300 ms",
        samples=tuple(worst.values()),
    )
