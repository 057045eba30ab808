"""A small fleet with a realistic day in the store: real facts, chained, through the real ingest.

fleet = seeded.fleet(store, now_ms)
fleet.tills[0].sell(now_ms)          # one more sale, as it would arrive now
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from appliance.core import facts
from appliance.core.devices import DeviceState, Problem
from appliance.fleet.store import Insert, Store
from appliance.fleet.store.ingest import Ingest, Site, Taken
from fleet.tills import Batch
from hw_sim.fleet_book import CASHIERS, CURRENCY, DAY_MS, GOODS, HOUR_MS, OFFSET_MIN, Book

__all__ = ["DAY_MS", "GOODS", "OFFSET_MIN", "SHOPS", "Fleet", "Till", "fleet"]

SHOPS = (
    ("lviv", "Львів, Городоцька 12", "Захід", 49.84, 24.02, 2),
    ("kyiv", "Київ, Саксаганського 3", "Центр", 50.44, 30.51, 2),
    ("odesa", "Одеса, Дерибасівська 8", "Південь", 46.48, 30.73, 1),
)
"""Id, name, region, latitude, longitude, tills."""


@dataclass(slots=True, kw_only=True)
class Till(Book):
    """A till that tells the store at once whatever happens to it."""

    ingest: Ingest
    site: Site
    sent: int = 0

    @property
    def uid(self) -> str:
        return self.site.till

    def send(self, now_ms: int) -> Taken | None:
        """What was not sent yet, as one batch after the other, of at most 200."""
        taken = None
        while part := self.facts[self.sent : self.sent + 200]:
            prev = self.hash(self.sent)
            batch = Batch(self.uid, self.name, 1, self.sent + 1, prev, tuple(part))
            taken = self.ingest.take(batch, self.site, now_ms)
            self.sent += len(part)
        return taken


@dataclass(frozen=True, slots=True)
class Fleet:
    store: Store
    tills: tuple[Till, ...]

    def of(self, shop: str) -> list[Till]:
        return [till for till in self.tills if till.site.shop == shop]


def fleet(store: Store, now_ms: int, sales_an_hour: int = 3, seed: int = 1) -> Fleet:
    """Three shops with five tills: this day until now, yesterday with its shifts closed, and the
    same weekday a week before. The Odesa till was lost an hour ago and owes facts."""
    chance = random.Random(seed)
    ingest = Ingest(store)
    tills = [till for shop in SHOPS for till in _registered(store, ingest, shop, chance, now_ms)]
    midnight = now_ms - (now_ms + OFFSET_MIN * 60_000) % DAY_MS
    for number, till in enumerate(tills):
        who = CASHIERS[number % len(CASHIERS)]
        till.happens(
            midnight - 8 * DAY_MS, facts.TillStarted("2.4.1"), facts.CatalogueApplied(31, 1240)
        )
        till.receives(midnight - 8 * DAY_MS, 5 if number == 4 else 400)
        for back in (7, 1):
            start = midnight - back * DAY_MS
            till.open_shift(start + 8 * HOUR_MS, who)
            till.trade(start + 8 * HOUR_MS, start + 20 * HOUR_MS, sales_an_hour, who)
            till.close_shift(start + 20 * HOUR_MS, who, -120_50 if number == 1 and back == 1 else 0)
        till.open_shift(midnight + 8 * HOUR_MS, who)
        lost = number == len(tills) - 1
        till.trade(
            midnight + 8 * HOUR_MS, now_ms - (HOUR_MS if lost else 5_000), sales_an_hour, who
        )
        if not lost:
            till.device(now_ms - 4_000, "printer", DeviceState.ATTENTION, Problem.PAPER_NEAR_END)
        till.send(now_ms - (HOUR_MS if lost else 3_000))
        _heard(store, till, now_ms, lost=lost)
    return Fleet(store, tuple(tills))


def _registered(store, ingest, shop, chance, now_ms) -> list[Till]:
    name, title, region, lat, lon, many = shop
    made = []
    with store.transaction() as tx:
        tx.insert(
            Insert(
                "shop",
                ("shop", "tenant", "name", "region", "lat", "lon", "opens", "closes"),
                [(name, "kram", title, region, lat, lon, "08:00", "20:00")],
            )
        )
        for number in range(1, many + 1):
            uid = f"01J{name.upper():0>20}{number:03}"
            columns = ("uid", "tenant", "shop", "name", "number", "sw", "epoch", "enrolled_ms",
                       "cert_until_ms", "hw_serial")  # fmt: skip
            row = (uid, "kram", name, f"Каса {number}", number, "2.4.1", 1, now_ms - 30 * DAY_MS,
                   now_ms + 60 * DAY_MS, f"{name}-{number}")  # fmt: skip
            tx.insert(Insert("till", columns, [row]))
            site = Site(uid, "kram", name, CURRENCY)
            made.append(Till(f"{name}-{number}", chance, ingest=ingest, site=site))
    return made


def _heard(store, till: Till, now_ms: int, *, lost: bool) -> None:
    """What the till said of itself beside its facts."""
    seen = now_ms - (HOUR_MS if lost else 2_000)
    with store.transaction() as tx:
        tx.run(
            "UPDATE till SET state = :state, state_ms = :seen, seen_ms = :seen, max_seq = :max"
            " WHERE uid = :uid",
            state="lost" if lost else "ready", seen=seen, uid=till.uid,
            max=till.seq + (42 if lost else 0),
        )  # fmt: skip
        rows = [
            (till.uid, "temperature_mc", seen, 52_400, ""),
            (till.uid, "disk_free_bytes", seen, 11_000_000_000, ""),
            (till.uid, "device.printer", seen, None, "attention.paper_near_end"),
            (till.uid, "device.scanner", seen, None, "ready"),
        ]
        tx.insert(Insert("health_now", ("till", "metric", "at_ms", "value", "text"), rows))
        past = [
            (till.uid, seen - step * 300_000, "temperature_mc", 50_000 + step % 12 * 300, "")
            for step in range(40)
        ]
        tx.insert(Insert("health", ("till", "at_ms", "metric", "value", "text"), past))
        tx.insert(
            Insert(
                "shadow",
                ("till", "document", "desired_version", "reported_version", "at_ms"),
                [(till.uid, "prices", 117, 116 if lost else 117, seen)],
            )
        )
        if lost:
            tx.insert(
                Insert(
                    "alert",
                    ("id", "rule", "tenant", "shop", "till", "severity", "opened_ms"),
                    [
                        (
                            "a1",
                            "offline",
                            "kram",
                            till.site.shop,
                            till.uid,
                            "critical",
                            seen + 300_000,
                        )
                    ],
                )
            )
