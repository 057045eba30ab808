"""What facts of goods on the shelves mean to the fleet's tables."""

from __future__ import annotations

from appliance.core.facts import StockCause
from appliance.fleet.store.bodies import (
    Body,
    Unreadable,
    number,
    parts,
    parts_or_none,
    rows,
    text,
)
from appliance.fleet.store.drawn import (
    CountEdge,
    CountEntry,
    Drawn,
    Levels,
    Movement,
    Told,
    Transit,
)
from appliance.fleet.store.read_sales import leaving
from appliance.fleet.store.running import Running

_SENT, _CAME = StockCause.TRANSFER_OUT.value, StockCause.TRANSFER_IN.value


def moved(_run: Running, told: Told, body: Body, out: Drawn) -> None:
    cause, partner = text(body, "cause"), text(body, "partner", "")
    document = text(body, "document", "")
    movements, transits = [], []
    for place, it in enumerate(rows(body, "moves")):
        sku, delta = text(it, "item"), parts(it, "quantity")
        lot, serial = text(it, "lot", ""), text(it, "serial", "")
        cost = parts_or_none(it, "cost_minor")
        movements.append(Movement(told, place, sku, delta, cause, lot, serial, cost))
        if cause in (_SENT, _CAME):
            ways = (-delta, 0) if cause == _SENT else (0, delta)
            transits.append(Transit(told, partner, document, sku, *ways))
    out.movements += movements
    out.transits += transits


def counted(_run: Running, told: Told, body: Body, out: Drawn) -> None:
    level = {text(it, "item"): parts(it, "quantity") for it in rows(body, "counts")}
    out.stocktaking.append(Levels(told, text(body, "source", ""), level))


def count_started(_run: Running, told: Told, body: Body, out: Drawn) -> None:
    out.stocktaking.append(CountEdge(told, number(body, "count"), ends=False))


def count_entered(run: Running, told: Told, body: Body, out: Drawn) -> None:
    """What lies in baskets at the till was carried off the shelf and is not paid: the ledger still
    has it, the counter did not see it."""
    sku, lot, found = text(body, "item"), text(body, "lot", ""), parts(body, "counted")
    level = found + _off_the_shelf(run, sku)
    entry = CountEntry(told, number(body, "count"), sku, lot, found, parts(body, "expected"), level)
    out.stocktaking.append(entry)


def _off_the_shelf(run: Running, sku: str) -> int:
    """As core/stock.py `off_the_shelf`."""
    baskets = [*([run.sale] if run.sale else []), *run.parked.values()]
    off = 0
    for basket in baskets:
        for line in basket["lines"].values():
            if line.get("voided") or str(line.get("quantity", "0")).startswith("-"):
                continue
            off -= sum(delta for item, delta in leaving(line) if item == sku)
    return off


def count_finished(_run: Running, told: Told, body: Body, out: Drawn) -> None:
    applied = body.get("applied", True)
    if not isinstance(applied, bool):
        raise Unreadable("applied is neither true nor false")
    out.stocktaking.append(CountEdge(told, number(body, "count"), ends=True, applied=applied))


HANDLERS = {
    "StockMoved": moved,
    "StockCounted": counted,
    "CountStarted": count_started,
    "CountEntered": count_entered,
    "CountFinished": count_finished,
}
