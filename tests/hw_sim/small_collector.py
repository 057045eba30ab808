"""A small collector for tests: takes batches from a real broker into memory and acknowledges them.

What it has survives a broker, a connection and a till, as a database would.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from appliance.wire import ack, batch, hello, topics
from appliance.wire.ack import Ack
from appliance.wire.batch import Batch
from appliance.wire.hello import Hello

WAIT_S = 20.0


class Collector:
    """rows: (till, epoch, seq) -> hash. messages: every topic and payload that came. tls: the root,
    and its own certificate and key."""

    def __init__(
        self,
        port: int,
        *,
        window: int = 200,
        answers: bool = True,
        tls: tuple[Path, Path, Path] | None = None,
    ) -> None:
        self.rows: dict[tuple[str, int, int], bytes] = {}
        self.batches: list[Batch] = []
        self.hellos: list[Hello] = []
        self.messages: list[tuple[str, bytes]] = []
        self.doubled = 0
        self.answers = answers
        self.window = window
        self._ends: dict[str, tuple[tuple[int, int], ...]] = {}
        self._changed = threading.Condition()
        self._is_there = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, "collector", protocol=mqtt.MQTTv5)
        if tls is not None:
            trust, chain, key = map(str, tls)
            self._client.tls_set(trust, chain, key)
            self._client.tls_insecure_set(True)
        self._client.reconnect_delay_set(0.1, 0.2)  # type: ignore[arg-type]
        self._client.on_connect = lambda client, *_: client.subscribe("pos/v1/+/+/+/up/#", 1)
        self._client.on_subscribe = lambda *_: self._is_there.set()
        self._client.on_message = lambda _client, _user, message: self._came(message)
        self._port = port

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._port, 10)
        self._client.loop_start()
        assert self._is_there.wait(WAIT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self, wanted: Callable[[], object], timeout_s: float = WAIT_S) -> None:
        """Until it is so; looks again when something came, and now and then by itself."""
        until_s = time.monotonic() + timeout_s
        with self._changed:
            while not wanted():
                assert time.monotonic() < until_s, "the fleet waited in vain"
                self._changed.wait(0.1)

    def upto(self, till: str, epoch: int) -> int:
        at = 0
        while (till, epoch, at + 1) in self.rows:
            at += 1
        return at

    def cursor(self, till: str) -> tuple[int, int]:
        ends = self._ends[till]
        for epoch, last in ends[:-1]:
            if (upto := self.upto(till, epoch)) < last:
                return epoch, upto
        return ends[-1][0], self.upto(till, ends[-1][0])

    def say(self, till: topics.Place, told: Ack) -> None:
        self._client.publish(till.down(topics.ACK), ack.encode(told), 1)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, 1, retain)

    def last_of(self, kind: str) -> bytes | None:
        """The newest message on topics of a kind, such as "state"."""
        found = [it for topic, it in self.messages if topics.read(topic).kind == kind]
        return found[-1] if found else None

    def _came(self, message: Any) -> None:
        with self._changed:
            self.messages.append((message.topic, message.payload))
            topic = topics.read(message.topic)
            if topic.kind == topics.HELLO:
                self._greet(topic.place, hello.decode(message.payload))
            elif topic.kind in (topics.EVENTS, topics.BACKFILL):
                content = getattr(message.properties, "ContentType", "")
                self._take(topic.place, batch.decode(message.payload, content))
            self._changed.notify_all()

    def _greet(self, place: topics.Place, said: Hello) -> None:
        self.hellos.append(said)
        self._ends[said.till] = tuple((it.epoch, it.last) for it in said.epochs)
        if self.answers:
            epoch, upto = self.cursor(said.till)
            self.say(place, Ack(epoch, upto, self.window, hello=said.id, at_ms=said.clock_ms))

    def _take(self, place: topics.Place, sent: Batch) -> None:
        self.batches.append(sent)
        before = self.rows.get((sent.till, sent.epoch, sent.first - 1), sent.prev)
        assert before == sent.prev, "the batch goes on where the one before ended"
        for seq, fact in enumerate(sent.facts, sent.first):
            key = (sent.till, sent.epoch, seq)
            self.doubled += key in self.rows
            assert self.rows.setdefault(key, fact.hash) == fact.hash, "a number was used twice"
        if self.answers:
            upto = self.upto(sent.till, sent.epoch)
            told = Ack(sent.epoch, upto, self.window, got=(sent.first, sent.last))
            self.say(place, told)
