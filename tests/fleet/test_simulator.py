"""The simulated fleet is one: its tills are let in, trade, lose their wire, and the fleet has all of it."""

from __future__ import annotations

import asyncio
import random

from appliance.fleet.collector import Collector
from appliance.fleet.store import Store, migrate, open_store
from hw_sim import fleet_roster
from hw_sim.broker import Broker
from hw_sim.fleet_member import served
from hw_sim.fleet_sim import FleetSim, now_ms, trade


def test_tills_with_papers_sell_and_the_fleet_has_every_receipt(tmp_path):
    with served(tmp_path / "server", whole=True) as site:
        shops = fleet_roster.SHOPS[:2]
        fleet_roster.open_shops(site.store, shops)
        books = [fleet_roster.begun(f"till-{it % 2 + 1}", it, now_ms()) for it in range(4)]
        tills = list(fleet_roster.enrolled(site, tmp_path / "tills", shops, 2, books))
        for it in tills:
            it.book.open_shift(now_ms(), "olena")
            for _ in range(60):
                it.book.sell(now_ms())

        async def run() -> None:
            async with FleetSim(tills, "localhost", site.options.broker_port) as sim:
                await sim.connected(20)
                await trade(sim.wired, 3600 * 4, 1.0, random.Random(1))
                sim.wired[0].cut()
                sim.wired[0].till.book.sell(now_ms())
                await sim.settled(30)

        asyncio.run(run())
        assert receipts(site.store) == sold(tills)
        assert not site.store.rows("SELECT rule, detail FROM alert")


def test_tills_without_papers_sell_over_a_plain_broker(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    tills = fleet_roster.listed(store, fleet_roster.many_shops(5), 4, now_ms())
    with Broker(tmp_path) as broker:
        collector = Collector(("127.0.0.1", broker.port), None, store, signed=False)
        collector.start()
        try:
            assert collector.ready(10)

            async def run() -> None:
                async with FleetSim(tills, "127.0.0.1", broker.port) as sim:
                    await sim.connected(20)
                    await trade(sim.wired, 3600, 1.0, random.Random(1))
                    await sim.settled(20)

            asyncio.run(run())
        finally:
            collector.stop()
    assert receipts(store) == sold(tills)
    store.close()
    assert sum(it.book.receipt for it in tills) > 5


def receipts(store: Store) -> list[tuple[str, int]]:
    rows = store.rows("SELECT till, receipt FROM sale ORDER BY till, receipt")
    return [(it["till"], it["receipt"]) for it in rows]


def sold(tills) -> list[tuple[str, int]]:
    return sorted((it.place.till, no) for it in tills for no in range(1, it.book.receipt + 1))
