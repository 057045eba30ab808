"""A shop's tills as devices of Home Assistant: MQTT discovery (home-assistant.io/integrations/mqtt).

Read from the database, so that it needs no till and may start at any time. Everything is retained;
what the broker still holds of a till that is no more, or of a shop that is no more shown, is removed
by an empty message.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Mapping
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode

from appliance.fleet import mqtt_client
from appliance.fleet.authority.services import Identity
from appliance.fleet.bridges.rounds import EVERY_S, Rounds
from appliance.fleet.store import Row, Store

log = logging.getLogger(__name__)

KEEPALIVE_S = 30
BRIDGE = "kram/bridge/availability"
ONLINE, OFFLINE = "online", "offline"
_OURS = re.compile(r"homeassistant/device/kram_[^/]+/config|kram/[^/]+/(availability|state)")

Messages = Mapping[str, str]
"""Topic and payload; all retained."""

_SENSORS: tuple[tuple[str, str, str, str, int], ...] = (
    ("temperature", "temperature_mc", "temperature", "°C", 1000),
    ("disk_free", "disk_free_bytes", "data_size", "B", 1),
    ("uptime", "uptime_s", "duration", "s", 1),
)
"""Name, the till's own metric, Home Assistant's device class, unit, and by what it is divided."""


def messages(tills: list[Row], health: list[Row]) -> Messages:
    """All that the broker should hold. health: rows of health_now of these tills."""
    told: dict[str, str] = {}
    for till in tills:
        uid = till["uid"]
        values = {it["metric"]: it for it in health if it["till"] == uid}
        devices = sorted(it for it in values if it.startswith("device."))
        told[f"homeassistant/device/kram_{uid}/config"] = _text(_config(till, values, devices))
        lost = till["state"] in ("", "lost")
        told[f"kram/{uid}/availability"] = OFFLINE if lost else ONLINE
        told[f"kram/{uid}/state"] = _text(_state(till, values, devices))
    return told


def _config(till: Row, values: Mapping[str, Row], devices: list[str]) -> dict[str, Any]:
    uid = till["uid"]
    parts: dict[str, Any] = {"state": _part(uid, "state", "State", icon="mdi:cash-register")}
    for name, metric, kind, unit, _ in _SENSORS:
        if metric in values:
            parts[name] = _part(
                *(uid, name, name.replace("_", " ").capitalize()),
                device_class=kind,
                unit_of_measurement=unit,
                state_class="measurement",
            )
    for metric in devices:
        name = metric.removeprefix("device.")
        parts[f"device_{name}"] = _part(uid, f"device_{name}", name.capitalize())
    return {
        "dev": {
            "ids": [f"kram_{uid}"],
            "name": till["name"] or uid,
            "mf": "Kram",
            "mdl": till["hw_model"] or "till",
            "sw": till["sw"],
            "sn": till["hw_serial"],
        },
        "o": {"name": "Kram"},
        "cmps": parts,
        "availability": [{"topic": BRIDGE}, {"topic": f"kram/{uid}/availability"}],
        "availability_mode": "all",
        "state_topic": f"kram/{uid}/state",
        "qos": 1,
    }


def _part(uid: str, name: str, words: str, **more: str) -> dict[str, Any]:
    template = "{{ value_json['" + name + "'] }}"
    unique = f"kram_{uid}_{name}"
    return {"p": "sensor", "unique_id": unique, "name": words, "value_template": template, **more}


def _state(till: Row, values: Mapping[str, Row], devices: list[str]) -> dict[str, Any]:
    state: dict[str, Any] = {"state": till["state"]}
    for name, metric, _, _, divisor in _SENSORS:
        if metric in values:
            state[name] = values[metric]["value"] / divisor
    for metric in devices:
        state[f"device_{metric.removeprefix('device.')}"] = values[metric]["text"]
    return state


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class HomeAssistant:
    """From `start` to `stop`. shop: "" removes what an earlier run left."""

    def __init__(
        self,
        store: Store,
        broker: tuple[str, int],
        identity: Identity | None,
        shop: str,
        every_s: float = EVERY_S,
    ) -> None:
        self._store = store
        self._broker = broker
        self._shop = shop
        self._lock = threading.Lock()
        self._held: dict[str, str] = {}
        self._online = False
        self._client = self._made(identity)
        self._rounds = Rounds("home_assistant", store, self._round, every_s)

    def _made(self, identity: Identity | None) -> mqtt.Client:
        client = mqtt_client.made(identity)
        client.will_set(BRIDGE, OFFLINE, 1, retain=True)
        client.on_connect = self._connected
        client.on_message = self._heard
        return client

    def start(self) -> None:
        self._client.connect_async(*self._broker, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()
        if self._online:
            self._client.publish(BRIDGE, OFFLINE, 1, retain=True).wait_for_publish(5)
        self._client.disconnect()
        self._client.loop_stop()

    def _round(self, mine: bool) -> None:
        if not mine or not self._client.is_connected():
            return
        wanted = self._wanted()
        with self._lock:
            ended = [it for it in self._held if it not in wanted]
            news = {it: text for it, text in wanted.items() if self._held.get(it) != text}
            self._held = dict(wanted)
            fresh, self._online = not self._online, True
        for topic in ended:
            self._client.publish(topic, b"", 1, retain=True)
        for topic, text in news.items():
            self._client.publish(topic, text, 1, retain=True)
        if fresh:
            self._client.publish(BRIDGE, ONLINE, 1, retain=True)

    def _wanted(self) -> Messages:
        tills = self._store.rows(
            "SELECT uid, name, state, sw, hw_model, hw_serial FROM till"
            " WHERE shop = :shop AND status = 'active' ORDER BY uid",
            shop=self._shop,
        )
        health = self._store.rows(
            "SELECT h.till, h.metric, h.value, h.text FROM health_now h JOIN till t ON t.uid = h.till"
            " WHERE t.shop = :shop AND t.status = 'active'",
            shop=self._shop,
        )
        return messages(tills, health)

    # On paho's thread.

    def _connected(
        self, client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        if code.is_failure:
            log.error("the broker takes no bridge: %s", code)
            return
        with self._lock:
            # Another broker, or one that forgot: what it holds it tells now.
            self._held, self._online = {}, False
        client.subscribe([("homeassistant/device/+/config", 1), ("kram/+/+", 1)])
        self._rounds.wake()

    def _heard(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        """What the broker still held from before."""
        if message.retain and message.topic != BRIDGE and _OURS.fullmatch(message.topic):
            with self._lock:
                self._held.setdefault(message.topic, message.payload.decode("utf-8", "replace"))
            self._rounds.wake()
