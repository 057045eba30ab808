"""Reports over a year beside the year before: 300 sales a day of ten lines, 2,000 different items,
400 customers, deliveries, write-offs and counts; all shifts closed but today's.

What is measured is all that a person waits for: the sums of both years and the catalogue's names.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from appliance.books import Books
from appliance.catalogue.store import Catalogue
from appliance.core.item import Item, ItemId, Unit
from appliance.core.report_rows import ReportBy
from appliance.journal import Journal, report_tables, schema, stock_tables
from appliance.journal.record import EPOCH_STEP
from appliance.stockroom import Stockroom
from bench.row import Row

FIRST = date(2024, 12, 1)
LINES = 10
CUSTOMERS = 400
OFFERS = 12
PAPER_ROWS = 40
"""Of a day's delivery, beside as many goods counted and a few written off."""
ITEMS = 2_000
_PRICE = 4_690


def past(path: Path, days: int, sales_a_day: int) -> None:
    """The tables of some days, without the facts behind them: a report reads no facts, but for when
    something was."""
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
        _rest_of_the_day(con, day, sales, chance)
        if day < days - 1:
            report_tables.roll(con, EPOCH_STEP + (day + 1) * sales_a_day + 1)
            stock_tables.roll_stock(con)
    con.execute("COMMIT")
    con.close()


def _rest_of_the_day(
    con: sqlite3.Connection, day: int, sales: list[tuple[object, ...]], chance: random.Random
) -> None:
    """Who bought, which offers acted, what came in, was counted and thrown away, how the drawer
    was."""
    known = [
        (f"customer-{chance.randrange(CUSTOMERS)}", sale[0], sale[6], sale[9])
        for sale in sales
        if chance.random() < 0.4
    ]
    con.executemany("INSERT INTO customer_sale VALUES (?, ?, ?, ?)", known)
    local = FIRST.toordinal() - date(1970, 1, 1).toordinal() + day
    offers = [(local, f"offer-{n}", f"Акція {n}", 9, 12_00) for n in range(OFFERS)]
    con.executemany("INSERT INTO day_offer VALUES (?, ?, ?, ?, ?)", offers)
    at_ms = int(sales[-1][6])  # type: ignore[call-overload]
    delivery, waste, count, close = (EPOCH_STEP + 4 * day + n for n in range(1, 5))
    facts = [
        (key, at_ms, 120, "c0", "", "X", 1, b"", b"") for key in (delivery, waste, count, close)
    ]
    con.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", facts)
    for key, cause, rows, quantity in (
        (delivery, "received", PAPER_ROWS, 80 * 10**6),
        (waste, "write_off", 5, -(10**6)),
    ):
        paper = (key, cause, "", "", "", None, None)
        con.execute("INSERT INTO stock_paper VALUES (?, ?, ?, ?, ?, ?, ?)", paper)
        moves = [
            (
                key,
                place,
                f"sku-{chance.randint(1, ITEMS)}",
                cause,
                quantity,
                None,
                0,
                *_COST,
                "",
                "",
            )
            for place in range(rows)
        ]
        con.executemany("INSERT INTO stock_move VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", moves)
    con.execute("INSERT INTO stock_taking VALUES (?, ?, '', ?, 1)", (count, day + 1, count))
    counted = {f"sku-{chance.randint(1, ITEMS)}" for _ in range(PAPER_ROWS)}
    found = [(count, sku, 9 * 10**6, -(10**6)) for sku in sorted(counted)]
    con.executemany("INSERT INTO stock_count VALUES (?, ?, ?, ?)", found)
    con.execute(
        "INSERT INTO shift (id, first_id, last_id, sale_from, currency, opened_by, closed_by,"
        " z_number, difference_minor, reason, float_minor)"
        " VALUES (?, ?, ?, ?, 'UAH', 'c0', 'c0', ?, -500, 'x', 0)",
        (close, close, close, sales[0][0], day + 1),
    )


_COST = (3_100 * 10**6, 3_100 * 10**6)


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


def goods(path: Path) -> Catalogue:
    catalogue = Catalogue(path)
    with catalogue.write() as writer:
        writer.put(
            Item(ItemId(f"sku-{n}"), f"Товар {n}", _PRICE, category=f"Група {n % 40}")
            for n in range(1, ITEMS + 1)
        )
    catalogue.refresh()
    return catalogue


def slowest(folder: Path, days: int, sales_a_day: int) -> Row:
    """The slowest question over the whole time, each asked seven times, the worst median."""
    path = folder / "journal.db"
    past(path, 2 * days, sales_a_day)
    last = FIRST + timedelta(2 * days - 1)
    first = last - timedelta(days - 1)
    with goods(folder / "catalogue.db") as catalogue:
        books = Books(path, catalogue, lambda text: text, "en", customer=str.title)
        room = Stockroom(path, catalogue)
        now = datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=20)
        questions: dict[str, Callable[[], object]] = {
            by.value: partial(books.report, by, first, last) for by in ReportBy
        }
        questions |= {
            "at a glance": partial(books.glance, first, last, now),
            "today at a glance": partial(books.glance, last, last, now),
            "signals": partial(books.signals, first, last),
            "what lies there": room.levels,
            "what to buy": partial(room.suggest, now),
        }
        worst = {name: _median_ms(question) for name, question in questions.items()}
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


def _median_ms(question: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        question()
        times.append(time.perf_counter() - start)
    return sorted(times)[3] * 1e3
