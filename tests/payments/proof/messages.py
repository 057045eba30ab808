"""Where one message of a protocol ends and the next begins, so that a cable can count them.

Each function takes the bytes that came one way so far: the whole messages, and what has only begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Messages = tuple[list[bytes], bytes]
Split = Callable[[bytes], Messages]

_PRIVAT = re.compile(rb"\0*[^\0]+\0")
_FRAME = re.compile(rb"[\x06\x15]|\x10\x02(?:[^\x10]|\x10\x10)*\x10\x03..", re.DOTALL)
_ECR17 = re.compile(rb"[\x06\x15]\x03.|\x02[^\x03]*\x03.|\x01[^\x04]*\x04", re.DOTALL)
_FIELD = re.compile(rb"[A-Z]{2}([0-9]{3})")
_LENGTH = re.compile(rb"\r\nContent-Length: *([0-9]+)", re.IGNORECASE)


def privat(data: bytes) -> Messages:
    """JSON and a byte 00; the greeting begins with one as well."""
    return _by_pattern(_PRIVAT, data)


def zvt_serial(data: bytes) -> Messages:
    """A frame, or the byte that says how one arrived."""
    return _by_pattern(_FRAME, data)


def ecr17(data: bytes) -> Messages:
    """A message, a line of progress, or how a message arrived."""
    return _by_pattern(_ECR17, data)


def zvt(data: bytes) -> Messages:
    """An APDU: two bytes, a length of one, or of three from FF on."""

    def length(at: int) -> int | None:
        if len(data) < at + 3 or (data[at + 2] == 0xFF and len(data) < at + 5):
            return None
        if data[at + 2] == 0xFF:
            return 5 + int.from_bytes(data[at + 3 : at + 5], "little")
        return 3 + data[at + 2]

    return _by_length(data, length)


def iso8583(data: bytes) -> Messages:
    """Two bytes of length before each."""

    def length(at: int) -> int | None:
        return None if len(data) < at + 2 else 2 + int.from_bytes(data[at : at + 2], "big")

    return _by_length(data, length)


def http(data: bytes) -> Messages:
    """A request or an answer: head, and a body of the length that it tells."""

    def length(at: int) -> int | None:
        end = data.find(b"\r\n\r\n", at)
        if end < 0:
            return None
        told = _LENGTH.search(data, at, end)
        return end + 4 - at + (int(told[1]) if told else 0)

    return _by_length(data, length)


def caisse_ap(data: bytes) -> Messages:
    """It has no end mark: whole fields are a message, for each is sent at once."""
    at = 0
    while (field := _FIELD.match(data, at)) is not None:
        at = field.end() + int(field[1])
    return ([data], b"") if at == len(data) and data else ([], data)


def _by_pattern(pattern: re.Pattern[bytes], data: bytes) -> Messages:
    found = []
    while (message := pattern.match(data)) is not None:
        found.append(message[0])
        data = data[message.end() :]
    return found, data


def _by_length(data: bytes, length: Callable[[int], int | None]) -> Messages:
    found, at = [], 0
    while (size := length(at)) is not None and at + size <= len(data):
        found.append(data[at : at + size])
        at += size
    return found, data[at:]
