"""Shops over Ukraine, and tills that are let in there by the registry itself, many at once."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.core import facts
from appliance.fleet.authority import enrolment
from appliance.fleet.site import Site
from appliance.fleet.store import Insert, Store
from appliance.telemetry import membership, papers
from appliance.telemetry.key_ring import PinnedKeys
from appliance.wire.enrolment import Granted, Hardware, Request
from appliance.wire.topics import Place
from hw_sim.fleet_book import CURRENCY, GOODS, Book
from hw_sim.fleet_till import SOFTWARE, SimTill

TENANT = "kram"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Shop:
    id: str
    name: str
    region: str
    lat: float
    lon: float


SHOPS = (
    Shop("kyiv", "Київ, Саксаганського 3", "Центр", 50.44, 30.51),
    Shop("lviv", "Львів, Городоцька 12", "Захід", 49.84, 24.02),
    Shop("odesa", "Одеса, Дерибасівська 8", "Південь", 46.48, 30.73),
    Shop("kharkiv", "Харків, Сумська 25", "Схід", 49.99, 36.23),
    Shop("dnipro", "Дніпро, Яворницького 60", "Схід", 48.46, 35.04),
    Shop("vinnytsia", "Вінниця, Соборна 34", "Центр", 49.23, 28.47),
    Shop("poltava", "Полтава, Соборності 41", "Центр", 49.59, 34.55),
    Shop("chernivtsi", "Чернівці, Кобилянської 9", "Захід", 48.29, 25.94),
    Shop("uzhhorod", "Ужгород, Корзо 15", "Захід", 48.62, 22.29),
    Shop("mykolaiv", "Миколаїв, Соборна 12", "Південь", 46.97, 31.99),
)


def many_shops(count: int) -> list[Shop]:
    """As many as wanted, around the ten."""
    chance = random.Random(count)
    return [
        Shop(
            f"shop-{number:04}",
            f"{near.name.split(',')[0]} {number}",
            near.region,
            near.lat + chance.uniform(-0.8, 0.8),
            near.lon + chance.uniform(-1.0, 1.0),
        )
        for number, near in ((it, SHOPS[it % len(SHOPS)]) for it in range(count))
    ]


def open_shops(store: Store, shops: Iterable[Shop]) -> None:
    columns = ("shop", "tenant", "name", "region", "lat", "lon", "opens", "closes", "currency")
    rows = [
        (it.id, TENANT, it.name, it.region, it.lat, it.lon, "08:00", "21:00", CURRENCY)
        for it in shops
    ]
    with store.transaction() as tx:
        tx.insert(Insert("shop", columns, rows))


def begun(name: str, seed: int, at_ms: int) -> Book:
    """Of a till that was started and knows its goods."""
    made = Book(name, random.Random(seed))
    started = (facts.TillStarted(SOFTWARE), facts.CatalogueApplied(31, len(GOODS)))
    made.happens(at_ms, *started, by="")
    return made


def enrolled(
    fleet: Site, folder: Path, shops: Sequence[Shop], tills_each: int, books: Iterable[Book]
) -> Iterator[SimTill]:
    """With keys and certificates of their own: let in by tokens, at the desk and not over HTTPS.
    books: as many as there are tills; each has its till's name."""
    written = iter(books)
    for shop in shops:
        tokens = enrolment.tokens(fleet.desk, shop.id, tills_each, 1, "simulator")
        assert isinstance(tokens, list), tokens
        for number, token in enumerate(tokens, 1):
            book, own = next(written), folder / f"{shop.id}-{number}"
            csr = membership.request(membership.new_key(own), book.name)
            hardware = Hardware(f"{shop.id}-{number}", "simulated")
            asks = Request(csr, hardware, book.name, number, SOFTWARE, token=token.secret)
            granted = enrolment.ask(fleet.desk, asks, "127.0.0.1")
            assert isinstance(granted, Granted), granted
            membership.join(own, granted)
            yield SimTill(
                Place(granted.tenant, granted.shop, granted.uid),
                book,
                papers.of_member(own),
                hardware.serial,
                keys=PinnedKeys(own),
            )


def listed(
    store: Store, shops: Sequence[Shop], tills_each: int, at_ms: int, *, from_place: int = 0
) -> list[SimTill]:
    """Without papers, for a broker that asks for none: rows of the register alone. from_place: how
    many shops there were before."""
    made = [
        SimTill(
            Place(TENANT, shop.id, f"01JS1M{place:010}{number:010}"),
            begun(f"till-{number}", place * tills_each + number, at_ms),
            serial=f"{shop.id}-{number}",
        )
        for place, shop in enumerate(shops, from_place)
        for number in range(1, tills_each + 1)
    ]
    columns = ("uid", "tenant", "shop", "name", "number", "status", "hw_serial", "enrolled_ms")
    rows = [
        (
            it.place.till, TENANT, it.place.shop, it.book.name,
            int(it.book.name.removeprefix("till-")), "active", it.serial, at_ms,
        )
        for it in made
    ]  # fmt: skip
    with store.transaction() as tx:
        for at in range(0, len(rows), _BATCH):
            tx.insert(Insert("till", columns, rows[at : at + _BATCH]))
    return made
