"""Two cells, each with broker, collector and a PostgreSQL schema of its own; a shop moves between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from appliance.fleet.collector import Collector
from appliance.fleet.store import Store, migrate, open_store
from hw_sim import fleet_roster
from hw_sim.broker import Broker
from hw_sim.fleet_sim import FleetSim, now_ms, trade

pytestmark = pytest.mark.xdist_group("postgres-cells")


@dataclass(frozen=True, slots=True)
class Cell:
    port: int
    store: Store

    def facts(self, till: str) -> dict[int, bytes]:
        rows = self.store.rows("SELECT seq, hash FROM fact WHERE till = :till", till=till)
        return {row["seq"]: bytes(row["hash"]) for row in rows}

    def receipts(self, shop: str) -> list[tuple[str, int]]:
        rows = self.store.rows(
            "SELECT till, receipt FROM sale WHERE shop = :shop ORDER BY till, receipt", shop=shop
        )
        return [(row["till"], row["receipt"]) for row in rows]


@contextmanager
def cell(folder: Path, database: str, schema: str) -> Iterator[Cell]:
    with psycopg.connect(database, autocommit=True) as con:
        con.execute(f"CREATE SCHEMA {schema}")
    store = open_store(f"{database}?options=-csearch_path%3D{schema}")
    migrate(store)
    with Broker(folder) as broker:
        collector = Collector(("127.0.0.1", broker.port), None, store, signed=False)
        collector.start()
        try:
            assert collector.ready(10)
            yield Cell(broker.port, store)
        finally:
            collector.stop()
            store.close()


def test_a_shop_moves_to_another_cell_and_nothing_is_lost(tmp_path, cluster):
    database = cluster.url(cluster.database())
    with cell(tmp_path, database, "cell_1") as one, cell(tmp_path, database, "cell_2") as two:
        shops = fleet_roster.many_shops(4)
        for it in (one, two):
            fleet_roster.open_shops(it.store, shops)
        tills = fleet_roster.listed(one.store, shops, 3, now_ms())
        fleet_roster.listed(two.store, shops, 3, now_ms())  # the register is every cell's
        moving = shops[0].id

        async def run() -> None:
            async with FleetSim(tills, "127.0.0.1", one.port) as sim:
                await sim.connected(20)
                await trade(sim.wired, 3600, 1.5, random.Random(1))
                for it in sim.wired:
                    if it.till.place.shop == moving:
                        it.port = two.port
                        it.cut()
                await trade(sim.wired, 3600, 1.5, random.Random(2))
                await asyncio.gather(*(it.up.wait() for it in sim.wired))
                await sim.settled(20)

        asyncio.run(run())
        for till in tills:
            book, uid = till.book, till.place.till
            whole = {seq: fact.hash for seq, fact in enumerate(book.facts, 1)}
            if till.place.shop == moving:
                before = one.facts(uid)
                assert 0 < len(before) <= book.seq
                assert before.items() <= whole.items()
                assert two.facts(uid) == whole
            else:
                assert one.facts(uid) == whole
                assert not two.facts(uid)
        for shop in shops:
            at = two if shop.id == moving else one
            sold = [
                (it.place.till, no)
                for it in tills
                if it.place.shop == shop.id
                for no in range(1, it.book.receipt + 1)
            ]
            assert at.receipts(shop.id) == sorted(sold)
