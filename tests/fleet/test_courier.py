"""What waits in the database reaches a till over a real broker, however often the broker forgets."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from telemetry.fleet_keys import NOW_MS, TILL, Fleet

from appliance.fleet.authority.signing import Signer
from appliance.fleet.commands import Commands
from appliance.fleet.courier import Courier
from appliance.fleet.documents import Library
from appliance.fleet.store import Store, migrate, open_store, orders
from appliance.wire.document import DocumentName
from appliance.wire.topics import Place
from hw_sim.broker import Broker

PLACE = Place("kram", "shop-1", TILL)


class Wire:
    """A till's end of the wire, without a till."""

    def __init__(self, port: int) -> None:
        self.heard: queue.Queue[str] = queue.Queue()
        ready: queue.Queue[int] = queue.Queue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, TILL, protocol=mqtt.MQTTv5)
        self._client.on_connect = lambda it, *_: it.subscribe(PLACE.down("#"), 1)
        self._client.on_subscribe = lambda *_: ready.put(1)
        self._client.on_message = lambda _c, _u, it: self.heard.put(it.topic.split("/down/")[1])
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        ready.get(timeout=30)

    def hello(self) -> None:
        self._client.publish(PLACE.up("hello"), b"{}", 1)

    def hears(self, count: int) -> set[str]:
        return {self.heard.get(timeout=30) for _ in range(count)}

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Desk:
    broker: Broker
    store: Store
    commands: Commands
    library: Library
    courier: Courier


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:  # type: ignore[no-untyped-def]
    store = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(store)
    with store.transaction() as tx:
        tx.run("INSERT INTO till (uid, tenant, shop) VALUES (:u, 'kram', 'shop-1')", u=TILL)
    fleet = Fleet()
    signer: Callable[[], Signer] = lambda: Signer(fleet.key, fleet.keys)  # noqa: E731
    commands = Commands(store, signer, lambda: NOW_MS)
    library = Library(store, signer, lambda: NOW_MS)
    with Broker(tmp_path) as broker:
        courier = Courier(
            ("127.0.0.1", broker.port), None, commands, library, lambda: fleet.keys, again_s=0.5
        )
        courier.start()
        yield Desk(broker, store, commands, library, courier)
        courier.stop()
    store.close()


def test_a_command_comes_again_until_the_till_has_it(desk: Desk) -> None:
    wire = Wire(desk.broker.port)
    (one,) = desk.commands.issue("olena", [TILL], "message", {"text": "Вітаю"})
    desk.courier.hurry()
    assert wire.hears(1) == {"desired/keys"}, "by which it is to be believed"
    assert wire.hears(2) == {f"cmd/{one}"}
    with desk.store.transaction() as tx:
        orders.follow(tx, TILL, one, "running", "", NOW_MS)
    wire.close()


def test_a_till_that_connects_gets_keys_plans_and_commands(desk: Desk) -> None:
    desk.library.change("olena", DocumentName.PRICES, [""], {"lists": {}})
    (one,) = desk.commands.issue("olena", [TILL], "diagnose", {})
    wire = Wire(desk.broker.port)
    wire.hello()
    heard: set[str] = set()
    while heard != {"desired/keys", "desired/prices", f"cmd/{one}"}:
        heard |= wire.hears(1)
    wire.close()


def test_a_till_that_said_hello_while_no_courier_listened_gets_all_the_same(desk: Desk) -> None:
    """Its plan went out before it was there; its hello found nobody."""
    desk.library.change("olena", DocumentName.PRICES, [""], {"lists": {}})
    desk.courier.hurry()
    end = time.monotonic() + 30
    while not desk.store.rows("SELECT 1 AS yes FROM plan WHERE sent_ms IS NOT NULL"):
        assert time.monotonic() < end
        threading.Event().wait(0.02)
    desk.courier.stop()
    wire = Wire(desk.broker.port)
    wire.hello()
    again = Courier(
        desk.courier.broker, None, desk.commands, desk.library, desk.courier.keys, again_s=30
    )
    again.start()
    try:
        assert wire.hears(2) == {"desired/keys", "desired/prices"}
        (one,) = desk.commands.issue("olena", [TILL], "diagnose", {})
        again.hurry()
        assert wire.hears(1) == {f"cmd/{one}"}, "keys are told once"
    finally:
        again.stop()
        wire.close()


def test_a_broker_that_died_forgets_and_the_till_still_gets_all(desk: Desk) -> None:
    desk.library.change("olena", DocumentName.PRICES, [""], {"lists": {}})
    Wire(desk.broker.port).close()
    desk.broker.kill()
    desk.broker.start()
    wire = Wire(desk.broker.port)
    wire.hello()
    heard: set[str] = set()
    while not {"desired/keys", "desired/prices"} <= heard:
        try:
            heard |= {wire.heard.get(timeout=1)}
        except queue.Empty:
            wire.hello()  # the courier was not back when the till was
    wire.close()
