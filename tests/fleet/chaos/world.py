"""The fleet that is tormented: PostgreSQL, server and second collector, real tills and simulated ones."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from appliance.catalogue.store import Catalogue
from appliance.core.item import Item, ItemId
from appliance.fleet import clock, site
from appliance.fleet.authority import enrolment
from appliance.fleet.store import Store
from appliance.telemetry import hardware, membership, papers
from appliance.wire.enrolment import Granted, Hardware, Request
from appliance.wire.topics import Place
from fleet.chaos.checker import Epochs
from fleet.chaos.processes import Kept, listens, until
from fleet.chaos.small_disk import SmallDisk
from fleet.chaos.till import CLOSED, GOODS
from fleet.postgres import Cluster
from fleet.tills import journal_facts
from hw_sim import fleet_roster
from hw_sim.broker import free_port
from hw_sim.fleet_roster import Shop
from hw_sim.fleet_sim import now_ms
from hw_sim.fleet_till import SimTill

REAL_SHOPS = ("real-1", "real-1", "real-2")
SIM_SHOPS = tuple(f"sim-{number}" for number in range(1, 5))
SIMS_EACH = 5
UP_S = 60.0
DURABLE = {"synchronous_commit": "on", "full_page_writes": "on", "fsync": "off"}
"""Processes are killed, not the machine: what is written stays though nothing was synced."""
ROWS_MB, TILL_MB = 320, 128
"""Disks that get full: the database's tables, and all of one till, which starts no sale below 50 MB."""


@dataclass(slots=True)
class RealTill:
    place: Place
    data: Path
    process: Kept

    def epochs(self) -> Epochs:
        """By its journal's file."""
        return {it: facts for it, (_, facts) in journal_facts(self.data / "journal.db")[1].items()}

    def close(self) -> None:
        """No more customers."""
        self.data.with_name(f"{self.data.name}{CLOSED}").touch()


@dataclass(slots=True)
class World:
    """sims: honest ones. revoked, clone, original, rogue: what they are called."""

    folder: Path
    cluster: Cluster
    url: str
    server: Kept
    spare: Kept
    site: site.Site
    broker_port: int
    service_port: int
    disks: list[SmallDisk]
    real: list[RealTill] = field(default_factory=list)
    sims: list[SimTill] = field(default_factory=list)
    revoked: list[SimTill] = field(default_factory=list)
    original: list[SimTill] = field(default_factory=list)
    clone: list[SimTill] = field(default_factory=list)
    rogue: list[SimTill] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.site.store

    @property
    def honest_shops(self) -> Sequence[str]:
        return (*dict.fromkeys(REAL_SHOPS), *SIM_SHOPS)

    def close(self) -> None:
        for it in (*(one.process for one in self.real), self.spare, self.server):
            it.stop()
        self.site.store.close()
        self.cluster.stop()
        rows, till = self.disks
        rows.close()
        till.close(till.folder.with_suffix(".kept"))


def made(folder: Path) -> World:
    """All of it but the proxy, running; the tills are let in and do not run yet."""
    cluster = Cluster(DURABLE)
    folder.chmod(0o711)  # PostgreSQL runs as another user, whose tables lie in here
    disk = SmallDisk(folder / "rows", ROWS_MB, owner="postgres")
    url = cluster.url(cluster.database(folder=disk.folder if disk.mounted else None))
    port, broker, service = free_port(), free_port(), free_port()
    data = folder / "fleet"
    till = str(Path(sys.executable).with_name("till"))
    command = [till, "fleet", "serve", "--data", str(data), "--database", url, "--port", str(port)]
    command += ["--address", "127.0.0.1", "--host", "localhost", "--log-level", "WARNING"]
    command += ["--broker-port", str(broker), "--service-port", str(service)]
    server = Kept("server", command, folder / "server.log")
    server.start()
    until(lambda: listens(port), UP_S, "the fleet's server does not start")
    more = [sys.executable, "-m", "fleet.chaos.collector", str(data), url, str(service)]
    spare = Kept("collector", more, folder / "collector.log")
    spare.start()
    opened = site.reopen(data, url)
    world = World(folder, cluster, url, server, spare, opened, broker, service, [disk])
    _let_in(world)
    return world


def _let_in(world: World) -> None:
    shops = [Shop(it, it, "", 50.0, 30.0) for it in (*world.honest_shops, "bad")]
    fleet_roster.open_shops(world.store, shops)
    by_name = {it.id: it for it in shops}
    sims = [by_name[it] for it in SIM_SHOPS]
    world.sims = _simulated(world, sims, SIMS_EACH)
    bad = _simulated(world, [by_name["bad"]], 3)
    world.revoked, world.original, world.rogue = [bad[0]], [bad[1]], [bad[2]]
    # The same SD card in another machine: the same papers and past, another serial.
    world.clone = [replace(deepcopy_of(bad[1]), serial="another-machine")]


def _simulated(world: World, shops: Sequence[Shop], each: int) -> list[SimTill]:
    books = [
        fleet_roster.begun(f"till-{number}", number, now_ms())
        for _ in shops
        for number in range(1, each + 1)
    ]
    for it in books:
        it.open_shift(now_ms(), "olena")
        it.receives(now_ms(), 1000)
    return list(fleet_roster.enrolled(world.site, world.folder / "sims", shops, each, books))


def deepcopy_of(till: SimTill) -> SimTill:
    return SimTill(till.place, deepcopy(till.book), till.papers, till.serial)


def real_tills(world: World, proxy_port: int) -> None:
    """The whole product, a process each, behind the proxy."""
    for number, shop in enumerate(REAL_SHOPS, 1):
        data = world.folder / f"real-{number}"
        if number == 1:
            world.disks.append(SmallDisk(data, TILL_MB))
        else:
            data.mkdir()
        place = _member(world, data / "fleet", f"till-{number}", number, shop)
        broker = f"mqtts://127.0.0.1:{proxy_port}"
        (data / "fleet" / membership.BROKERS).write_text(broker + "\n")
        with Catalogue(data / "catalogue.db") as shelf, shelf.write() as writer:
            writer.put(
                Item(ItemId(sku), sku.title(), price, taxes=("VAT20",))
                for sku, price in GOODS.items()
            )
        config = world.folder / f"real-{number}.toml"
        config.write_text(
            f'[till]\nnumber = {number}\ndata_dir = "{data}"\n'
            f'[fleet]\nuid = "{place.till}"\nshop = "{shop}"\nbrokers = ["{broker}"]\n'
            '[taxes.VAT20]\nname = "ПДВ"\nletter = "А"\nrate = 20\n'
        )
        command = [sys.executable, "-m", "fleet.chaos.till", str(config)]
        process = Kept(f"till-{number}", command, world.folder / f"real-{number}.log")
        world.real.append(RealTill(place, data, process))
        process.start()


def _member(world: World, folder: Path, name: str, number: int, shop: str) -> Place:
    tokens = enrolment.tokens(world.site.desk, shop, 1, 1, "chaos")
    assert isinstance(tokens, list), tokens
    csr = membership.request(membership.new_key(folder), name)
    machine = hardware.of_this_machine()
    asks = Request(
        csr, Hardware(machine.serial, machine.model), name, number, token=tokens[0].secret
    )
    granted = enrolment.ask(world.site.desk, asks, "127.0.0.1")
    assert isinstance(granted, Granted), granted
    membership.join(folder, granted)
    return Place(granted.tenant, granted.shop, granted.uid)


def out_of_date(world: World) -> papers.Papers:
    """A certificate of the fleet's own that ended long ago."""
    folder = world.folder / "old"
    key = membership.new_key(folder)
    made_at = clock.now() - timedelta(days=400)
    issued = world.site.authority.till(key.public_key(), world.revoked[0].place.till, made_at)
    for name in (membership.ROOT, membership.KEYS):
        shutil.copy(world.folder / "sims" / "bad-1" / name, folder / name)
    (folder / "till.key.next").replace(folder / membership.KEY)
    (folder / membership.CERTIFICATE).write_bytes(issued.chain)
    return papers.of_member(folder)
