"""A large fleet on one machine: a sale to its row among 1,000 tills, 10,000 connections, the console's pages.

The tills are simulated (tests/hw_sim/fleet_sim.py): real facts, the product's own delivery, a plain TCP
connection each to a real mosquitto on the loopback. Collector and PostgreSQL are the product's and real,
each a process of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from fleet import postgres

from appliance.fleet.collector import Collector
from appliance.fleet.store import open_store
from bench.row import Row, percentile
from hw_sim import fleet_roster
from hw_sim.broker import OPEN, Broker
from hw_sim.fleet_sim import FleetSim, Wired, now_ms, trade
from hw_sim.fleet_till import SimTill

VISIBLE_MS_MAX = 1_000.0
COLLECTOR_MB_MAX = 300.0
PEAK_SALES_AN_HOUR = 75
"""2,100 sales a week are 25 in an hour that the shop is open; a busy hour has three times as many."""
TILLS_EACH = 20
IDLE_S = 5.0
CONNECT_S = 240.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A broker, a collector's process and its database. url: of the database."""

    port: int
    collector: int
    url: str


@contextmanager
def cell(folder: Path, *, durable: bool = True) -> Iterator[Cell]:
    """durable: what is acknowledged is on the disk."""
    synced = {"fsync": "on", "synchronous_commit": "on"} if durable else {}
    with (
        postgres.cluster(synced) as cluster,
        Broker(folder, (*OPEN, "max_inflight_messages 64")) as broker,
    ):
        url = cluster.url(postgres.migrated(cluster))
        ours, theirs = Pipe()
        child = get_context("spawn").Process(
            target=_collect, args=(broker.port, url, theirs), daemon=True
        )
        child.start()
        try:
            assert ours.recv(), "the collector hears nothing"
            assert child.pid is not None
            yield Cell(broker.port, child.pid, url)
            ours.send(None)
            child.join(20)
        finally:
            child.kill()


def _collect(port: int, url: str, pipe: Connection) -> None:
    store = open_store(url)
    takes = Collector(("127.0.0.1", port), None, store, signed=False)
    takes.start()
    pipe.send(takes.ready(20))
    pipe.recv()
    takes.stop()
    store.close()


def _tills(url: str, many: int) -> list[SimTill]:
    store = open_store(url)
    try:
        shops = fleet_roster.many_shops(max(1, many // TILLS_EACH))
        fleet_roster.open_shops(store, shops)
        return fleet_roster.listed(store, shops, TILLS_EACH, now_ms())
    finally:
        store.close()


def sale_to_row(folder: Path, tills: int, seconds: float) -> Row:
    """From the sale at the till to its acknowledgement there, which is told after COMMIT: the row
    could be read before."""
    with cell(folder) as it:
        samples = asyncio.run(_sell(_tills(it.url, tills), it.port, seconds))
    return Row(
        f"sale to row visible, {tills:,} tills, {PEAK_SALES_AN_HOUR} sales an hour each, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        VISIBLE_MS_MAX,
        "at most 1 s",
        samples=tuple(samples),
    )


async def _sell(tills: list[SimTill], port: int, seconds: float) -> list[float]:
    samples: list[float] = []

    def sold(wired: Wired) -> None:
        began, upto = time.perf_counter(), wired.till.book.seq

        def acknowledged(cursor: int) -> None:
            if cursor >= upto:
                samples.append((time.perf_counter() - began) * 1000)
                wired.till.acknowledged = lambda _upto: None

        wired.till.acknowledged = acknowledged

    async with FleetSim(tills, "127.0.0.1", port) as sim:
        await sim.connected(CONNECT_S)
        await sim.settled(CONNECT_S)
        await trade(sim.wired, PEAK_SALES_AN_HOUR, seconds, random.Random(1), sold)
        await sim.settled(30)
    return samples


def idle_memory(folder: Path, tills: int) -> Row:
    """Each said hello and was answered; then nothing happens."""
    with cell(folder, durable=False) as it:
        made = _tills(it.url, tills)
        held = asyncio.run(_idle(made, it))
    return Row(
        f"idle memory of the collector, {tills:,} tills connected",
        held,
        "MB",
        "limit",
        COLLECTOR_MB_MAX,
        "at most 300 MB",
    )


async def _idle(tills: list[SimTill], it: Cell) -> float:
    async with FleetSim(tills, "127.0.0.1", it.port, gently=True) as sim:
        await sim.connected(CONNECT_S)
        await sim.settled(CONNECT_S)
        await asyncio.sleep(IDLE_S)
        return resident_mb(it.collector)


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(it for it in status.splitlines() if it.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
