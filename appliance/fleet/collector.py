"""Takes what tills send from one broker into the store, and acknowledges what is committed.

Stateless: several of them, on any machine, share one subscription, and any may end at any time. A
message is confirmed to the broker only after it was dealt with; what a till is told is told after
COMMIT. When the database is away nothing is confirmed and nothing taken up, so no more is held here
than a broker may have under way (`RECEIVE_MAX`), and tills send again what was lost.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.fleet import mqtt_client
from appliance.fleet.authority.services import Identity
from appliance.fleet.hearing import Hearing, Message
from appliance.fleet.store import Store
from appliance.wire import topics
from appliance.wire.limits import PACKET_BYTES_MAX

log = logging.getLogger(__name__)

GROUP = "collectors"
WORKERS = 2
"""One decodes while the other's batch is committed."""
RECEIVE_MAX = 64
"""Unconfirmed messages from the broker: at most 64 MB, if all are the largest there may be."""
LOSABLE_MAX = 5_000
"""Messages without confirmation, such as health, that wait; more are dropped."""
RECONNECT_S = (1, 30)
RETRY_S = (0.1, 3.0)
KEEPALIVE_S = 30
FLUSH_S = 1.0
_EVERYONE = topics.EVERYWHERE
SHARED = (
    *(_EVERYONE.up(it) for it in (topics.EVENTS, topics.BACKFILL, topics.HELLO, topics.HEALTH)),
    *(_EVERYONE.up(topics.COMMAND, "+"), _EVERYONE.up(topics.REPORTED)),
    _EVERYONE.up(topics.FIRMWARE),
)
"""Each message to one collector of the group."""
RETAINED = (_EVERYONE.up(topics.STATE), _EVERYONE.up(topics.ALERT, "+"))
"""To every collector: a shared subscription brings nothing that was retained while none was there."""


@dataclass(slots=True)
class _Came:
    """A message with the connection it came by: after another one its number means nothing."""

    message: Message
    mid: int
    qos: int
    connection: int


class Collector:
    """From `start` to `stop`, on threads of its own. identity None: plain, for the loopback."""

    def __init__(
        self,
        broker: tuple[str, int],
        identity: Identity | None,
        store: Store,
        *,
        signed: bool = True,
        tell: Callable[[Iterable[str]], None] = lambda _topics: None,
        workers: int = WORKERS,
    ) -> None:
        self.hearing = Hearing(store, signed=signed, tell=tell)
        self._broker = broker
        self._store = store
        self._connection = 0
        self._stopping = threading.Event()
        self._subscribed = threading.Event()
        self._queues: list[queue.SimpleQueue[_Came | None]] = [
            queue.SimpleQueue() for _ in range(workers)
        ]
        self._client = self._made(identity)
        self._threads = [
            threading.Thread(target=self._work, args=(it,), name=f"collector-{number}", daemon=True)
            for number, it in enumerate(self._queues)
        ]
        self._threads.append(
            threading.Thread(target=self._flush_often, name="collector-vitals", daemon=True)
        )

    def start(self) -> None:
        """Comes back at once; the broker may come later."""
        for thread in self._threads:
            thread.start()
        asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        asked.SessionExpiryInterval = 0
        asked.ReceiveMaximum = RECEIVE_MAX
        asked.MaximumPacketSize = PACKET_BYTES_MAX
        self._client.connect_async(*self._broker, KEEPALIVE_S, clean_start=True, properties=asked)
        self._client.loop_start()

    def ready(self, within_s: float) -> bool:
        """Waits until the broker brings messages; False when it does not."""
        return self._subscribed.wait(within_s)

    def stop(self) -> None:
        """What is being committed is; what waits comes again to another one."""
        self._stopping.set()
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    # On paho's thread

    def _made(self, identity: Identity | None) -> mqtt.Client:
        client = mqtt_client.made(identity, manual_ack=True)
        client.reconnect_delay_set(*RECONNECT_S)
        client.on_connect = self._connected
        client.on_disconnect = self._lost
        client.on_subscribe = self._heard_of
        client.on_message = self._came
        return client

    def _connected(
        self, client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        if code.is_failure:
            log.error("the broker takes no collector: %s", code)
            return
        self._connection += 1
        shared = [(topics.shared(GROUP, it), 1) for it in SHARED]
        client.subscribe([*shared, *((it, 1) for it in RETAINED)])

    def _heard_of(
        self, _client: mqtt.Client, _user: Any, _mid: int, codes: list[ReasonCode], _said: Any
    ) -> None:
        if any(code.is_failure for code in codes):
            log.error("the broker lets a collector not listen: %s", codes)
            return
        self._subscribed.set()

    def _lost(
        self, _client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        self._subscribed.clear()
        if not self._stopping.is_set():
            log.warning("the broker is gone: %s", code)

    def _came(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        """A till's messages go to one worker, in their order."""
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return
        waiting = self._queues[zlib.crc32(topic.rpartition("/up/")[0].encode()) % len(self._queues)]
        if message.qos == 0 and waiting.qsize() > LOSABLE_MAX:
            self.hearing.counts["lost"] += 1
            return
        content = getattr(message.properties, "ContentType", "")
        said = Message(topic, bytes(message.payload), content)
        waiting.put(_Came(said, message.mid, message.qos, self._connection))

    # On a worker's thread

    def _work(self, waiting: queue.SimpleQueue[_Came | None]) -> None:
        while (came := waiting.get()) is not None and not self._stopping.is_set():
            try:
                self._deal(came)
            except Exception:
                # A bug, or what nobody thought of: this message is dropped, the next one is not.
                self.hearing.counts["failed"] += 1
                log.exception("a message on %s is dropped", came.message.topic)
                self._confirm(came)

    def _deal(self, came: _Came) -> None:
        while not self._stopping.is_set() and came.connection == self._connection:
            try:
                reply = self.hearing.hear(came.message)
            except self._store.Unavailable as error:
                self.hearing.counts["waited"] += 1
                log.warning("the database is away: %s", error)
                self._stopping.wait(random.uniform(*RETRY_S))  # noqa: S311 - a pause
                continue
            if reply is not None:
                self._client.publish(reply.topic, reply.payload, 1)
            self._confirm(came)
            return

    def _confirm(self, came: _Came) -> None:
        if came.qos and came.connection == self._connection:
            self._client.ack(came.mid, came.qos)

    def _flush_often(self) -> None:
        while not self._stopping.wait(FLUSH_S):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        try:
            if self.hearing.vitals.flush():
                self.hearing.tell(("health",))
        except self._store.Unavailable as error:
            log.warning("how tills feel was not written: %s", error)
        except self._store.Unfit:
            log.exception("what tills say of themselves cannot be written")
