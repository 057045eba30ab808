"""Real tills of one shop over real brokers: what one knows all know, whoever is the hub."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.facts import SaleId
from appliance.core.item import Item, ItemId
from appliance.core.refusal import Reason
from appliance.hub import broker, link
from appliance.hub.baskets import Handover
from appliance.hub.link import Link
from appliance.hub.own import CATALOGUE, WHOLE, Own
from appliance.hub.own_stock import OwnStock
from appliance.hub.replica import Replica, stock_of_others
from appliance.hub.seal import Seal, key_of, password_of
from appliance.journal.scale import QUANTITY_SCALE
from appliance.own_broker import OwnBroker
from appliance.people.customers import Customer, CustomerBook
from hw_sim import needs
from hw_sim.broker import free_port
from tests.till.builders import Running, open_shift, running

SOON_S = 30.0
USER = ("tills", password_of(key_of(b"pepper")))


@dataclass
class Member:
    it: Running
    link: Link
    customers: CustomerBook
    folder: Path

    def sells(self, *skus: str) -> None:
        self.it.sells(*skus)
        self.it.does(c.TenderCash())

    def stock(self, sku: str) -> int:
        """In the whole shop, as this till knows it."""
        others = stock_of_others(self.folder, self.link.exchange.own).get(sku, 0)
        own = OwnStock(self.folder / "journal.db").everything().get(sku, 0)
        return (own + others) // QUANTITY_SCALE

    def fetches(self, till: str, sale: int) -> Reason | None:
        told: list[Reason | None] = []
        done = threading.Event()

        def answer(reason: Reason | None) -> None:
            told.append(reason)
            done.set()

        self.link.fetch(till, SaleId(sale), answer)
        assert done.wait(SOON_S)
        return told[0]


@dataclass
class Shop:
    members: dict[str, Member]
    brokers: list[OwnBroker]
    places: list[tuple[str, int]]


@contextmanager
def shop(
    folder: Path, names: tuple[str, ...] = ("A", "B"), pepper: bytes = b"pepper"
) -> Iterator[Shop]:
    needs.program("mosquitto", package="mosquitto")
    places = [("127.0.0.1", free_port()) for _ in names]
    members = {}
    with ExitStack() as stack:
        brokers = [broker.make(folder / f"broker-{at}", it, USER) for at, it in enumerate(places)]
        for own in brokers:
            own.start()
            stack.callback(own.stop)
        for name in names:
            members[name] = stack.enter_context(member(folder / name, name, places, pepper))
        yield Shop(members, brokers, places)


@contextmanager
def member(
    folder: Path, name: str, places: list[tuple[str, int]], pepper: bytes = b"pepper"
) -> Iterator[Member]:
    folder.mkdir(exist_ok=True)
    with (
        CustomerBook(folder) as customers,
        running(folder, name=name, customers=customers) as it,
        Replica(folder, name) as replica,
    ):
        ask = partial(it.till.ask, actor="till", spoken=False)
        own = Own(
            *(replica, folder / "journal.db", folder / "catalogue.db", customers),
            *(lambda: it.till.journal.state, lambda: it.till.policy),
        )
        made = Link(
            *(Seal(key_of(pepper)), places, *USER, replica, own),
            Handover(ask, lambda: it.till.journal.state),
            *(customers, folder / "catalogue.db", ask),
        )
        made.start()
        end = it.till.subscribe(lambda _look: made.nudge())
        if it.till.journal.state.shift is None:
            open_shift(it)
        try:
            yield Member(it, made, customers, folder)
        finally:
            end()
            made.close()


def becomes(read: Callable[[], object], wanted: object) -> None:
    until = time.monotonic() + SOON_S
    while (found := read()) != wanted:
        assert time.monotonic() < until, found
        time.sleep(0.05)


def test_goods_sold_at_one_till_are_gone_at_all(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        a.sells("milk", "milk", "bread")
        b.sells("milk")
        becomes(lambda: (a.stock("milk"), b.stock("milk")), (-3, -3))
        becomes(lambda: b.stock("bread"), -1)


def test_a_basket_is_fetched_and_paid_at_another_till(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        a.it.sells("milk", "bread")
        a.it.does(c.SuspendSale("Стіл 4"))
        becomes(
            lambda: [(e.till, e.name, e.lines) for e in b.link.elsewhere()], [("A", "Стіл 4", 2)]
        )
        assert b.fetches("A", 1) is None
        sale = b.it.till.journal.state.sale
        assert sale is not None
        assert sale.name == "Стіл 4"
        b.it.does(c.TenderCash())
        becomes(lambda: a.it.till.journal.state.handed_over, ())
        becomes(b.link.elsewhere, [])
        assert a.it.till.journal.state.suspended == ()
        assert b.fetches("A", 1) is Reason.NO_SUCH_SALE


def test_a_till_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        assert it.members["A"].fetches("C", 1) is Reason.TILL_AWAY


def test_another_till_takes_over_as_the_hub_and_the_first_comes_back(
    tmp_path: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(link, "BETTER_S", 0.3)
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        first, second = (f"{host}:{port}" for host, port in it.places)
        becomes(lambda: (a.link.hub, b.link.hub), (first, first))
        it.brokers[0].stop()
        a.sells("milk")
        becomes(lambda: (a.link.hub, b.link.hub), (second, second))
        becomes(lambda: b.stock("milk"), -1)
        again = broker.make(tmp_path / "broker-0", it.places[0], USER)
        again.start()
        b.sells("milk")
        becomes(lambda: (a.link.hub, b.link.hub), (first, first))
        becomes(lambda: a.stock("milk"), -2)
        again.stop()


def test_customers_are_the_shops(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        made = a.customers.add(Customer("", "Ганна Коваль", phone="0501234567"))
        becomes(lambda: b.customers.get(made.id), made)
        changed = b.customers.add(Customer(made.id, "Ганна Мороз", phone="0501234567"))
        becomes(lambda: a.customers.get(made.id), changed)
        b.it.does(c.EraseCustomer(made.id, "просить"), actor="till")
        becomes(lambda: (a.customers.get(made.id), b.customers.get(made.id)), (None, None))


def test_two_who_noted_one_phone_apart_agree_on_whose_it_is(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        for till, id_ in ((a, "c1"), (b, "c2")):
            till.link.close()
            till.customers.add(Customer(id_, f"Особа {id_}", phone="0501234567"))
    with member(tmp_path / "A", "A", it.places) as a, member(tmp_path / "B", "B", it.places) as b:
        own = broker.make(tmp_path / "broker-0", it.places[0], USER)
        own.start()

        def phones(book: CustomerBook) -> dict[str, str]:
            return {one.id: one.phone for one in book.every()}

        agreed = {"c1": "380501234567", "c2": ""}
        becomes(lambda: (phones(a.customers), phones(b.customers)), (agreed, agreed))
        own.stop()


def test_a_new_price_holds_at_every_till(tmp_path: Path) -> None:
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        for till in (a, b):  # they agree on the goods that the shop began with
            becomes(lambda till=till: bool(till.link.replica.of(CATALOGUE, WHOLE)), True)
        with Catalogue(a.folder / "catalogue.db") as shelf, shelf.write() as writer:
            writer.put([Item(ItemId("milk"), "Молоко", 5000, taxes=("VAT20",))])

        def price() -> int | None:
            with Catalogue(b.folder / "catalogue.db") as shelf:
                found = shelf.by_id(ItemId("milk"))
            return found.price_minor if found else None

        becomes(price, 5000)


def test_a_till_of_another_shop_is_not_heard(tmp_path: Path) -> None:
    with shop(tmp_path, ("A",)) as it, member(tmp_path / "X", "X", it.places, b"other") as stranger:
        a = it.members["A"]
        becomes(lambda: bool(stranger.link.hub), True)
        stranger.sells("milk")
        a.sells("bread")
        becomes(lambda: a.stock("bread"), -1)
        assert a.link.exchange.present == {}
        assert a.stock("milk") == 0


def test_a_disk_that_was_full_makes_no_till_deaf(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    with shop(tmp_path) as it:
        a, b = it.members["A"], it.members["B"]
        becomes(lambda: "A" in b.link.exchange.present, True)
        full = threading.Event()

        def put(*_: object) -> None:
            full.set()
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as for_now:
            for_now.setattr(Replica, "put", put)
            a.sells("milk")
            assert full.wait(SOON_S)
        b.sells("milk")
        becomes(lambda: (a.stock("milk"), b.stock("milk")), (-2, -2))
