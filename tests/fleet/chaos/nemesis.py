"""Who torments: at random times, by a seed, one of many acts; and a few acts at their time."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.fleet import clock
from appliance.fleet.commands import Commands
from appliance.fleet.store.backup import BackupFailed, backup, restore
from fleet.chaos import hostile
from fleet.chaos.hostile import FalseOrders
from fleet.chaos.processes import kill_child
from fleet.chaos.proxy import Proxy
from fleet.chaos.world import World, out_of_date
from hw_sim.fleet_sim import FleetSim, Wired

BETWEEN_S = (0.3, 2.5)
POSTGRES_AWAY_S = (0.3, 2.5)
FULL_S = (0.5, 4.0)
FILL_EVERY_S = (4.0, 12.0)
SKEW_MAX_MS = 36 * 3_600_000

Act = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Nemesis:
    """done: how often each act; kills: of them, those that ended a process."""

    world: World
    proxy: Proxy
    sims: FleetSim
    clone: FleetSim
    chance: random.Random
    say: Callable[[str], None]
    done: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    wrong: list[str] = field(default_factory=list)
    revoked_seq: int = 0
    orders: FalseOrders = field(init=False)

    def __post_init__(self) -> None:
        self.orders = FalseOrders(self.world.site, self.chance)

    async def torment(self, seconds: float) -> None:
        """At random, in four streams, and by the way: a till is locked out, a card copied, an older
        backup comes back."""
        kills = (
            (self._kill_broker, 3),
            (self._kill_server, 2),
            (self._kill_collector, 3),
            (self._kill_till, 5),
            (self._kill_postgres, 2),
        )
        wires = (
            (self._cut, 4),
            (self._half_open, 2),
            (self._slow, 2),
            (self._say_again, 2),
            (self._jump_clock, 3),
        )
        words = ((self._command, 4), (self._false_orders, 2), (self._hostile, 2))
        disks = ((self._fill_disk, 1),)
        at_times = (
            (0.02, self._expired_certificate),
            (0.05, self._revoke),
            (0.15, self._copy_card),
            (0.30, self._backup),
            (0.60, self._restore),
        )
        streams = [self._stream(acts, seconds) for acts in (kills, wires, words)]
        streams.append(self._stream(disks, seconds, FILL_EVERY_S))
        await asyncio.gather(*streams, *(self._at(part * seconds, act) for part, act in at_times))

    async def _stream(
        self,
        weighted: Sequence[tuple[Act, int]],
        seconds: float,
        between_s: tuple[float, float] = BETWEEN_S,
    ) -> None:
        acts, weights = zip(*weighted, strict=True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self._tried(self.chance.choices(acts, weights)[0])
            await asyncio.sleep(self.chance.uniform(*between_s))

    async def _at(self, seconds: float, act: Act) -> None:
        """Then, and once more where what it needs was away."""
        await asyncio.sleep(seconds)
        while True:
            if await self._tried(act):
                return
            await asyncio.sleep(1)

    async def _tried(self, act: Act) -> bool:
        """What is away may fail what needs it; that is no verdict."""
        name = act.__name__.strip("_")
        try:
            await act()
        except (*self.world.store.Unavailable, BackupFailed):
            self.done[f"{name}: the database was away"] += 1
            return False
        self.done[name] += 1
        return True

    # Kills

    async def _kill_broker(self) -> None:
        self.kills += kill_child(self.world.server.pid, "mosquitto")

    async def _kill_server(self) -> None:
        self.kills += self.world.server.kill()

    async def _kill_collector(self) -> None:
        self.kills += self.world.spare.kill()

    async def _kill_till(self) -> None:
        self.kills += self.chance.choice(self.world.real).process.kill()

    async def _kill_postgres(self) -> None:
        await asyncio.to_thread(self.world.cluster.kill)
        self.kills += 1
        await asyncio.sleep(self.chance.uniform(*POSTGRES_AWAY_S))
        await asyncio.to_thread(self.world.cluster.start)

    # Disks

    async def _fill_disk(self) -> None:
        """Of the database's tables, or of one till with all it has, to the last byte for a while."""
        disk = self.chance.choice(self.world.disks)
        if not await asyncio.to_thread(disk.fill):
            self.done["a disk that only root could have filled"] += 1
            return
        await asyncio.sleep(self.chance.uniform(*FULL_S))
        disk.empty()

    # Wires and clocks

    async def _cut(self) -> None:
        self.proxy.cut()

    async def _half_open(self) -> None:
        self.proxy.half_open()

    async def _slow(self) -> None:
        self.proxy.slow()

    async def _say_again(self) -> None:
        self.proxy.again()
        # And what a till sent already it sends once more.
        for it in self.chance.sample(self.sims.wired, 3):
            it.till.delivery.lost()
            it.cut()

    async def _jump_clock(self) -> None:
        it: Wired = self.chance.choice(self.sims.wired)
        it.till.skew_ms = self.chance.randint(-SKEW_MAX_MS, SKEW_MAX_MS)

    # Orders, true and false

    async def _command(self) -> None:
        world = self.world
        commands = Commands(world.store, lambda: world.site.signer, clock.now_ms)
        tills = [it.place.till for it in world.real]
        number = self.done["command"]
        await asyncio.to_thread(commands.issue, "chaos", tills, "message", {"text": f"№ {number}"})

    async def _false_orders(self) -> None:
        places = [it.place for it in self.world.real]
        posts = await asyncio.to_thread(self.orders.posts, places)
        posts += hostile.fleet_says(places, self.chance)
        self.chance.shuffle(posts)
        tls = hostile.console_tls(self.world.site)
        await hostile.speaks("mallory", tls, self.world.service_port, posts)

    async def _hostile(self) -> None:
        rogue = self.world.rogue[0]
        said = list(hostile.rogue_says(rogue, self.world.sims, self.chance))
        self.chance.shuffle(said)
        uid, port = rogue.place.till, self.world.broker_port
        denied = await hostile.speaks(uid, rogue.papers.tls, port, said)
        self.done["posts under another's name refused"] += denied or 0
        await hostile.noise(port, self.chance)
        huge = [hostile.Post(rogue.place.up("ev"), bytes(2 << 20))]
        await hostile.speaks(uid, rogue.papers.tls, port, huge)

    # At their time

    async def _expired_certificate(self) -> None:
        old = out_of_date(self.world)
        uid, port = self.world.revoked[0].place.till, self.world.broker_port
        if await hostile.speaks(uid, old.tls, port, ()) is not None:
            self.wrong.append("a till with a certificate that has run out was let in")

    async def _revoke(self) -> None:
        till = self.world.revoked[0]
        await asyncio.to_thread(self.world.site.registry.deny, till.place.till, "chaos", "stolen")
        self.world.site.store.one("SELECT 1 AS one")
        await asyncio.sleep(6)  # a collector may believe what it read for five seconds
        self.revoked_seq = till.book.seq

    async def _copy_card(self) -> None:
        self.clone.wired[0].away = False

    @property
    def _copy(self) -> Path:
        return self.world.folder / "older.dump"

    async def _backup(self) -> None:
        await asyncio.to_thread(backup, self.world.store, self._copy)

    async def _restore(self) -> None:
        if not self._copy.exists():
            raise BackupFailed("there is none yet")
        await asyncio.to_thread(restore, self.world.store, self._copy)
        self.say("PostgreSQL is as it was in an older backup")
