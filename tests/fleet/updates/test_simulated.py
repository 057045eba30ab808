"""Whole rollouts: a real server and broker, tills that judge, fetch, try and return; and days of trade."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appliance.fleet.site import Site
from appliance.fleet.store import Store
from appliance.fleet.store.ingest import Ingest
from appliance.fleet.store.ingest import Site as Place
from appliance.fleet.updates import looks
from appliance.fleet.updates.plan import State
from fleet import seeded
from hw_sim import fleet_roster
from hw_sim.fleet_member import served
from hw_sim.fleet_release import QUICK, Maker
from hw_sim.fleet_sim import FleetSim, now_ms, update
from hw_sim.fleet_till import SimTill
from hw_sim.fleet_updater import Fate, Updater, from_server
from tests.fleet.updates.builders import HOUR_MS, MONDAY_MS, WEEK_MS, Desk, plan

TILLS_EACH = 3
AT_ONCE = replace(QUICK, soak_ms=0)
SOON_S = 60.0


@dataclass
class Shops:
    """Two shops with three tills each, all on 1.3.0."""

    site: Site
    maker: Maker
    tills: list[SimTill]

    @property
    def uids(self) -> list[str]:
        return [it.place.till for it in self.tills]

    def row(self, id_: str) -> dict[str, object]:
        found = self.site.store.one("SELECT * FROM rollout WHERE id = :id", id=id_)
        assert found is not None
        return found

    def booted(self) -> dict[str, str]:
        rows = self.site.store.rows("SELECT till, version FROM till_firmware")
        return {row["till"]: row["version"] for row in rows}

    def play(self, version: str, until: State) -> str:
        """A rollout with one pilot, a half and all, until it comes to this state."""

        async def run() -> str:
            port = self.site.options.broker_port
            async with FleetSim(self.tills, "localhost", port) as sim:
                await sim.connected(20)
                updates = asyncio.create_task(update(sim.wired, 0.05))
                await self._soon(lambda: len(self.booted()) == len(self.tills))
                roll = self.maker.roll_out
                id_ = await asyncio.to_thread(roll, version, self.uids[:1], 500, 1000, gate=AT_ONCE)
                await self._soon(lambda: self._goes_on(id_) is until)
                updates.cancel()
                return id_

        return asyncio.run(run())

    def _goes_on(self, id_: str) -> State:
        self.site.rollouts.advance(id_)
        return State(str(self.row(id_)["state"]))

    async def _soon(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON_S):
            while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.1)


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Shops]:
    with served(tmp_path / "server", whole=True) as site:
        two = fleet_roster.SHOPS[:2]
        fleet_roster.open_shops(site.store, two)
        books = [fleet_roster.begun(f"till-{it}", it, now_ms()) for it in range(2 * TILLS_EACH)]
        tills = list(fleet_roster.enrolled(site, tmp_path / "tills", two, TILLS_EACH, books))
        maker = Maker.at(site, tmp_path / "build")
        url = urlsplit(site.public.url)
        root = (tmp_path / "tills" / "kyiv-1" / "ca.crt").read_text()
        fetch = from_server("localhost", url.port or 443, root)
        for it in tills:
            it.updater = Updater("1.3.0", maker.roots, fetch, step_ms=50)
        yield Shops(site, maker, tills)


def test_a_rollout_goes_well_from_the_signed_bundle_to_the_last_till(shops: Shops) -> None:
    id_ = shops.play("1.4.0", State.DONE)
    assert set(shops.booted().values()) == {"1.4.0"}
    bundle = shops.maker.folder / "kram-1.4.0.raucb"
    for till in shops.tills:
        assert till.updater is not None
        assert till.updater.fetched == bundle.stat().st_size, "once, and the whole of it"
    rows = shops.site.store.rows("SELECT wave FROM rollout_till WHERE rollout = :it", it=id_)
    assert sorted(row["wave"] for row in rows) == [0, 1, 1, 2, 2, 2]
    assert not shops.site.store.rows("SELECT 1 AS it FROM till_return")


def test_a_release_that_fails_its_check_on_one_till_halts_before_most_ever_hear_of_it(
    shops: Shops,
) -> None:
    for till in shops.tills[1:]:
        assert till.updater is not None
        till.updater.fate = Fate.RETURNS
    id_ = shops.play("1.4.0", State.HALTED)
    assert json.loads(str(shops.row(id_)["why"]))["trouble"] == "returned"
    offered = shops.site.store.rows("SELECT till FROM rollout_till WHERE rollout = :id", id=id_)
    assert len(offered) == 3, "the pilot, and a half"
    assert shops.booted()[shops.uids[0]] == "1.4.0"
    returned = shops.site.store.rows("SELECT DISTINCT why FROM till_return")
    assert returned == [{"why": "unhealthy"}]


# Days of trade, through the real ingest, by a clock that the test holds


@dataclass
class Street:
    """Ten shops with a till each, which traded on each of the last five Mondays."""

    desk: Desk
    tills: list[seeded.Till]

    def trades(self, from_ms: int, hours: int, an_hour: float) -> None:
        for till in self.tills:
            till.trade(from_ms, from_ms + hours * HOUR_MS, round(an_hour), "olena")
            till.send(from_ms + hours * HOUR_MS)


@pytest.fixture
def street(small_store: Store, tmp_path: Path) -> Street:
    desk = Desk(small_store, tmp_path / "site")
    uids, ingest, chance = desk.tills(10), Ingest(small_store), random.Random(5)
    tills = []
    for number, uid in enumerate(uids):
        place = Place(uid, "kram", f"shop-{number:03}")
        till = seeded.Till(f"till-{number}", chance, ingest=ingest, site=place)
        till.receives(MONDAY_MS - 6 * WEEK_MS, 100_000)
        till.open_shift(MONDAY_MS - 6 * WEEK_MS, "olena")
        tills.append(till)
    made = Street(desk, tills)
    for back in range(5, 0, -1):
        made.trades(MONDAY_MS - back * WEEK_MS, 6, 20)
    return made


def rolled_out(street: Street, updated_an_hour: int) -> str:
    """Three pilots that were updated on Monday morning, and six hours of trade."""
    desk = street.desk
    pilots = [it.uid for it in street.tills[:3]]
    wanted = plan(*pilots, soak_ms=5 * HOUR_MS, fall=100)
    id_ = desk.rollouts.make("olena", desk.publish("1.4.0"), [""], wanted)
    desk.rollouts.move("olena", id_, "start")
    desk.steps(id_)
    desk.now_ms = MONDAY_MS
    desk.update(pilots)
    for hour in range(MONDAY_MS, MONDAY_MS + 6 * HOUR_MS, HOUR_MS):
        for number, till in enumerate(street.tills):
            till.trade(hour, hour + HOUR_MS, updated_an_hour if number < 3 else 20, "olena")
            till.send(hour + HOUR_MS)
        desk.now_ms = hour + HOUR_MS + 60_000
        desk.hears(it.uid for it in street.tills)
        desk.steps(id_)
    return id_


def test_simulated_trade_as_ever_lets_the_next_wave_go(street: Street) -> None:
    id_ = rolled_out(street, 20)
    row = street.desk.row(id_)
    assert (row["state"], row["wave"]) == (State.RUNNING, 1)


def test_simulated_trade_that_falls_by_half_after_the_update_halts_it(street: Street) -> None:
    id_ = rolled_out(street, 10)
    row = street.desk.row(id_)
    assert row["state"] == State.HALTED
    assert json.loads(row["why"])["trouble"] == "selling_less"
    look = looks.read(row["looks"]).shown
    assert look is not None
    assert 350 < look.fall < 650
    assert look.p < look.limit
