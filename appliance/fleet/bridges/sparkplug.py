"""Shops as edge nodes of Sparkplug B: health of their tills, for whoever watches plants and machines.

Each shop has a connection of its own, since a node's death is a connection's Will. What is told is
read from the database; nothing comes back but a wish to hear everything anew.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from appliance.fleet import clock, mqtt_client
from appliance.fleet.authority.services import Identity
from appliance.fleet.bridges.rounds import EVERY_S, Rounds
from appliance.fleet.bridges.sparkplug_node import NUMBERS, EdgeNode, Message, Shop
from appliance.fleet.bridges.sparkplug_payload import Value, wishes
from appliance.fleet.store import Row, Store
from appliance.malformed import Malformed

log = logging.getLogger(__name__)

KEEPALIVE_S = 30
CONNECT_S = 5.0
GONE = ("", "lost")
"""States of a till that is not there."""


def shop_of(tills: Iterable[Row], health: Iterable[Row], now_ms: int) -> Shop:
    """What a node tells. tills: of the shop; health: rows of health_now of these."""
    tills = list(tills)
    there = {it["uid"]: _till(it) for it in tills if it["state"] not in GONE}
    for row in health:
        if row["till"] in there:
            # The column holds fractions, for others' sake; tills tell whole numbers.
            value = row["text"] if row["value"] is None else int(row["value"])
            there[row["till"]][_name(row["metric"])] = (value, row["at_ms"])
    since = max((it["state_ms"] for it in tills), default=0) or now_ms
    own: dict[str, tuple[Value, int]] = {
        "Tills/All": (len(tills), since),
        "Tills/There": (len(there), since),
    }
    return Shop(own, there)


def _till(till: Row) -> dict[str, tuple[Value, int]]:
    since = till["state_ms"]
    return {
        "Name": (till["name"], since),
        "State": (till["state"], since),
        "Software": (till["sw"], since),
        "Hardware": (till["hw_model"], since),
    }


def _name(metric: str) -> str:
    """`device.printer` is a leaf of a folder; the others keep the till's own word, unit and all."""
    device = metric.removeprefix("device.")
    return f"Devices/{device}" if device != metric else f"Health/{metric}"


class Line:
    """One connection of a node, from its CONNECT to its end. Raises OSError where no broker is."""

    def __init__(
        self, broker: tuple[str, int], identity: Identity | None, node: EdgeNode, rounds: Rounds
    ) -> None:
        self._node = node
        self._rounds = rounds
        self._subscribed = threading.Event()
        self._reborn = threading.Event()
        self._born = False
        self.ended = False
        client = mqtt_client.made(identity, reconnect_on_failure=False)
        client.connect_timeout = CONNECT_S
        will = node.connects(clock.now_ms())
        client.will_set(will.topic, will.payload, 1)
        client.on_connect = self._connected
        client.on_subscribe = self._listening
        client.on_message = self._heard
        client.on_disconnect = self._lost
        asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        asked.SessionExpiryInterval = 0
        client.connect(*broker, KEEPALIVE_S, clean_start=True, properties=asked)
        client.loop_start()
        self._client = client

    def tell(self, shop: Shop) -> None:
        """The births first, and again where a host asked; then what has changed."""
        if not self._subscribed.is_set() or self.ended:
            return
        if self._reborn.is_set() or not self._born:
            self._reborn.clear()
            self._born = True
            self._say(self._node.births(shop, clock.now_ms()))
        else:
            self._say(self._node.changes(shop, clock.now_ms()))

    def close(self) -> None:
        """Hosts hear of it at once, not when the broker misses something."""
        if self._born and not self.ended:
            death = self._node.death(clock.now_ms())
            self._client.publish(death.topic, death.payload, 1)
        self._client.disconnect()
        self._client.loop_stop()

    def _say(self, told: Sequence[Message]) -> None:
        for it in told:
            self._client.publish(it.topic, it.payload, 0)

    # On paho's thread.

    def _connected(
        self, client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        if code.is_failure:
            log.error("the broker takes no edge node %s: %s", self._node.name, code)
            self.ended = True
            return
        client.subscribe(self._node.commands, 1)

    def _listening(self, *_: Any) -> None:
        self._subscribed.set()
        self._rounds.wake()

    def _heard(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        try:
            wished = wishes(bytes(message.payload))
        except Malformed as error:
            log.warning("a command to %s cannot be read: %s", self._node.name, error)
            return
        if self._node.asks_rebirth(wished):
            self._reborn.set()
            self._rounds.wake()

    def _lost(self, *_: Any) -> None:
        self.ended = True
        self._rounds.wake()


class Sparkplug:
    """From `start` to `stop`. shops: which of them; aliases: see EdgeNode."""

    def __init__(
        self,
        store: Store,
        broker: tuple[str, int],
        identity: Identity | None,
        group: str,
        shops: Sequence[str],
        *,
        aliases: bool = False,
        every_s: float = EVERY_S,
    ) -> None:
        self._store = store
        self._broker = broker
        self._identity = identity
        self._nodes = {it: EdgeNode(group, it, aliases) for it in shops}
        self._lines: dict[str, Line] = {}
        self._rounds = Rounds("sparkplug", store, self._round, every_s)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()
        self._hang_up()

    def _round(self, mine: bool) -> None:
        if not mine:
            self._hang_up()
            return
        for name, node in self._nodes.items():
            try:
                line = self._line(name, node)
            except OSError as error:
                # The others would wait as long for the same broker.
                log.warning("no wire for the edge node %s: %s", name, error)
                return
            line.tell(self._shop(name))

    def _line(self, name: str, node: EdgeNode) -> Line:
        """The one that holds, or a new one. Raises OSError."""
        line = self._lines.get(name)
        if line is not None and not line.ended:
            return line
        if line is not None:
            line.close()
            del self._lines[name]
        node.bd_seq = self._next_bd_seq(name)
        self._lines[name] = Line(self._broker, self._identity, node, self._rounds)
        return self._lines[name]

    def _next_bd_seq(self, shop: str) -> int:
        """One more than the last connection's, whichever server made it: its death may come late."""
        kept = f"sparkplug.bd_seq:{shop}"
        with self._store.transaction() as tx:
            row = tx.one("SELECT value FROM setting WHERE name = :name", name=kept)
            number = (int(row["value"]) + 1) % NUMBERS if row else 0
            tx.run(
                "INSERT INTO setting (name, value) VALUES (:name, :value)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name=kept,
                value=str(number),
            )
        return number

    def _hang_up(self) -> None:
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def _shop(self, shop: str) -> Shop:
        tills = self._store.rows(
            "SELECT uid, name, state, coalesce(state_ms, 0) AS state_ms, sw, hw_model FROM till"
            " WHERE shop = :shop AND status = 'active' ORDER BY uid",
            shop=shop,
        )
        health = self._store.rows(
            "SELECT h.till, h.metric, h.at_ms, h.value, h.text FROM health_now h"
            " JOIN till t ON t.uid = h.till WHERE t.shop = :shop AND t.status = 'active'"
            " ORDER BY h.till, h.metric",
            shop=shop,
        )
        return shop_of(tills, health, clock.now_ms())
