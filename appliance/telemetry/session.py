"""One connection to one broker: MQTT 5 over TLS with the till's certificate, or over the loopback.

The session begins clean and leaves nothing at the broker when it ends, but its Will: `state: lost`,
retained. What was under way is the delivery's business, so a broken connection is never mended; the
next one is a new Session.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from appliance.wire.topics import TOPIC_MAX

log = logging.getLogger(__name__)

KEEPALIVE_S = 60
CONNECT_S = 10.0
SILENCE_S = 20.0
"""A broker that confirms nothing for so long is not there, whatever TCP says."""
INCOMING_MAX = 256 << 10
"""Bytes of a message from the fleet; what is large is fetched over HTTPS."""
RECEIVE_MAX = 20
QUEUED_MAX = 2000
"""More than both windows in batches of one."""
TAKEN_OVER = 0x8E
REFUSALS = frozenset({0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C})
"""Of CONNACK, SUBACK, PUBACK and DISCONNECT: not this till, whoever asks."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message to publish. again: QoS 1; without it a message may get lost."""

    topic: str
    payload: bytes
    retain: bool = False
    again: bool = True
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Up:
    session: Session


@dataclass(frozen=True, slots=True)
class Down:
    """why: for people. code: MQTT's reason, 0 where TCP or TLS broke."""

    session: Session
    why: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class Denied:
    """The broker took a message or a subscription not, and kept the connection."""

    session: Session
    why: str


@dataclass(frozen=True, slots=True)
class Came:
    session: Session
    topic: str
    payload: bytes


Event = Up | Down | Denied | Came


class Session:
    """`open` comes back at once; what happens is told to `tell`, from the session's own threads."""

    def __init__(
        self,
        broker: str,
        uid: str,
        will: Post,
        tell: Callable[[Event], None],
        *,
        tls: ssl.SSLContext | None = None,
        subscribe: Sequence[str] = (),
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.broker = broker
        self._tell = tell
        self._topics = tuple(subscribe)
        self._asked = 0
        self._confirmed = 0
        self._quiet_since = time.monotonic()
        self._packet_max = 0
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            uid,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        client.max_queued_messages_set(QUEUED_MAX)
        if tls is not None:
            client.tls_set_context(tls)
        if credentials is not None:
            client.username_pw_set(*credentials)
        client.will_set(will.topic, will.payload, 1, will.retain)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        self._client = client

    def open(self) -> None:
        threading.Thread(target=self._run, name="fleet-wire", daemon=True).start()

    def _run(self) -> None:
        url = urlsplit(self.broker)
        asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        asked.SessionExpiryInterval = 0
        asked.ReceiveMaximum = RECEIVE_MAX
        asked.MaximumPacketSize = INCOMING_MAX
        try:
            self._client.connect(
                url.hostname or "",
                url.port or 8883,
                KEEPALIVE_S,
                clean_start=True,
                properties=asked,
            )
            self._client.loop_start()
        except (OSError, ValueError) as error:
            self._tell(Down(self, _plain(error)))

    def publish(self, post: Post) -> bool:
        """False: it was not taken, now or ever; nothing was sent."""
        size = len(post.payload) + TOPIC_MAX
        if self._packet_max and size > self._packet_max:
            self._tell(Denied(self, f"a message of {size} bytes is too long for the broker"))
            return False
        properties = None
        if post.content_type:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.ContentType = post.content_type
        if self._asked == self._confirmed:
            self._quiet_since = time.monotonic()
        self._asked += 1
        info = self._client.publish(
            post.topic, post.payload, 1 if post.again else 0, post.retain, properties
        )
        taken = info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS
        if not taken:
            self._asked -= 1
        return taken

    @property
    def silent(self) -> bool:
        """It asked for confirmations and got none for long: the wire is dead, and nobody said so."""
        waits = self._asked > self._confirmed
        return waits and time.monotonic() > self._quiet_since + SILENCE_S

    def close(self) -> None:
        """Good-bye; the broker tells the Will, since a till that was switched off is not there."""
        with suppress(ValueError, OSError):
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=0x04))

    def abort(self) -> None:
        """Hangs up a line at whose other end nobody is."""
        wire = self._client.socket()
        if isinstance(wire, socket.socket):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    # On paho's thread.

    def _on_connect(
        self, client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, said: Any
    ) -> None:
        if code.is_failure:
            self._tell(Down(self, str(code), code.value))
            return
        self._packet_max = getattr(said, "MaximumPacketSize", 0)
        if self._topics:
            client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._topics])
        else:
            self._tell(Up(self))

    def _on_subscribe(
        self, _client: mqtt.Client, _user: Any, _mid: int, codes: Sequence[ReasonCode], _said: Any
    ) -> None:
        for topic, code in zip(self._topics, codes, strict=False):
            if code.is_failure:
                self._tell(Denied(self, f"{topic}: {code}"))
        self._tell(Up(self))

    def _on_publish(
        self, _client: mqtt.Client, _user: Any, _mid: int, code: ReasonCode, _said: Any
    ) -> None:
        self._confirmed += 1  # a message of QoS 0 counts once it is written
        self._quiet_since = time.monotonic()
        if code.is_failure:
            self._tell(Denied(self, str(code)))

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        self._tell(Came(self, message.topic, bytes(message.payload)))

    def _on_disconnect(
        self, _client: mqtt.Client, _user: Any, _flags: Any, code: ReasonCode, _said: Any
    ) -> None:
        self._tell(Down(self, str(code), code.value))


def _plain(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return str(error) or type(error).__name__


def encrypted(broker: str) -> bool:
    return broker.startswith("mqtts://")
