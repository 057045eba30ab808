"""One MQTT 5 connection of a simulated till on asyncio: ten thousand of them fit in one process.

It speaks what a till needs and no more: CONNECT with a Will, SUBSCRIBE, PUBLISH of QoS 0 and 1 in
both directions, PINGREQ. The product's own connection (`appliance/telemetry/session.py`) has threads.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence

from appliance.telemetry.session import RECEIVE_MAX, Post

KEEPALIVE_S = 120
CONNECT, CONNACK, PUBLISH, PUBACK = 0x10, 0x20, 0x30, 0x40
SUBSCRIBE, SUBACK, PINGREQ, DISCONNECT = 0x82, 0x90, 0xC0, 0xE0
_V5 = b"\x00\x04MQTT\x05"
_CLEAN, _WILL, _WILL_QOS1, _WILL_RETAIN = 0x02, 0x04, 0x08, 0x20
_CONTENT_TYPE = 0x03


class Line(asyncio.Protocol):
    """up: called once the broker took the connection and the subscriptions. came: told topic and
    payload. down: told why it ended; called once."""

    def __init__(
        self,
        client: str,
        will: Post | None,
        subscribe: Sequence[str],
        up: Callable[[], None],
        came: Callable[[str, bytes], None],
        down: Callable[[str], None],
    ) -> None:
        self._client, self._will, self._topics = client, will, tuple(subscribe)
        self._up, self._came, self._down = up, came, down
        self._heard = bytearray()
        self._waiting: deque[Post] = deque()
        self._under_way: set[int] = set()
        self._number = 0
        self._wire: asyncio.Transport | None = None
        self._ping: asyncio.TimerHandle | None = None
        self.denied = 0

    async def dial(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Raises OSError."""
        await asyncio.get_running_loop().create_connection(lambda: self, host, port, ssl=tls)

    def publish(self, post: Post) -> None:
        """At once, or when the broker has confirmed enough of what is under way."""
        self._waiting.append(post)
        self._send_waiting()

    def hang_up(self) -> None:
        """Without a word: the broker tells the Will."""
        if self._wire is not None:
            self._wire.abort()

    # asyncio's verbs

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport
        flags, will = _CLEAN, b""
        if self._will is not None:
            flags |= _WILL | _WILL_QOS1 | _WILL_RETAIN * self._will.retain
            will = b"\0" + _text(self._will.topic) + _sized(self._will.payload)
        properties = b"\x21" + RECEIVE_MAX.to_bytes(2, "big")
        head = _V5 + bytes([flags]) + KEEPALIVE_S.to_bytes(2, "big")
        body = head + _varint(len(properties)) + properties + _text(self._client) + will
        self._write(CONNECT, body)
        self._beat()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ping is not None:
            self._ping.cancel()
        self._wire = None
        self._down(str(exc or "the broker hung up"))

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (packet := _next_packet(self._heard)) is not None:
            self._packet(*packet)

    # Inside

    def _packet(self, kind: int, body: bytes) -> None:
        match kind & 0xF0:
            case 0x20:
                if body[1] >= 0x80 or self._wire is None:
                    self.hang_up()
                elif self._topics:
                    asked = b"".join(_text(it) + b"\x01" for it in self._topics)
                    self._write(SUBSCRIBE, self._next() + b"\0" + asked)
                else:
                    self._up()
            case 0x90:
                self._up()
            case 0x30:
                self._message(kind, body)
            case 0x40:
                self._under_way.discard(int.from_bytes(body[:2], "big"))
                self.denied += len(body) > 2 and body[2] >= 0x80
                self._send_waiting()
            case 0xE0:
                self.hang_up()

    def _message(self, kind: int, body: bytes) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        topic, at = body[2:end].decode(), end
        if kind & 0x06:
            self._write(PUBACK, body[at : at + 2])
            at += 2
        size, at = _read_varint(body, at)
        self._came(topic, body[at + size :])

    def _send_waiting(self) -> None:
        while self._waiting and len(self._under_way) < RECEIVE_MAX and self._wire is not None:
            post = self._waiting.popleft()
            properties = b""
            if post.content_type:
                properties = bytes([_CONTENT_TYPE]) + _text(post.content_type)
            number = b""
            if post.again:
                number = self._next()
                self._under_way.add(self._number)
            tail = number + _varint(len(properties)) + properties + post.payload
            self._write(PUBLISH | post.again << 1 | post.retain, _text(post.topic) + tail)

    def _next(self) -> bytes:
        self._number = self._number % 0xFFFF + 1
        return self._number.to_bytes(2, "big")

    def _write(self, kind: int, body: bytes) -> None:
        if self._wire is not None:
            self._wire.write(bytes([kind]) + _varint(len(body)) + body)

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        self._ping = loop.call_later(KEEPALIVE_S * 0.7, self._beaten)

    def _beaten(self) -> None:
        self._write(PINGREQ, b"")
        self._beat()


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _text(text: str) -> bytes:
    return _sized(text.encode())


def _varint(number: int) -> bytes:
    made = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        made.append(low | (0x80 if number else 0))
        if not number:
            return bytes(made)


def _read_varint(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """The number and where it ends; IndexError where it does not yet."""
    value = shift = 0
    while True:
        byte = data[at]
        value, at = value | (byte & 0x7F) << shift, at + 1
        if not byte & 0x80:
            return value, at
        shift += 7


def _next_packet(heard: bytearray) -> tuple[int, bytes] | None:
    """Taken out of what was heard, once it is whole."""
    try:
        size, at = _read_varint(heard, 1)
    except IndexError:
        return None
    if len(heard) < at + size:
        return None
    kind, body = heard[0], bytes(heard[at : at + size])
    del heard[: at + size]
    return kind, body
