"""APDUs over a line: bare on TCP, in acknowledged frames on a serial port.

Source: PA00P015, "TCP/IP" and "RS-232 transport protocol".
"""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol

from appliance.malformed import Malformed
from appliance.payments.line import SLICE_S, Line, LineLost
from appliance.payments.zvt import serial_frame
from appliance.payments.zvt.apdu import Apdu, Stream, read
from appliance.payments.zvt.serial_frame import ACK, NAK, START

BAUDRATE = 9600
SERIAL = {"bytesize": 8, "parity": "N", "stopbits": 2}
ACK_S = 5.0
"""T2 of the norm: how long a frame may wait for its ACK."""

FRAMES_MAX = 3
"""A frame that was answered by NAK, and so was surely not taken, goes out this often."""

FRAME_BYTES_MAX = 2 * 65_540 + 6
"""The longest APDU, every byte of it doubled, and its frame."""


class Wire(Protocol):
    def open(self) -> None: ...

    def send(self, apdu: Apdu) -> None: ...

    def receive(self, timeout_s: float) -> Apdu | None:
        """None when the time is over, or earlier; raises LineLost and Malformed."""

    def close(self) -> None: ...


class TcpWire:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._stream = Stream()
        self._waiting: deque[bytes] = deque()

    def open(self) -> None:
        self._line.open()
        self._stream = Stream()
        self._waiting.clear()

    def send(self, apdu: Apdu) -> None:
        self._line.send(apdu.raw)

    def receive(self, timeout_s: float) -> Apdu | None:
        if not self._waiting:
            self._waiting.extend(self._stream.feed(self._line.receive(min(timeout_s, SLICE_S))))
        return read(self._waiting.popleft()) if self._waiting else None

    def close(self) -> None:
        self._line.close()


class SerialWire:
    """A frame without an ACK is never sent again: the terminal may have it, and it may be money."""

    def __init__(self, line: Line, *, ack_s: float = ACK_S) -> None:
        self._line = line
        self._ack_s = ack_s
        self._rest = b""

    def open(self) -> None:
        self._line.open()
        self._rest = b""

    def send(self, apdu: Apdu) -> None:
        for _attempt in range(FRAMES_MAX):
            self._line.send(serial_frame.wrapped(apdu.raw))
            if self._acknowledged():
                return
        raise LineLost("the terminal takes no frame")

    def receive(self, timeout_s: float) -> Apdu | None:
        frame = self._frame()
        if frame is None:
            self._fill(timeout_s)
            frame = self._frame()
        if frame is None:
            return None
        try:
            raw = serial_frame.unwrapped(frame)
        except Malformed:
            self._line.send(NAK)
            return None
        self._line.send(ACK)
        return read(raw)

    def close(self) -> None:
        self._line.close()

    def _acknowledged(self) -> bool:
        """True by an ACK, or by the terminal's next frame: it has read ours. False by a NAK."""
        until = time.monotonic() + self._ack_s
        while True:
            while self._rest:
                if self._rest.startswith(START):
                    return True
                if self._rest == START[:1]:
                    break
                head, self._rest = self._rest[:1], self._rest[1:]
                if head in {ACK, NAK}:
                    return head == ACK
            if time.monotonic() >= until:
                raise LineLost("no ACK")
            self._fill(until - time.monotonic())

    def _fill(self, timeout_s: float) -> None:
        self._rest += self._line.receive(min(max(timeout_s, 0), SLICE_S))
        if len(self._rest) > FRAME_BYTES_MAX:
            raise LineLost("only noise comes from the terminal")

    def _frame(self) -> bytes | None:
        """The next frame, whole or broken; what stands before it is noise."""
        start = self._rest.find(START)
        if start < 0:
            self._rest = self._rest[-1:] if self._rest.endswith(START[:1]) else b""
            return None
        self._rest = self._rest[start:]
        try:
            end = serial_frame.end_of(self._rest)
        except Malformed:
            broken, self._rest = self._rest, b""
            return broken
        if end is None:
            return None
        frame, self._rest = self._rest[:end], self._rest[end:]
        return frame
