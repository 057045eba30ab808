"""The fleet's tables beside a till's own reports, row by row."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.core import codec
from appliance.fleet.store import Store
from appliance.journal import reports, sales_reports, schema, stock_reports
from appliance.journal.record import EPOCH_STEP
from appliance.journal.sales_reports import Days
from appliance.journal.scale import unscaled

SALE = (
    *("receipt", "total_minor", "discount_minor", "rounding_minor", "paid_minor", "change_minor"),
    *("tip_minor", "prepaid_minor", "returned_minor"),
)


def agree(store: Store, journal: Path, till: str, shop: str) -> None:
    """Asserts that what the fleet says of a shop with this one till is what the till says."""
    con = schema.connect_reader(journal)
    con.row_factory = None
    try:
        _sales(store, con, till)
        _lines(store, con, till)
        _tenders(store, con, till)
        _taxes(store, con, till)
        _shifts(store, con, till)
        _stock(store, con, shop)
        _days(store, con, shop)
    finally:
        con.close()


def _sales(store, con, till) -> None:
    told = {
        (row[0], row[1]): row[2:]
        for row in con.execute(
            f"SELECT id / {EPOCH_STEP}, id % {EPOCH_STEP}, status, shift, at_ms, cashier,"
            f" {', '.join(SALE)} FROM sale WHERE status = 'completed'"
        )
    }
    columns = ("status", "shift", "at_ms", "cashier", *SALE)
    rows = store.rows("SELECT * FROM sale WHERE till = :till", till=till)
    known = {(row["epoch"], row["sale"]): row for row in rows}
    assert {
        key: tuple(row[it] for it in columns)
        for key, row in known.items()
        if row["status"] == "completed"
    } == told
    status = dict(con.execute("SELECT id, status FROM sale WHERE status <> 'completed'"))
    aside = {
        row["epoch"] * EPOCH_STEP + row["sale"]: row["status"]
        for row in rows
        if row["status"] != "completed"
    }
    never = {key for key in status.keys() - aside.keys() if status[key] != "open"}
    assert not never
    assert all(status[key] == it for key, it in aside.items())


def _lines(store, con, till) -> None:
    told = con.execute(
        f"SELECT s.id / {EPOCH_STEP}, s.id % {EPOCH_STEP}, l.line, i.sku, l.quantity, l.net_minor,"
        " l.tax_minor, l.net_minor + l.tax_minor, l.discount_minor, l.cost_minor FROM sale s"
        " JOIN sale_line l ON l.id >= s.line_from AND l.id < s.line_from + s.line_count"
        " JOIN item i ON i.id = l.item ORDER BY 1, 2, 3"
    ).fetchall()
    known = store.rows(
        "SELECT epoch, sale, line, sku, quantity, net_minor, tax_minor, gross_minor, discount_minor,"
        " cost_minor FROM sale_line WHERE till = :till ORDER BY epoch, sale, line",
        till=till,
    )
    assert [tuple(row.values()) for row in known] == told


def _tenders(store, con, till) -> None:
    told = con.execute(
        f"SELECT s.id / {EPOCH_STEP}, s.id % {EPOCH_STEP}, t.tender, t.type, t.amount_minor,"
        " t.status, t.voided, t.currency, t.foreign_minor, t.reference, t.port FROM tender t"
        " JOIN sale s ON s.id = t.sale WHERE s.status <> 'open' ORDER BY 1, 2, 3"
    ).fetchall()
    known = store.rows(
        "SELECT p.epoch, p.sale, p.tender, p.type, p.amount_minor, p.status, p.voided, p.currency,"
        " p.foreign_minor, p.reference, p.port FROM payment p JOIN sale s ON s.till = p.till"
        " AND s.epoch = p.epoch AND s.sale = p.sale WHERE p.till = :till AND s.status <> 'open'"
        " ORDER BY 1, 2, 3",
        till=till,
    )
    assert [tuple(row.values()) for row in known] == told


def _taxes(store, con, till) -> None:
    told = {
        (epoch, sale): [
            [code, rate, net, tax, gross] for code, net, tax, gross, rate in json.loads(taxes)
        ]
        for epoch, sale, taxes in con.execute(
            f"SELECT id / {EPOCH_STEP}, id % {EPOCH_STEP}, taxes FROM sale WHERE status = 'completed'"
        )
    }
    known = store.rows(
        "SELECT epoch, sale, taxes FROM sale WHERE till = :till AND status = 'completed'", till=till
    )
    assert {(row["epoch"], row["sale"]): json.loads(row["taxes"]) for row in known} == told


def _shifts(store, con, till) -> None:
    known = {
        (row["epoch"], row["shift"]): row
        for row in store.rows("SELECT * FROM shift WHERE till = :till", till=till)
    }
    told = reports.shifts(con)
    assert {(it.epoch, it.shift) for it in told} == known.keys()
    for it in told:
        row = known[it.epoch, it.shift]
        expected = it.totals.cash_minor + it.found_minor
        assert (row["sales"], row["gross_minor"]) == (it.totals.sales, it.totals.gross_minor)
        assert (row["drawer"], row["owner"], row["currency"]) == (it.drawer, it.owner, it.currency)
        assert row["opened_ms"] == int(it.opened_at.timestamp() * 1000)
        assert row["expected_minor"] == expected
        assert row["counted_minor"] == it.counted_minor
        assert row["difference_minor"] == it.difference_minor
        assert row["z_number"] == it.z_number
        if it.closed_at is not None:
            assert row["closed_ms"] == int(it.closed_at.timestamp() * 1000)
            assert json.loads(row["totals"]) == codec.to_json(it.totals)
            assert tuple(json.loads(row["open_matters"])) == it.open_matters


def _stock(store, con, shop) -> None:
    told = {sku: it.quantity for sku, it in stock_reports.levels(con).items()}
    known = {
        row["sku"]: unscaled(row["quantity"])
        for row in store.rows("SELECT sku, quantity FROM stock WHERE shop = :shop", shop=shop)
    }
    assert {sku: it for sku, it in known.items() if it} == {
        sku: it for sku, it in told.items() if it
    }
    moved = store.rows(
        "SELECT sku, sum(delta) AS many FROM movement WHERE shop = :shop AND within = 0"
        " GROUP BY sku",
        shop=shop,
    )
    sums = {row["sku"]: unscaled(int(row["many"])) for row in moved}
    assert {sku: it for sku, it in sums.items() if it} == {
        sku: it for sku, it in known.items() if it
    }


def _days(store, con, shop) -> None:
    for row in store.rows("SELECT * FROM day_total WHERE shop = :shop", shop=shop):
        day = sales_reports.date.fromisoformat(row["day"])
        told = sales_reports.totals(con, Days(day, day))
        known = tuple(
            row[it]
            for it in (
                *("sales", "lines", "gross_minor", "discount_minor", "rounding_minor"),
                *("tips_minor", "prepaid_minor", "returns", "returns_minor"),
            )
        )
        assert known == (
            *(told.sales, told.lines, told.total_minor, told.discount_minor, told.rounding_minor),
            *(told.tip_minor, told.prepaid_minor, told.returns, told.returned_minor),
        )
        assert row["net_minor"] + row["tax_minor"] == row["gross_minor"]
    sold = store.one("SELECT sum(sales) AS many FROM day_total WHERE shop = :shop", shop=shop)
    assert (sold["many"] or 0) == con.execute(
        "SELECT count(*) FROM sale WHERE status = 'completed'"
    ).fetchone()[0]
