"""The stock of a shop: the sum of its tills' movements, and what a count of the shelves does to it.

A count says what lay there at a moment. What its own till moved up to then, and what the others had
moved by then, lies within it and counts no more, however late it arrives (`movement.within`); what
came after is added. So the sum is the same in whatever order the tills' facts come in.
"""

# ruff: noqa: S608 - nothing but constants stands in these questions

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.fleet.store.database import Insert, Transaction, adding
from appliance.fleet.store.drawn import CountEdge, CountEntry, Levels, Movement, Told, Values

_MOVEMENT = (
    *("till", "epoch", "seq", "line", "shop", "sku", "delta", "reason", "at_ms", "lot", "serial"),
    *("cost", "within"),
)
_STOCK = ("shop", "sku", "quantity", "moved_ms")
_LATEST = "moved_ms = CASE WHEN excluded.moved_ms > stock.moved_ms THEN excluded.moved_ms ELSE stock.moved_ms END"
_ADD = adding("stock", ("shop", "sku"), ("quantity",), _LATEST)
COUNT = "count"
"""The reason of a movement that makes up for what a count found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The level that an item had after this fact of the counting till."""

    level: int
    epoch: int
    seq: int
    at_ms: int


def moved(
    tx: Transaction, shop: str, movements: Sequence[Movement], *, alone: bool
) -> tuple[Insert, Insert]:
    """The movements' rows, and what they add to the stock. alone: no other till of the shop can have
    counted."""
    counted = {} if alone else _last_counts(tx, shop, {it.sku for it in movements})
    rows: list[Values] = []
    sums: dict[str, list[int]] = {}
    for it in movements:
        told = it.told
        count = counted.get(it.sku)
        within = count is not None and count[0] != told.till and told.at_ms <= count[1]
        rows.append(
            (
                *(told.till, told.epoch, told.seq, it.place, shop, it.sku, it.delta, it.reason),
                *(told.at_ms, it.lot, it.serial, it.cost, int(within)),
            )
        )
        if not within:
            sum_ = sums.setdefault(it.sku, [0, 0])
            sum_[0] += it.delta
            sum_[1] = max(sum_[1], told.at_ms)
    added = [(shop, sku, *sums[sku]) for sku in sorted(sums)]
    return Insert("movement", _MOVEMENT, rows), Insert("stock", _STOCK, added, _ADD)


def _last_counts(tx: Transaction, shop: str, skus: set[str]) -> dict[str, tuple[str, int]]:
    if not skus:
        return {}
    found = tx.rows(
        "SELECT sku, count_till, count_ms FROM stock WHERE shop = :shop AND count_ms IS NOT NULL"
        f" AND sku {_among(tx, 'skus')}",
        shop=shop,
        skus=json.dumps(sorted(skus)),
    )
    return {row["sku"]: (row["count_till"], row["count_ms"]) for row in found}


def take_stock(tx: Transaction, seen: Sequence[Levels | CountEntry | CountEdge]) -> None:
    """After the movements of the same facts, in the order of the facts."""
    for it in seen:
        match it:
            case Levels(told=told, source=source, level=level):
                place = (told.epoch, told.seq, told.at_ms)
                wanted = {sku: Wanted(many, *place) for sku, many in level.items()}
                _settle(tx, told, source, wanted, {})
            case CountEntry():
                _enter(tx, it)
            case CountEdge(told=told, count=count, ends=True, applied=True):
                _settle(tx, told, f"count {count}", *_entered(tx, told.till, count))
                _forget(tx, told.till, count)
            case CountEdge(told=told, count=count):
                _forget(tx, told.till, count)


def _enter(tx: Transaction, it: CountEntry) -> None:
    told = it.told
    row = (
        *(told.till, it.count, it.sku, it.lot, told.epoch, told.seq, told.at_ms),
        *(it.counted, it.expected, it.level),
    )
    tx.insert(Insert("count_entry", _ENTRY, [row], _ENTER))


_ENTRY = (
    *("till", "count", "sku", "lot", "epoch", "seq", "at_ms", "counted", "expected", "level"),
)
_ENTER = (
    "(till, count, sku, lot) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,"
    " at_ms = excluded.at_ms, counted = excluded.counted, expected = excluded.expected,"
    " level = excluded.level"
)


def _forget(tx: Transaction, till: str, count: int) -> None:
    tx.run("DELETE FROM count_entry WHERE till = :till AND count = :count", till=till, count=count)


def _entered(tx: Transaction, till: str, count: int) -> tuple[dict[str, Wanted], dict[str, int]]:
    """Items that were counted whole, by the level that they had; and, of those counted lot by lot,
    how much more or less was found than expected: what no lot holds was not looked at."""
    whole: dict[str, Wanted] = {}
    off: dict[str, int] = {}
    for row in tx.rows(
        "SELECT * FROM count_entry WHERE till = :till AND count = :count ORDER BY sku, lot",
        till=till,
        count=count,
    ):
        if row["lot"]:
            off[row["sku"]] = off.get(row["sku"], 0) + row["counted"] - row["expected"]
        else:
            whole[row["sku"]] = Wanted(row["level"], row["epoch"], row["seq"], row["at_ms"])
    for sku in off.keys() & whole.keys():
        found = whole.pop(sku)
        off[sku] += found.level - _own(tx, {sku: found}, till).get(sku, 0)
    return whole, off


def _settle(
    tx: Transaction, told: Told, source: str, wanted: dict[str, Wanted], off: dict[str, int]
) -> None:
    """Makes up, by a movement for each item, for what the count found off."""
    late = {
        sku
        for sku, (till, at_ms) in _last_counts(tx, told.shop, {*wanted, *off}).items()
        if till != told.till and at_ms >= (wanted[sku].at_ms if sku in wanted else told.at_ms)
    }
    valid = {sku: it for sku, it in wanted.items() if sku not in late}
    own, absorbed = _own(tx, wanted, told.till), _absorb(tx, told, valid)
    deltas = {sku: it.level - own.get(sku, 0) for sku, it in wanted.items()} | off
    rows: list[Values] = []
    sums: list[Values] = []
    for place, sku in enumerate(sorted(deltas)):
        delta, within = deltas[sku], sku in late
        if delta:
            rows.append(
                (
                    *(told.till, told.epoch, told.seq, place, told.shop, sku, delta, COUNT),
                    *(told.at_ms, "", "", None, int(within)),
                )
            )
        if within:
            continue
        many = delta - absorbed.get(sku, 0)
        found = wanted.get(sku)
        count = (
            (None,) * 5
            if found is None
            else (found.level, found.at_ms, told.till, found.epoch, found.seq)
        )
        sums.append((told.shop, sku, many, told.at_ms, *count))
    tx.insert(Insert("movement", _MOVEMENT, rows))
    tx.insert(Insert("stock", (*_STOCK, *_COUNTED), sums, _COUNT))
    _note(tx, told, source, len(deltas))


_COUNTED = ("counted", "count_ms", "count_till", "count_epoch", "count_seq")
_COUNT = f"{_ADD}, " + ", ".join(
    f"{it} = CASE WHEN excluded.count_till IS NULL THEN stock.{it} ELSE excluded.{it} END"
    for it in _COUNTED
)


def _own(tx: Transaction, wanted: dict[str, Wanted], till: str) -> dict[str, int]:
    """What the till itself moved of each item up to its entry, by what still counts. A correction
    that was made since the entry is undone by it: what was entered stays true of the shelf."""
    rows = tx.rows(
        f"SELECT m.sku, sum(m.delta) AS many FROM movement m JOIN {_wanted(tx)} w ON w.sku = m.sku"
        " WHERE m.till = :till AND m.within = 0"
        " AND ((m.epoch, m.seq) <= (w.epoch, w.seq) OR m.reason = 'count') GROUP BY m.sku",
        till=till,
        wanted=_as_json(wanted),
    )
    return {row["sku"]: int(row["many"]) for row in rows}


def _absorb(tx: Transaction, told: Told, wanted: dict[str, Wanted]) -> dict[str, int]:
    """What the shop's other tills had moved by then lies within the count. How much that was."""
    absorbed: dict[str, int] = {}
    for row in tx.rows(
        f"UPDATE movement SET within = 1 FROM {_wanted(tx)} w WHERE movement.shop = :shop"
        " AND movement.sku = w.sku AND movement.till <> :till AND movement.within = 0"
        " AND movement.at_ms <= w.at_ms RETURNING movement.sku, movement.delta",
        shop=told.shop,
        till=told.till,
        wanted=_as_json(wanted),
    ):
        absorbed[row["sku"]] = absorbed.get(row["sku"], 0) + row["delta"]
    return absorbed


def _note(tx: Transaction, told: Told, source: str, items: int) -> None:
    """The count, with how far each till of the shop had been heard when it came."""
    heard = tx.rows(
        "SELECT c.till, c.epoch, c.next - 1 AS seq FROM cursor c JOIN till t ON t.uid = c.till"
        " WHERE t.shop = :shop AND c.till <> :till AND c.epoch ="
        " (SELECT max(o.epoch) FROM cursor o WHERE o.till = c.till)",
        shop=told.shop,
        till=told.till,
    )
    vector = {row["till"]: [row["epoch"], row["seq"]] for row in heard}
    vector[told.till] = [told.epoch, told.seq]
    row = (told.till, told.epoch, told.seq, told.shop, told.at_ms, source, items)
    tx.insert(Insert("stocktake", _STOCKTAKE, [(*row, json.dumps(vector, sort_keys=True))]))


_STOCKTAKE = ("till", "epoch", "seq", "shop", "at_ms", "source", "items", "vector")


def _as_json(wanted: dict[str, Wanted]) -> str:
    return json.dumps([[sku, it.epoch, it.seq, it.at_ms] for sku, it in wanted.items()])


def _wanted(tx: Transaction) -> str:
    """The items of `:wanted` as a table: thousands of them in one question."""
    each = "json_array_elements(CAST(:wanted AS json))" if tx.postgresql else "json_each(:wanted)"
    return (
        "(SELECT value ->> 0 AS sku, CAST(value ->> 1 AS BIGINT) AS epoch,"
        f" CAST(value ->> 2 AS BIGINT) AS seq, CAST(value ->> 3 AS BIGINT) AS at_ms FROM {each})"
    )


def _among(tx: Transaction, name: str) -> str:
    if tx.postgresql:
        return f"= ANY(ARRAY(SELECT json_array_elements_text(CAST(:{name} AS json))))"
    return f"IN (SELECT value FROM json_each(:{name}))"
