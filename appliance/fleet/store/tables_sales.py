"""Tables made of facts: sales, goods, shifts and sums of a day.

Amounts are minor units of the shop's currency, quantities and costs of 1 integers of QUANTITY_SCALE
parts (journal/scale.py), days the shop's own, as 2026-11-29. `rebuild` empties and fills all of them.
"""

from __future__ import annotations

from appliance.fleet.store.drawn import HOUR_SUMS

_SUMS = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in HOUR_SUMS)

_DAY_TOTAL = (
    f"CREATE VIEW day_total AS SELECT shop, day, currency, {_SUMS}, max(last_ms) AS last_ms"  # noqa: S608 (names of this module)
    " FROM hour_total GROUP BY shop, day, currency"
)

TABLES = (
    # status: completed, voided, suspended or, called back after one of these, open. at_ms, day,
    # cashier: of the fact that gave it its status, seq is that fact's. taxes: [[code, rate, net_minor,
    # tax_minor, gross_minor], ..]. discount: also what promotions took. tip, prepaid: parts of total.
    """CREATE TABLE sale (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, sale BIGINT NOT NULL, shop TEXT NOT NULL,
        shift BIGINT NOT NULL, receipt BIGINT, cashier TEXT NOT NULL, at_ms BIGINT NOT NULL,
        offset_min BIGINT NOT NULL, day TEXT NOT NULL, status TEXT NOT NULL, lines BIGINT NOT NULL,
        total_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL, rounding_minor BIGINT NOT NULL,
        paid_minor BIGINT NOT NULL, change_minor BIGINT NOT NULL, tip_minor BIGINT NOT NULL,
        prepaid_minor BIGINT NOT NULL, returned_minor BIGINT NOT NULL, currency TEXT NOT NULL,
        taxes TEXT NOT NULL, name TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (till, epoch, sale)
    )""",
    "CREATE INDEX sale_latest ON sale (at_ms)",
    "CREATE INDEX sale_by_day ON sale (shop, day)",
    # Of completed sales. kind: core/facts/words.py LineKind. cost_minor: of the whole line.
    """CREATE TABLE sale_line (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, sale BIGINT NOT NULL, line BIGINT NOT NULL,
        sku TEXT NOT NULL, kind TEXT NOT NULL, quantity BIGINT NOT NULL,
        unit_price_minor BIGINT NOT NULL, net_minor BIGINT NOT NULL, tax_minor BIGINT NOT NULL,
        gross_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL, cost_minor BIGINT,
        PRIMARY KEY (till, epoch, sale, line)
    )""",
    # Every tender of a sale; it counts when status is taken and voided is 0. The change, which is
    # the sale's, went out of the cash. currency, foreign_minor: of foreign cash.
    """CREATE TABLE payment (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, sale BIGINT NOT NULL, tender BIGINT NOT NULL,
        type TEXT NOT NULL, amount_minor BIGINT NOT NULL, status TEXT NOT NULL,
        voided BIGINT NOT NULL, currency TEXT NOT NULL, foreign_minor BIGINT NOT NULL,
        reference TEXT NOT NULL, port TEXT NOT NULL, PRIMARY KEY (till, epoch, sale, tender)
    )""",
    # line: its place among the movements of its fact, from 0. reason: sale, return, count or a
    # StockCause. within: it lies inside a later stocktake, so it counts in no sum any more.
    """CREATE TABLE movement (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL, line BIGINT NOT NULL,
        shop TEXT NOT NULL, sku TEXT NOT NULL, delta BIGINT NOT NULL, reason TEXT NOT NULL,
        at_ms BIGINT NOT NULL, lot TEXT NOT NULL, serial TEXT NOT NULL, cost BIGINT,
        within BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (till, epoch, seq, line)
    )""",
    "CREATE INDEX movement_of_item ON movement (shop, sku, at_ms)",
    # quantity: the sum of the item's movements that are not `within`. count_*: the last stocktake.
    """CREATE TABLE stock (
        shop TEXT NOT NULL, sku TEXT NOT NULL, quantity BIGINT NOT NULL, moved_ms BIGINT NOT NULL,
        counted BIGINT, count_ms BIGINT, count_till TEXT, count_epoch BIGINT, count_seq BIGINT,
        PRIMARY KEY (shop, sku)
    )""",
    "CREATE INDEX stock_negative ON stock (shop, sku) WHERE quantity < 0",
    # vector: {till: [epoch, seq], ..}, up to where the sales of the shop's tills are inside the count.
    """CREATE TABLE stocktake (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL, shop TEXT NOT NULL,
        at_ms BIGINT NOT NULL, source TEXT NOT NULL, items BIGINT NOT NULL, vector TEXT NOT NULL,
        PRIMARY KEY (till, epoch, seq)
    )""",
    "CREATE INDEX stocktake_of_shop ON stocktake (shop, at_ms)",
    # What was entered in a count of the shelves that goes on. level: what the ledger should say then.
    """CREATE TABLE count_entry (
        till TEXT NOT NULL, count BIGINT NOT NULL, sku TEXT NOT NULL, lot TEXT NOT NULL,
        epoch BIGINT NOT NULL, seq BIGINT NOT NULL, at_ms BIGINT NOT NULL, counted BIGINT NOT NULL,
        expected BIGINT NOT NULL, level BIGINT NOT NULL, PRIMARY KEY (till, count, sku, lot)
    )""",
    # Goods between two shops: what left the one and came to the other by one document.
    """CREATE TABLE transit (
        origin TEXT NOT NULL, target TEXT NOT NULL, document TEXT NOT NULL, sku TEXT NOT NULL,
        sent BIGINT NOT NULL, received BIGINT NOT NULL, sent_ms BIGINT, received_ms BIGINT,
        PRIMARY KEY (origin, target, document, sku)
    )""",
    "CREATE INDEX transit_open ON transit (target, sku) WHERE sent <> received",
    # What an item was last sold or listed as.
    """CREATE TABLE item (
        tenant TEXT NOT NULL, sku TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
        taxes TEXT NOT NULL, low BIGINT, PRIMARY KEY (tenant, sku)
    )""",
    # totals: all sums of an X or Z report as the till's own fact has them (ShiftTotals). expected:
    # what should lie in the drawer; of a shift that is open, by now. day: when it was opened.
    """CREATE TABLE shift (
        till TEXT NOT NULL, epoch BIGINT NOT NULL, shift BIGINT NOT NULL, shop TEXT NOT NULL,
        drawer TEXT NOT NULL, owner TEXT NOT NULL, currency TEXT NOT NULL, day TEXT NOT NULL,
        opened_ms BIGINT NOT NULL, opened_by TEXT NOT NULL, closed_ms BIGINT, closed_by TEXT,
        z_number BIGINT, float_minor BIGINT NOT NULL, expected_minor BIGINT NOT NULL,
        counted_minor BIGINT, difference_minor BIGINT, sales BIGINT NOT NULL,
        gross_minor BIGINT NOT NULL, totals TEXT NOT NULL, reason TEXT NOT NULL,
        open_matters TEXT NOT NULL, PRIMARY KEY (till, epoch, shift)
    )""",
    "CREATE INDEX shift_by_day ON shift (shop, day)",
    "CREATE INDEX shift_closed ON shift (closed_ms)",
    # Sums of a shop's hour, by the till's own clock. gross: as a Z report's, without tips and prepaid
    # money; net: without tax.
    """CREATE TABLE hour_total (
        shop TEXT NOT NULL, day TEXT NOT NULL, hour BIGINT NOT NULL, currency TEXT NOT NULL,
        sales BIGINT NOT NULL, lines BIGINT NOT NULL, gross_minor BIGINT NOT NULL,
        net_minor BIGINT NOT NULL, tax_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL,
        rounding_minor BIGINT NOT NULL, returns BIGINT NOT NULL, returns_minor BIGINT NOT NULL,
        tips_minor BIGINT NOT NULL, prepaid_minor BIGINT NOT NULL, last_ms BIGINT NOT NULL,
        PRIMARY KEY (shop, day, hour, currency)
    )""",
    "CREATE INDEX hour_total_by_day ON hour_total (day, hour, shop)",
    _DAY_TOTAL,
    # What one person did on one day, and what a manager looks at twice.
    """CREATE TABLE cashier_day (
        shop TEXT NOT NULL, day TEXT NOT NULL, cashier TEXT NOT NULL, sales BIGINT NOT NULL,
        gross_minor BIGINT NOT NULL, discount_minor BIGINT NOT NULL, returns BIGINT NOT NULL,
        returns_minor BIGINT NOT NULL, voided_lines BIGINT NOT NULL, voided_sales BIGINT NOT NULL,
        voided_minor BIGINT NOT NULL, no_sales BIGINT NOT NULL, PRIMARY KEY (shop, day, cashier)
    )""",
)

REBUILT = (
    *("sale", "sale_line", "payment", "movement", "stock", "stocktake", "count_entry", "transit"),
    *("shift", "hour_total", "cashier_day", "unread"),
)
"""Emptied by a rebuild. Of `item` only the names are written again: `low` is a person's."""
