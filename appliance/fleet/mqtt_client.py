"""An MQTT 5 client of the fleet's own, such as a collector: known to the broker by its certificate."""

from __future__ import annotations

from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from appliance.fleet.authority.services import Identity


def made(identity: Identity | None, **how: Any) -> mqtt.Client:
    """identity None: plain, for the loopback. how: as paho's Client takes it."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, **how)
    if identity is not None:
        client.tls_set(str(identity.trust), str(identity.chain), str(identity.key))
    return client
