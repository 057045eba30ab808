"""Makes the tables of sales, stock and shifts again from the facts: after an upgrade that understands
more of them, or when a table is doubted.

Shop by shop, each in one transaction: pages see the old numbers until the new ones are there, and the
shop's tills wait meanwhile.
"""

# ruff: noqa: S608 - nothing but names of tables stands in these statements

from __future__ import annotations

from collections.abc import Callable

from appliance.fleet.store import joins, running, writing
from appliance.fleet.store.database import Insert, Row, Store, Transaction
from appliance.fleet.store.drawn import Drawn, Told
from appliance.fleet.store.ingest import Site
from appliance.fleet.store.joins import Join
from appliance.fleet.store.projecting import Whose, project, project_ahead
from appliance.fleet.store.running import Running

Say = Callable[[str], None]

_OF_SHOP = (*("sale", "movement", "stock", "stocktake", "shift", "hour_total", "cashier_day"),)
_OF_TILL = ("sale_line", "payment", "count_entry", "unread")


def rebuild(store: Store, say: Say = lambda _text: None) -> int:
    """How many shops were made again. One of which facts are gone, whose till came from another
    shop, or whose sums burst a column is left as it is, and said."""
    done = 0
    for shop in store.rows("SELECT s.*, s.shop AS id FROM shop s ORDER BY s.shop"):
        try:
            with store.transaction() as tx:
                why = _rebuild(tx, shop)
        except store.Unfit as error:
            why = f"what its facts say fits no column ({str(error)[:80]})"
        say(f"{shop['id']}: {why or 'made again'}")
        done += not why
    return done


def _rebuild(tx: Transaction, shop: Row) -> str:
    """Why not, "" when it was done."""
    id_ = shop["id"]
    if tx.postgresql:
        tx.run(
            "SELECT 1 FROM cursor WHERE till IN (SELECT uid FROM till WHERE shop = :shop)"
            " ORDER BY till, epoch FOR NO KEY UPDATE",
            shop=id_,
        )
        tx.run("SELECT pg_advisory_xact_lock(hashtext(:shop))", shop=id_)
    cursors = tx.rows(
        "SELECT c.till, c.epoch, c.next, e.joined_epoch, e.joined_seq, e.joined_hash FROM cursor c"
        " JOIN till t ON t.uid = c.till LEFT JOIN epoch e ON e.till = c.till AND e.epoch = c.epoch"
        " WHERE t.shop = :shop ORDER BY c.till, c.epoch",
        shop=id_,
    )
    for it in cursors:
        if why := _incomplete(tx, id_, it):
            return why
    _empty(tx, id_)
    for it in cursors:
        site = Site(it["till"], shop["tenant"], id_, shop["currency"])
        alone = len({row["till"] for row in cursors}) == 1
        _replay(tx, site, it, alone=alone)
        _replay_ahead(tx, site, it["epoch"], alone=alone)
    return ""


def _empty(tx: Transaction, shop: str) -> None:
    tills = "(SELECT uid FROM till WHERE shop = :shop)"
    for table in _OF_TILL:
        tx.run(f"DELETE FROM {table} WHERE till IN {tills}", shop=shop)
    for table in _OF_SHOP:
        tx.run(f"DELETE FROM {table} WHERE shop = :shop", shop=shop)
    tx.run("UPDATE transit SET sent = 0 WHERE origin = :shop", shop=shop)
    tx.run("UPDATE transit SET received = 0 WHERE target = :shop", shop=shop)


def _incomplete(tx: Transaction, shop: str, cursor: Row) -> str:
    place = {"till": cursor["till"], "epoch": cursor["epoch"], "next": cursor["next"]}
    kept = tx.one(
        "SELECT count(*) AS many FROM fact WHERE till = :till AND epoch = :epoch AND seq < :next",
        **place,
    )
    if kept is None or kept["many"] != cursor["next"] - 1:
        return f"facts of {cursor['till']} are no longer all here"
    moved = tx.one(
        "SELECT shop FROM sale WHERE till = :till AND shop <> :shop LIMIT 1",
        till=cursor["till"],
        shop=shop,
    )
    return "" if moved is None else f"{cursor['till']} sold in {moved['shop']} before"


def _replay(tx: Transaction, site: Site, cursor: Row, *, alone: bool) -> None:
    till, epoch = cursor["till"], cursor["epoch"]
    run = None
    if cursor["joined_epoch"]:
        join = Join(cursor["joined_epoch"], cursor["joined_seq"], bytes(cursor["joined_hash"]))
        run = joins.running_at(tx, site, join)
    run = run or Running(currency=site.currency)
    whose = Whose(till, site.shop, epoch)
    for facts in joins.facts_of(tx, till, epoch, cursor["next"] - 1):
        out = Drawn()
        project(whose, run, facts, out)
        told = Told(*whose, facts[0].seq, 0, 0, "")
        writing.write(tx, told, site.tenant, NO_FACTS, out, alone=alone)
    tx.run(
        "UPDATE cursor SET state = :state WHERE till = :till AND epoch = :epoch",
        state=running.as_text(run),
        till=till,
        epoch=epoch,
    )


def _replay_ahead(tx: Transaction, site: Site, epoch: int, *, alone: bool) -> None:
    for island in tx.rows(
        "SELECT first, next FROM ahead WHERE till = :till AND epoch = :epoch ORDER BY first",
        till=site.till,
        epoch=epoch,
    ):
        run, out = Running(currency=site.currency), Drawn()
        whose = Whose(site.till, site.shop, epoch)
        last = island["next"] - 1
        for facts in joins.facts_of(tx, site.till, epoch, last, island["first"]):
            project_ahead(whose, run, facts, out)
        told = Told(*whose, island["first"], 0, 0, "")
        writing.write(tx, told, site.tenant, NO_FACTS, out, alone=alone)


NO_FACTS = Insert("fact", (), ())
"""They are in the ledger already."""
