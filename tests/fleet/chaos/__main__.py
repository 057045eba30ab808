"""`make chaos`: torments a fleet, heals it, and compares every till's book with the database."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from fleet.chaos import checker
from fleet.chaos.checker import Verdict
from fleet.chaos.nemesis import Nemesis
from fleet.chaos.proxy import Proxy
from fleet.chaos.world import World, made, real_tills
from hw_sim.fleet_sim import FleetSim, Wired, now_ms, trade
from hw_sim.fleet_till import SimTill

SECONDS = 600
SETTLE_S = 100.0
AFTER_S = 20.0
"""Start, settling and checking take about so much of the whole time."""
SALES_AN_HOUR = 360
BEGAN_S = time.monotonic()


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGAN_S:6.1f} s  {text}", flush=True)


async def run(world: World, seconds: float, chance: random.Random) -> Verdict:
    async with Proxy(world.broker_port, chance) as proxy:
        real_tills(world, proxy.port)
        honest = FleetSim(world.sims, "127.0.0.1", proxy.port)
        others = (*world.revoked, *world.original)
        bad = FleetSim(others, "127.0.0.1", world.broker_port)
        clone = FleetSim(world.clone, "127.0.0.1", world.broker_port)
        clone.wired[0].away = True
        async with honest, bad, clone:
            await honest.connected(60)
            say(f"{len(world.real)} tills and {len(world.sims)} simulated ones sell")
            nemesis = Nemesis(world, proxy, honest, clone, chance, say)
            selling = asyncio.create_task(
                _sell([*honest.wired, *bad.wired, *clone.wired], seconds, chance)
            )
            await nemesis.torment(seconds)
            await selling
            say(f"healing after {nemesis.kills} kills")
            await _heal(world, proxy, honest)
            await _settled(world, honest)
            say("every till has been heard; comparing")
            verdict = await asyncio.to_thread(_judged, world, nemesis)
    for name, many in sorted(nemesis.done.items()):
        say(f"{many:5} {name}")
    verdict.wrong += nemesis.wrong
    for sentence in verdict.wrong:
        say(f"WRONG: {sentence}")
    print(
        f"chaos: {verdict.sold} sold, {verdict.rows} rows, {verdict.lost} lost, {verdict.doubled}"
        f" doubled, {verdict.reordered} reordered, {nemesis.kills} kills,"
        f" {verdict.commands} commands done once, {len(verdict.wrong)} other wrongs"
    )
    return verdict


async def _sell(wired: list[Wired], seconds: float, chance: random.Random) -> None:
    await trade(wired, SALES_AN_HOUR, seconds, random.Random(chance.random()))


async def _heal(world: World, proxy: Proxy, honest: FleetSim) -> None:
    """The wires are whole, and tills that waited long for a broker start anew."""
    proxy.heal()
    for disk in world.disks:
        disk.empty()
    for till in world.real:
        till.process.kill()
    for it in honest.wired:
        it.till.book.sell(now_ms())
        it.happened()
    await asyncio.sleep(8)
    for till in world.real:
        till.close()
    await asyncio.sleep(2)


async def _settled(world: World, honest: FleetSim) -> None:
    await honest.settled(SETTLE_S)
    until = time.monotonic() + SETTLE_S
    while owing := await asyncio.to_thread(_owing, world):
        if time.monotonic() > until:
            say(f"WRONG: {owing} facts of real tills never came")
            return
        await asyncio.sleep(0.5)


def _owing(world: World) -> int:
    """Facts in the journals of real tills that the fleet has not."""
    owing = 0
    for till in world.real:
        for epoch, facts in till.epochs().items():
            row = world.store.one(
                "SELECT next FROM cursor WHERE till = :till AND epoch = :epoch",
                till=till.place.till,
                epoch=epoch,
            )
            owing += max(0, checker.proven(facts) - (row["next"] - 1 if row else 0))
    return owing


def _judged(world: World, nemesis: Nemesis) -> Verdict:
    real = {it.place.till: it.epochs() for it in world.real}
    tills = real | {it.place.till: {1: it.book.facts} for it in world.sims}
    verdict = checker.judge(world.store, tills, world.honest_shops)
    checker.commands(verdict, real, nemesis.orders.never, nemesis.orders.expired)
    _strangers(verdict, world, nemesis)
    return verdict


def _strangers(verdict: Verdict, world: World, nemesis: Nemesis) -> None:
    """Of the locked out till nothing more came in; the copied card was noticed, and of each of its
    facts there is one; of the rogue nothing stands under another's name."""
    revoked, original, rogue = world.revoked[0], world.original[0], world.rogue[0]
    late = _facts(world, revoked)
    if nemesis.revoked_seq and max(late, default=0) > nemesis.revoked_seq:
        verdict.wrong.append("facts of a till that was locked out came in")
    either = [{it.hash for it in one.book.facts} for one in (original, world.clone[0])]
    if any(mark not in either[0] | either[1] for mark in _facts(world, original).values()):
        verdict.wrong.append("facts of the copied card are neither's")
    if not world.store.rows(
        "SELECT 1 AS one FROM alert WHERE rule = 'cloned' AND till = :till",
        till=original.place.till,
    ):
        verdict.wrong.append("the copied card was not noticed")
    if any(
        mark not in {it.hash for it in rogue.book.facts} for mark in _facts(world, rogue).values()
    ):
        verdict.wrong.append("facts of the rogue till are not its own")


def _facts(world: World, till: SimTill) -> dict[int, bytes]:
    rows = world.store.rows("SELECT seq, hash FROM fact WHERE till = :till", till=till.place.till)
    return {row["seq"]: bytes(row["hash"]) for row in rows}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="all in all, about")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="the folder of logs and journals, kept")
    options = parser.parse_args()
    # It complains of wires that are cut while they are written to, which is the point.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    number = options.seed or random.SystemRandom().randint(1, 1 << 31)
    say(f"seed {number}")
    with tempfile.TemporaryDirectory(prefix="kram-chaos-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        world = made(folder)
        try:
            verdict = asyncio.run(
                run(world, max(20.0, options.seconds - 45 - AFTER_S), random.Random(number))
            )
        finally:
            world.close()
    return 0 if verdict.well else 1


if __name__ == "__main__":
    sys.exit(main())
