"""A shop's tills at a real broker, as Home Assistant finds them: there, away, and gone again."""

import json
import queue

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.fleet.bridges.home_assistant import BRIDGE, HomeAssistant
from appliance.fleet.store import migrate, open_store
from hw_sim.broker import Broker
from tests.fleet import seeded

NOW = 1_795_953_600_000


class Home:
    """What Home Assistant would hear. `until`: waits for a topic to say it."""

    def __init__(self, port: int) -> None:
        self._heard: queue.Queue[tuple[str, str]] = queue.Queue()
        self.holds: dict[str, str] = {}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda it, *_: it.subscribe("#", 1)
        self._client.on_message = lambda _c, _u, it: self._heard.put(
            (it.topic, it.payload.decode())
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def until(self, topic: str, said) -> str:
        while topic not in self.holds or not said(self.holds[topic]):
            name, text = self._heard.get(timeout=20)
            self.holds[name] = text
        return self.holds[topic]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def wire(tmp_path):
    with Broker(tmp_path) as broker:
        home = Home(broker.port)
        yield broker, home
        home.close()


@pytest.fixture
def store(tmp_path):
    made = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(made)
    seeded.fleet(made, NOW, sales_an_hour=1)
    yield made
    made.close()


def bridge(store, broker, shop="lviv"):
    return HomeAssistant(store, ("127.0.0.1", broker.port), None, shop, every_s=0.05)


def tills(store, shop="lviv"):
    rows = store.rows("SELECT uid FROM till WHERE shop = :shop ORDER BY uid", shop=shop)
    return [it["uid"] for it in rows]


def test_a_till_is_a_device_with_its_sensors_and_shared_availability(store, wire):
    broker, home = wire
    shows = bridge(store, broker)
    shows.start()
    try:
        one, _ = tills(store)
        config = json.loads(home.until(f"homeassistant/device/kram_{one}/config", bool))
        assert {"dev", "o", "cmps"} <= set(config)
        assert config["cmps"]["temperature"]["unit_of_measurement"] == "°C"
        unique = [it["unique_id"] for it in config["cmps"].values()]
        assert len(set(unique)) == len(unique)
        assert [it["topic"] for it in config["availability"]] == [
            BRIDGE,
            f"kram/{one}/availability",
        ]
        state = json.loads(home.until(config["state_topic"], bool))
        assert state["temperature"] == 52.4
        assert set(state) == set(config["cmps"])
        assert home.until(BRIDGE, bool) == "online"
        assert home.until(f"kram/{one}/availability", bool) == "online"
        with store.transaction() as tx:
            tx.run("UPDATE till SET state = 'lost' WHERE uid = :uid", uid=one)
        home.until(f"kram/{one}/availability", lambda it: it == "offline")
    finally:
        shows.stop()
    home.until(BRIDGE, lambda it: it == "offline")
    assert not any(tills(store, "kyiv")[0] in topic for topic in home.holds)


def test_a_till_that_is_no_more_is_removed_by_an_empty_message(store, wire):
    broker, home = wire
    one, other = tills(store)
    first = bridge(store, broker)
    first.start()
    home.until(f"homeassistant/device/kram_{one}/config", bool)
    home.until(BRIDGE, bool)
    first.stop()
    with store.transaction() as tx:
        tx.run("UPDATE till SET status = 'retired' WHERE uid = :uid", uid=one)
    second = bridge(store, broker)
    second.start()
    try:
        home.until(f"homeassistant/device/kram_{one}/config", lambda it: not it)
        home.until(f"kram/{one}/state", lambda it: not it)
        assert home.holds[f"homeassistant/device/kram_{other}/config"]
    finally:
        second.stop()
