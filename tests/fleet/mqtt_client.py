"""A client of a test: every answer of the broker is awaited."""

from __future__ import annotations

import queue
import ssl
from pathlib import Path
from typing import Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

WAIT_S = 10.0


class Client:
    """folder: with a certificate and key, or None for none. Refused connections raise."""

    def __init__(self, port: int, trust: Path, chain: Path | None = None, key: Path | None = None):
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.lost: queue.Queue[str] = queue.Queue()
        self._told: queue.Queue = queue.Queue()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, "chosen-by-itself", protocol=MQTTProtocolVersion.MQTTv5
        )
        context = ssl.create_default_context(cafile=str(trust))
        if chain is not None:
            context.load_cert_chain(str(chain), str(key))
        self._client.tls_set_context(context)
        self._client.on_connect = lambda _c, _d, _f, code, _p: self._told.put(code)
        self._client.on_publish = lambda _c, _d, _mid, code, _p: self._told.put(code)
        self._client.on_subscribe = lambda _c, _d, _mid, codes, _p: self._told.put(codes[0])
        self._client.on_disconnect = self._disconnected
        self._client.on_message = lambda _c, _d, it: self.heard.put((it.topic, it.payload))
        self._client.reconnect_delay_set(60, 60)
        self._port = port

    def _disconnected(self, _client, _data, _flags, code, _properties) -> None:
        """In TLS 1.3 a client learns only after its handshake that its certificate is refused."""
        self._told.put(code)
        self.lost.put(str(code))

    def __enter__(self) -> Self:
        try:
            self._client.connect("localhost", self._port)
            self._client.loop_start()
            code = self._told.get(timeout=WAIT_S)
        except BaseException:
            self.__exit__()
            raise
        if code.is_failure:
            self.__exit__()
            raise ConnectionRefusedError(str(code))
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes = b"{}", *, retain: bool = False) -> str:
        """What the broker answers: "Success", "No matching subscribers", "Not authorized" ..."""
        self._client.publish(topic, payload, qos=1, retain=retain)
        return str(self._told.get(timeout=WAIT_S))

    def subscribe(self, topic: str) -> str:
        self._client.subscribe(topic, qos=1)
        return str(self._told.get(timeout=WAIT_S))
