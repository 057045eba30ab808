"""A shop as an edge node at a real broker: born, changing, reborn, dead."""

from __future__ import annotations

import queue

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.fleet.bridges.sparkplug import Sparkplug
from appliance.fleet.bridges.sparkplug_node import REBIRTH
from appliance.fleet.store import migrate, open_store
from fleet.bridges.sparkplug_host import Host, command
from hw_sim.broker import Broker
from tests.fleet import seeded

NOW = 1_795_953_600_000
WAIT_S = 20


class Watch:
    """A host at the broker. `until`: reads on until it believes something."""

    def __init__(self, port: int) -> None:
        self.host = Host()
        self._came: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        there = queue.Queue()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda it, *_: it.subscribe("spBv1.0/+/+/#", 2)
        self.client.on_subscribe = lambda *_: there.put(True)
        self.client.on_message = lambda _c, _u, it: self._came.put(it)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert there.get(timeout=WAIT_S)

    def until(self, believed) -> None:
        while not believed(self.host):
            it = self._came.get(timeout=WAIT_S)
            if "/NCMD/" not in it.topic:
                self.host.heard(it.topic, it.payload, qos=it.qos, retain=it.retain)

    def asks(self, node: str, payload: bytes) -> None:
        self.client.publish(f"spBv1.0/kram/NCMD/{node}", payload, 0)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def wire(tmp_path):
    with Broker(tmp_path) as broker:
        watch = Watch(broker.port)
        yield broker, watch
        watch.close()


@pytest.fixture
def store(tmp_path):
    made = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(made)
    seeded.fleet(made, NOW, sales_an_hour=1)
    yield made
    made.close()


def changed(store, sql: str, **params) -> None:
    with store.transaction() as tx:
        assert tx.run(sql, **params)


@pytest.mark.parametrize("aliases", [False, True])
def test_a_host_sees_a_shop_and_what_happens_there(store, wire, aliases):
    broker, watch = wire
    one, other = (
        it["uid"] for it in store.rows("SELECT uid FROM till WHERE shop = 'lviv' ORDER BY uid")
    )
    at = ("127.0.0.1", broker.port)
    bridge = Sparkplug(store, at, None, "kram", ["lviv"], aliases=aliases, every_s=0.05)
    bridge.start()
    try:
        watch.until(lambda host: ("lviv", other) in host.things)
        things = watch.host.things
        assert things["lviv", ""].values["Tills/There"] == 2
        till = things["lviv", one].values
        assert till["State"] == "ready"
        assert till["Health/temperature_mc"] == 52_400
        assert till["Devices/printer"] == "attention.paper_near_end"
        assert watch.host.verbs == ["NBIRTH", "DBIRTH", "DBIRTH"]

        changed(
            store,
            "UPDATE health_now SET value = 61000, at_ms = at_ms + 1"
            " WHERE till = :uid AND metric = 'temperature_mc'",
            uid=one,
        )
        watch.until(lambda host: host.things["lviv", one].values["Health/temperature_mc"] == 61_000)
        changed(store, "UPDATE till SET state = 'lost' WHERE uid = :uid", uid=other)
        watch.until(lambda host: not host.things["lviv", other].there)
        watch.until(lambda host: host.things["lviv", ""].values["Tills/There"] == 1)
        changed(store, "UPDATE till SET state = 'ready' WHERE uid = :uid", uid=other)
        watch.until(lambda host: host.things["lviv", other].there)

        born = watch.host.verbs.count("NBIRTH")
        watch.asks("lviv", b"\xff nonsense")
        watch.asks("lviv", command({"name": REBIRTH, "boolean_value": True}))
        watch.until(lambda host: host.verbs.count("NBIRTH") == born + 1)
        watch.until(lambda host: ("lviv", other) in host.things and host.things["lviv", one].there)
        assert watch.host.bd_seq["lviv"] == 0
    finally:
        bridge.stop()
    watch.until(lambda host: not host.things["lviv", ""].there)
    assert not any(thing.there for thing in watch.host.things.values())


def test_a_node_whose_connection_breaks_is_dead_and_born_again(store, wire):
    broker, watch = wire
    bridge = Sparkplug(
        store, ("127.0.0.1", broker.port), None, "kram", ["lviv", "kyiv"], every_s=0.05
    )
    bridge.start()
    try:
        watch.until(lambda host: {("lviv", ""), ("kyiv", "")} <= host.things.keys())
        bridge._lines["lviv"]._client.socket().close()
        watch.until(lambda host: "NDEATH" in host.verbs and not host.things["lviv", ""].there)
        watch.until(lambda host: host.things["lviv", ""].there)
        assert (watch.host.bd_seq["lviv"], watch.host.bd_seq["kyiv"]) == (1, 0)
        assert watch.host.things["kyiv", ""].there
    finally:
        bridge.stop()


def test_of_two_servers_one_is_the_node(store, wire):
    broker, watch = wire
    both = [
        Sparkplug(store, ("127.0.0.1", broker.port), None, "kram", ["lviv"], every_s=0.05)
        for _ in range(2)
    ]
    for it in both:
        it.start()
    watch.until(lambda host: ("lviv", "") in host.things)
    one = next(it for it in both if it._lines)
    other = next(it for it in both if it is not one)
    one.stop()
    watch.until(lambda host: host.verbs.count("NBIRTH") == 2)
    assert watch.host.bd_seq["lviv"] == 1, "one more than the other server's"
    other.stop()
    watch.until(lambda host: host.verbs.count("NDEATH") == 2)


def test_after_bd_seq_255_comes_0(store, wire):
    broker, watch = wire
    with store.transaction() as tx:
        tx.run("INSERT INTO setting (name, value) VALUES ('sparkplug.bd_seq:lviv', '255')")
    bridge = Sparkplug(store, ("127.0.0.1", broker.port), None, "kram", ["lviv"], every_s=0.05)
    bridge.start()
    watch.until(lambda host: ("lviv", "") in host.things)
    bridge.stop()
    assert watch.host.bd_seq["lviv"] == 0
