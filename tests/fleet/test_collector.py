"""Collectors on a real broker and a real database, killed and cut off while tills send."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from paho.mqtt.enums import CallbackAPIVersion

from appliance.fleet.collector import Collector
from appliance.fleet.store import open_store
from appliance.wire import ack
from hw_sim.broker import Broker
from tests.fleet import postgres, tills
from tests.fleet.agree import agree
from tests.fleet.tills import SITE
from tests.journal.till import Ringing

KEY = ec.generate_private_key(ec.SECP256R1())
UP = f"pos/v1/kram/shop-1/{SITE.till}/up/ev"
DOWN = f"pos/v1/kram/shop-1/{SITE.till}/down/ack"
WITHIN_S = 30.0


@pytest.fixture(scope="module")
def rung(tmp_path_factory):
    path = tmp_path_factory.mktemp("till") / "j.db"
    till = Ringing(path)
    till.day(20)
    till.journal.close()
    return path


@pytest.fixture
def broker(tmp_path):
    with Broker(tmp_path) as made:
        yield made


class Till:
    """Sends what it has, again and again, until it is acknowledged: the protocol's barest till."""

    def __init__(self, broker: Broker, journal: Path, again_s: float = 0.3) -> None:
        self.payloads = [tills.signed(it, KEY) for it in tills.batches(journal, 7)]
        self.lasts = [it.last for it in tills.batches(journal, 7)]
        self.acked = 0
        self._heard = threading.Condition()
        self._again_s = again_s
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(DOWN, 1)
        self._client.on_message = self._came
        self._client.connect_async("127.0.0.1", broker.port)
        self._client.loop_start()

    def _came(self, _client, _user, message) -> None:
        said = ack.decode(message.payload)
        with self._heard:
            # As a real one: only what was asked for again goes back.
            back = said.replay_from is not None and said.replay_from <= self.acked
            self.acked = said.upto if back else max(self.acked, said.upto)
            self._heard.notify_all()

    def sends_all(self, within_s: float = WITHIN_S, upto: int | None = None) -> None:
        want = self.lasts[-1] if upto is None else upto
        end = time.monotonic() + within_s
        while self.acked < want:
            assert time.monotonic() < end, f"acknowledged up to {self.acked} of {want}"
            for payload, last in zip(self.payloads, self.lasts, strict=True):
                if self.acked < last <= want:
                    self._client.publish(UP, payload, 1)
            with self._heard:
                self._heard.wait_for(lambda: self.acked >= want, self._again_s)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def till(broker, rung):
    made = Till(broker, rung)
    yield made
    made.close()


def started(broker: Broker, store, **more) -> Collector:
    made = Collector(("127.0.0.1", broker.port), None, store, **more)
    made.start()
    assert made.ready(WITHIN_S)
    return made


def test_a_till_is_acknowledged_when_its_facts_are_committed(store, broker, till, rung):
    tills.register(store, SITE)
    tills.certify(store, KEY)
    heard: list[str] = []
    collector = started(broker, store, tell=heard.extend)
    try:
        till.sends_all()
    finally:
        collector.stop()
    agree(store, rung, SITE.till, SITE.shop)
    assert {"sales", "stock", "shifts"} <= set(heard)


def test_a_message_that_breaks_a_collector_holds_up_nobody(store, broker, till, monkeypatch):
    tills.register(store, SITE)
    tills.certify(store, KEY)
    collector = started(broker, store)
    hear = collector.hearing.hear

    def breaks_once(message):
        monkeypatch.setattr(collector.hearing, "hear", hear)
        raise RuntimeError("a bug")

    monkeypatch.setattr(collector.hearing, "hear", breaks_once)
    try:
        till.sends_all()
    finally:
        collector.stop()
    assert collector.hearing.counts["failed"] == 1


COLLECTOR = """\
import signal, sys, threading
from appliance.fleet.collector import Collector
from appliance.fleet.store import open_store
collector = Collector(("127.0.0.1", int(sys.argv[1])), None, open_store(sys.argv[2]))
collector.start()
assert collector.ready(20)
print("ready", flush=True)
threading.Event().wait()
"""


def process(broker: Broker, url: str) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", COLLECTOR, str(broker.port), url], stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    assert made.stdout.readline() == "ready\n"
    return made


def killed(it: subprocess.Popen[str]) -> None:
    it.send_signal(signal.SIGKILL)
    it.wait()
    assert it.stdout is not None
    it.stdout.close()


def test_a_collector_and_postgresql_are_killed_while_a_till_sends(rung, tmp_path):
    """Nothing is acknowledged while the database is away, nothing is lost or counted twice."""
    with postgres.cluster() as cluster, Broker(tmp_path) as broker:
        url = cluster.url(postgres.migrated(cluster))
        store = open_store(url)
        tills.register(store, SITE)
        tills.certify(store, KEY)
        victim, survivor = process(broker, url), started(broker, store)
        till = Till(broker, rung)
        try:
            till.sends_all(upto=till.lasts[4])
            killed(victim)
            cluster.kill()
            with pytest.raises(AssertionError, match="acknowledged up to"):
                till.sends_all(within_s=0.7)
            assert survivor.hearing.counts["waited"] > 0
            cluster.start()
            till.sends_all()
        finally:
            till.close()
            survivor.stop()
        agree(store, rung, SITE.till, SITE.shop)
        store.close()
