"""From what facts made to the tables, in one order for everybody, so that nobody waits in a circle."""

from __future__ import annotations

from appliance.fleet.store import read_shifts, shelf
from appliance.fleet.store.database import Insert, Transaction, adding, replacing
from appliance.fleet.store.drawn import (
    CASHIER_SUMS,
    HOUR_SUMS,
    LINE,
    PAYMENT,
    SALE,
    Drawn,
    Told,
    Transit,
)
from appliance.fleet.store.read_shifts import SHIFT

_SALE_IS = replacing(("till", "epoch", "sale"), SALE)
_PAYMENT_IS = replacing(("till", "epoch", "sale", "tender"), PAYMENT)
_SHIFT_IS = replacing(("till", "epoch", "shift"), SHIFT)
_HOUR = ("shop", "day", "hour", "currency")
_ADD_HOUR = adding(
    *("hour_total", _HOUR, HOUR_SUMS),
    "last_ms = CASE WHEN excluded.last_ms > hour_total.last_ms THEN excluded.last_ms"
    " ELSE hour_total.last_ms END",
)
_PERSON = ("shop", "day", "cashier")
_ADD_PERSON = adding("cashier_day", _PERSON, CASHIER_SUMS)
_ITEM = ("tenant", "sku", "name", "unit", "taxes")
_ITEM_IS = replacing(("tenant", "sku"), _ITEM)
_UNREAD = ("till", "epoch", "seq", "type", "version", "why")
_TRANSIT = (*("origin", "target", "document", "sku", "sent", "received", "sent_ms", "received_ms"),)
_ADD_TRANSIT = adding(
    *("transit", _TRANSIT[:4], ("sent", "received")),
    "sent_ms = coalesce(transit.sent_ms, excluded.sent_ms)",
    "received_ms = coalesce(excluded.received_ms, transit.received_ms)",
)


_COUNTS = "SELECT pg_advisory_xact_lock(hashtext(:shop))"
_MOVES = "SELECT pg_advisory_xact_lock_shared(hashtext(:shop))"


def write(
    tx: Transaction, told: Told, tenant: str, facts: Insert, out: Drawn, *, alone: bool
) -> None:
    """facts: as they go to the ledger. told: whose they are, any of them. alone: the shop has no other
    till.

    What is the till's own goes in one statement; what it shares with others follows table by table,
    the rows in order.
    """
    shop = told.shop
    if not alone and tx.postgresql and (out.movements or out.stocktaking):
        # A count sees every movement of the shop, and every movement sees the last count.
        tx.run(_COUNTS if out.stocktaking else _MOVES, shop=shop)
    movements, stock = shelf.moved(tx, shop, out.movements, alone=alone)
    tx.insert(
        facts,
        Insert("sale", SALE, list(out.sales.values()), _SALE_IS),
        Insert("sale_line", LINE, out.lines),
        Insert("payment", PAYMENT, list(out.payments.values()), _PAYMENT_IS),
        movements,
        Insert(
            "shift", SHIFT, [read_shifts.row(told, it) for it in out.shifts.values()], _SHIFT_IS
        ),
        Insert("unread", _UNREAD, out.unread),
    )
    tx.insert(stock)
    shelf.take_stock(tx, out.stocktaking)
    hours = [(shop, *key, *out.takings[key], out.last_ms[key]) for key in sorted(out.takings)]
    tx.insert(Insert("hour_total", (*_HOUR, *HOUR_SUMS, "last_ms"), hours, _ADD_HOUR))
    people = [
        (shop, *key, *(out.people[key].get(it, 0) for it in CASHIER_SUMS))
        for key in sorted(out.people)
    ]
    tx.insert(Insert("cashier_day", (*_PERSON, *CASHIER_SUMS), people, _ADD_PERSON))
    _transits(tx, tenant, out.transits)
    items = [(tenant, sku, *out.items[sku]) for sku in sorted(out.items)]
    tx.insert(Insert("item", _ITEM, items, _ITEM_IS))


def _transits(tx: Transaction, tenant: str, transits: list[Transit]) -> None:
    rows: dict[tuple[str, ...], list[int | None]] = {}
    known: dict[str, str] = {}
    for it in transits:
        if it.partner not in known:
            known[it.partner] = _shop_named(tx, tenant, it.partner)
        here, there = it.told.shop, known[it.partner]
        outward = it.sent != 0
        ends = (here, there) if outward else (there, here)
        sums = rows.setdefault((*ends, it.document, it.sku), [0, 0, None, None])
        sums[0] = (sums[0] or 0) + it.sent
        sums[1] = (sums[1] or 0) + it.received
        sums[2 if outward else 3] = it.told.at_ms
    ordered = [(*key, *rows[key]) for key in sorted(rows)]
    tx.insert(Insert("transit", _TRANSIT, ordered, _ADD_TRANSIT))


def _shop_named(tx: Transaction, tenant: str, partner: str) -> str:
    """The other shop, as people write it on a paper: by its id or its name."""
    row = tx.one(
        "SELECT shop FROM shop WHERE tenant = :tenant AND (shop = :partner OR name = :partner)"
        " ORDER BY shop <> :partner LIMIT 1",
        tenant=tenant,
        partner=partner,
    )
    return partner if row is None else str(row["shop"])
