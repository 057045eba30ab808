"""Brings commands and plans to tills: what waits in the database is sent, and sent again to a till that
connects, until the till has it in its journal.

Nothing is retained at the broker, which may forget everything: a till says hello whenever it
connects, and gets whatever is meant for it. Several couriers do no harm, since tills know twice
from once.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.fleet import clock, mqtt_client
from appliance.fleet.authority import registry
from appliance.fleet.authority.services import Identity
from appliance.fleet.commands import Commands
from appliance.fleet.documents import Library
from appliance.fleet.store import Row
from appliance.malformed import Malformed
from appliance.wire import keyring, topics
from appliance.wire.keyring import FleetKey

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How late the word of another process may be heard."""
AGAIN_S = 20.0
"""A command that no till has confirmed is sent again."""
REFRESH_S = 60.0
"""Tills that came or moved get their plans."""
RECONNECT_S = (0.2, 30.0)
KEEPALIVE_S = 30
MOVED_AGAIN_MS = 3_600_000
"""A courier that starts tells the moves of the last hour once more."""
KEYS = "keys"
"""Below `down/desired/`, beside the documents: the fleet's signing keys."""


@dataclass(slots=True)
class Courier:
    """From `start` to `stop`, on a thread of its own. identity None: plain, for the loopback."""

    broker: tuple[str, int]
    identity: Identity | None
    commands: Commands
    library: Library
    keys: Callable[[], tuple[FleetKey, ...]]
    again_s: float = AGAIN_S
    _greeted: set[str] = field(default_factory=set)
    _keyed: set[str] = field(default_factory=set)
    _came_back: threading.Event = field(default_factory=threading.Event)
    _sent: dict[str, float] = field(default_factory=dict)
    _moved_ms: int = field(default_factory=lambda: clock.now_ms() - MOVED_AGAIN_MS)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def hurry(self) -> None:
        """Something was just written that tills should have at once."""
        self._wake.set()

    def _run(self) -> None:
        client = self._client()
        client.connect_async(*self.broker, KEEPALIVE_S)
        client.loop_start()
        refreshed = 0.0
        while not self._stopping.is_set():
            try:
                if time.monotonic() - refreshed > REFRESH_S:
                    self.library.refresh()
                    self.commands.expire()
                    refreshed = time.monotonic()
                if client.is_connected():
                    self._turn(client)
                    self._moved(client)
                    self._moved(client)
            except Exception:
                # The database is away, or worse: what waits there waits a little longer.
                log.exception("nothing was brought to tills just now")
                self._stopping.wait(random.uniform(*RECONNECT_S) / 10)  # noqa: S311 - a pause
            self._wake.wait(LOOK_S)
            self._wake.clear()
        client.disconnect()
        client.loop_stop()

    def _turn(self, client: mqtt.Client) -> None:
        """A till that said hello while no courier listened is sent what it has not, keys first."""
        if self._came_back.is_set():
            self._came_back.clear()
            self._keyed.clear()
            self.library.send_again()
        with self._lock:
            greeted, self._greeted = self._greeted, set()
        self._keyed -= greeted
        for till in greeted:
            self._keys(client, till)
            for row in self.library.to_send(till):
                self._plan(client, row)
            for row in self.commands.to_send(till):
                self._command(client, row)
        plans = self.library.to_send()
        self.library.sent([row for row in plans if self._plan(client, row)])
        now = time.monotonic()
        waiting = self.commands.to_send()
        for row in waiting:
            if now - self._sent.get(row["id"], -self.again_s) >= self.again_s:
                self._command(client, row)
        known = {row["id"] for row in waiting}
        self._sent = {id_: at for id_, at in self._sent.items() if id_ in known}

    def _moved(self, client: mqtt.Client) -> None:
        """Tills of a shop that was given other brokers ask the server for theirs."""
        store = self.commands.store
        for row in store.rows(registry.MOVES, since=str(self._moved_ms)):
            self._moved_ms = max(self._moved_ms, int(row["value"]))
            for till in store.rows(registry.TILLS_OF_SHOP, shop=registry.moved_shop(row)):
                client.publish(_place(till).down(topics.PLACE), b"", 1)

    def _keys(self, client: mqtt.Client, till: str) -> None:
        """Once in a connection, before anything that is signed by one of them."""
        if till in self._keyed:
            return
        self._keyed.add(till)
        row = self.commands.place_of(till)
        if row is not None:
            topic = _place(row).down(topics.DESIRED, KEYS)
            client.publish(topic, keyring.written(self.keys()), 1)

    def _plan(self, client: mqtt.Client, row: Row) -> bool:
        self._keys(client, row["till"])
        topic = _place(row).down(topics.DESIRED, row["document"])
        told = client.publish(topic, row["payload"].encode(), 1)
        return told.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _command(self, client: mqtt.Client, row: Row) -> None:
        """The body says when it is too late; the broker's expiry only saves it the way."""
        self._keys(client, row["till"])
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        left_ms = row["expires_ms"] - self.commands.now_ms()
        properties.MessageExpiryInterval = max(1, left_ms // 1000)
        topic = _place(row).down(topics.COMMAND, row["id"])
        client.publish(topic, row["envelope"].encode(), 1, properties=properties)
        self._sent[row["id"]] = time.monotonic()

    def _client(self) -> mqtt.Client:
        client = mqtt_client.made(self.identity)
        client.reconnect_delay_set(1, int(RECONNECT_S[1]))
        client.on_connect = self._connected
        client.on_message = self._heard
        return client

    # On paho's thread.

    def _connected(
        self, client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        if code.is_failure:
            log.error("the broker takes no courier: %s", code)
            return
        client.subscribe(topics.EVERYWHERE.up(topics.HELLO), 1)
        self._came_back.set()
        self._wake.set()

    def _heard(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        try:
            till = topics.read(message.topic).place.till
        except Malformed:
            return
        with self._lock:
            self._greeted.add(till)
        self._wake.set()


def _place(row: Row) -> topics.Place:
    return topics.Place(row["tenant"], row["shop"], row["till"])
