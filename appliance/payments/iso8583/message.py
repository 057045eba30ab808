"""ISO 8583:1987 messages: ASCII fields, a binary bitmap and MAC, each after a length of two bytes.

Only the fields of the closed loop are here; one that is not in FIELDS is malformed, for where it
ends cannot be known. A card's number has no field at all: it travels encrypted, in 62.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from appliance.malformed import Malformed

HEAD = 2
MESSAGE_MAX = 4096
MAC_BYTES = 8
MACS = (64, 128)
"""A MAC is the last field of its half of the bitmap, over all that stands before it."""

_BITMAP_BYTES = 8
_MTI = 4


class Field(NamedTuple):
    """size: fixed, or the most; digits_of_length: 0 for a fixed field. numeric: padded with zeros on
    the left, else with blanks on the right. binary: bytes, here in hexadecimal digits."""

    size: int
    numeric: bool = True
    digits_of_length: int = 0
    binary: bool = False


FIELDS: dict[int, Field] = {
    3: Field(6),
    4: Field(12),
    7: Field(10),
    11: Field(6),
    12: Field(6),
    13: Field(4),
    37: Field(12, numeric=False),
    38: Field(6, numeric=False),
    39: Field(2, numeric=False),
    41: Field(8, numeric=False),
    42: Field(15, numeric=False),
    48: Field(999, numeric=False, digits_of_length=3),
    49: Field(3),
    55: Field(998, numeric=False, digits_of_length=3),
    62: Field(999, numeric=False, digits_of_length=3),
    63: Field(999, numeric=False, digits_of_length=3),
    64: Field(8, numeric=False, binary=True),
    70: Field(3),
    74: Field(10),
    76: Field(10),
    86: Field(16),
    88: Field(16),
    90: Field(42),
    128: Field(8, numeric=False, binary=True),
}


class Message(NamedTuple):
    mti: str
    fields: Mapping[int, str]

    def get(self, number: int) -> str:
        return self.fields.get(number, "")


def encode(mti: str, fields: Mapping[int, str]) -> bytes:
    """Values are put to their length. Raises Malformed for one that does not fit."""
    if len(mti) != _MTI or not mti.isdecimal() or not mti.isascii():
        raise Malformed(f"{mti!r} is no message type")
    bits, body = 0, b""
    for number in sorted(fields):
        bits |= 1 << (128 - number)
        body += _encoded(number, fields[number])
    bitmap = bits.to_bytes(2 * _BITMAP_BYTES, "big")
    if max(fields, default=0) > 64:  # the second half is there when a field of it is
        bitmap = bytes([bitmap[0] | 0x80]) + bitmap[1:]
    else:
        bitmap = bitmap[:_BITMAP_BYTES]
    return mti.encode() + bitmap + body


def encode_signed(mti: str, fields: Mapping[int, str], signed: Callable[[bytes], bytes]) -> bytes:
    """With a MAC as its last field."""
    last = MACS[max(fields, default=0) > MACS[0]]
    unsigned = encode(mti, {**fields, last: "00" * MAC_BYTES})[:-MAC_BYTES]
    return unsigned + signed(unsigned)


def mac_of(data: bytes) -> tuple[bytes, bytes]:
    """What is covered, and the MAC; nothing for a message without one. Raises Malformed."""
    if not any(number in decode(data).fields for number in MACS):
        return data, b""
    return data[:-MAC_BYTES], data[-MAC_BYTES:]


def decode(data: bytes) -> Message:
    if len(data) < _MTI + _BITMAP_BYTES:
        raise Malformed("ISO 8583: shorter than a message type and a bitmap")
    mti = _ascii(data[:_MTI])
    if not mti.isdecimal():
        raise Malformed("ISO 8583: no message type")
    at = _MTI + _BITMAP_BYTES
    if data[_MTI] & 0x80:
        at += _BITMAP_BYTES
    bitmap = data[_MTI:at]
    if len(data) < at:
        raise Malformed("ISO 8583: the second bitmap is cut off")
    fields: dict[int, str] = {}
    for number in range(2, 8 * len(bitmap) + 1):
        if bitmap[(number - 1) // 8] >> (7 - (number - 1) % 8) & 1:
            fields[number], at = _decoded(number, data, at)
    if at != len(data):
        raise Malformed(f"ISO 8583: {len(data) - at} bytes after the last field")
    return Message(mti, fields)


def framed(data: bytes) -> bytes:
    return len(data).to_bytes(HEAD, "big") + data


def unframed(buffer: bytes) -> tuple[bytes | None, bytes]:
    """The first whole message of what arrived, and the rest. Raises Malformed for an endless one."""
    if len(buffer) < HEAD:
        return None, buffer
    size = int.from_bytes(buffer[:HEAD], "big")
    if size > MESSAGE_MAX:
        raise Malformed(f"ISO 8583: a message of {size} bytes")
    if len(buffer) < HEAD + size:
        return None, buffer
    return buffer[HEAD : HEAD + size], buffer[HEAD + size :]


def original(mti: str, stan: str, at: str) -> str:
    """Field 90: which message is reversed. No acquirer and no forwarder in a closed loop."""
    return f"{mti}{stan}{at}".ljust(42, "0")


def _encoded(number: int, value: str) -> bytes:
    field = FIELDS.get(number)
    if field is None:
        raise Malformed(f"ISO 8583: field {number} is not used here")
    if field.digits_of_length:
        if len(value) > field.size:
            raise Malformed(f"ISO 8583: field {number} has more than {field.size} characters")
        return f"{len(value):0{field.digits_of_length}d}".encode() + _bytes(number, value)
    if field.binary:
        if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * field.size}}}", value):
            raise Malformed(f"ISO 8583: field {number} has {field.size} bytes")
        return bytes.fromhex(value)
    put = value.rjust(field.size, "0") if field.numeric else value.ljust(field.size)
    if len(put) > field.size or (field.numeric and not (put.isascii() and put.isdecimal())):
        raise Malformed(f"ISO 8583: {value!r} does not fit field {number}")
    return _bytes(number, put)


def _bytes(number: int, value: str) -> bytes:
    if not value.isascii():
        raise Malformed(f"ISO 8583: field {number} is not ASCII")
    return value.encode()


def _decoded(number: int, data: bytes, at: int) -> tuple[str, int]:
    field = FIELDS.get(number)
    if field is None:
        raise Malformed(f"ISO 8583: field {number} is not known here")
    size = field.size
    if field.digits_of_length:
        start = at + field.digits_of_length
        told = _ascii(data[at:start])
        if len(told) < field.digits_of_length or not told.isdecimal() or int(told) > size:
            raise Malformed(f"ISO 8583: field {number} has no length")
        size, at = int(told), start
    if field.binary:
        if len(data) < at + size:
            raise Malformed(f"ISO 8583: field {number} is cut off")
        return data[at : at + size].hex().upper(), at + size
    value = _ascii(data[at : at + size])
    if len(value) < size:
        raise Malformed(f"ISO 8583: field {number} is cut off")
    if field.numeric and not value.isdecimal():
        raise Malformed(f"ISO 8583: field {number} is no number")
    return value, at + size


def _ascii(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("ISO 8583: not ASCII") from error
