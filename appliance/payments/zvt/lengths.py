"""The four ways in which ZVT writes a length: of an APDU, in two or three digits, and BER.

Source: PA00P015 (ZVT protocol), chapters "APDU structure" and "Bitmaps".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.malformed import Malformed

_LONG_APDU = 0xFF
_DIGIT = 0xF0
_BER_LONG = 0x80
_BER_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a length. read: bytes and a place -> the length and the place after it."""

    read: Callable[[bytes, int], tuple[int, int]]
    write: Callable[[int], bytes]
    max: int


def read_apdu(data: bytes, at: int) -> tuple[int, int]:
    """One byte, or FF and two, the low one first."""
    first = _taken(data, at, 1)[0]
    if first != _LONG_APDU:
        return first, at + 1
    return int.from_bytes(_taken(data, at + 1, 2), "little"), at + 3


def read_digits(count: int) -> Callable[[bytes, int], tuple[int, int]]:
    """LL or LLL: that many bytes F0..F9, a decimal digit each."""

    def read(data: bytes, at: int) -> tuple[int, int]:
        value = 0
        for byte in _taken(data, at, count):
            if not _DIGIT <= byte <= _DIGIT + 9:
                raise Malformed(f"{byte:02X} is no digit of a length (F0 to F9)")
            value = value * 10 + byte - _DIGIT
        return value, at + count

    return read


def read_ber(data: bytes, at: int) -> tuple[int, int]:
    """Up to 7F as such; 81 to 84 and that many bytes."""
    first = _taken(data, at, 1)[0]
    if first < _BER_LONG:
        return first, at + 1
    count = first - _BER_LONG
    if not 1 <= count <= _BER_DIGITS_MAX:
        raise Malformed(f"{first:02X} begins no length")
    return int.from_bytes(_taken(data, at + 1, count)), at + 1 + count


def write_apdu(value: int) -> bytes:
    if value < _LONG_APDU:
        return bytes([value])
    return bytes([_LONG_APDU]) + value.to_bytes(2, "little")


def write_digits(count: int) -> Callable[[int], bytes]:
    return lambda value: bytes(_DIGIT + int(digit) for digit in f"{value:0{count}}")


def write_ber(value: int) -> bytes:
    if value < _BER_LONG:
        return bytes([value])
    count = (value.bit_length() + 7) // 8
    return bytes([_BER_LONG + count]) + value.to_bytes(count)


FORMS = {
    "apdu": Form(read_apdu, write_apdu, 0xFFFF),
    "ll": Form(read_digits(2), write_digits(2), 99),
    "lll": Form(read_digits(3), write_digits(3), 999),
    "ber": Form(read_ber, write_ber, 0xFFFFFFFF),
}


def decoded(kind: str, data: bytes) -> int:
    """The length that is written in all of `data`. Raises Malformed."""
    value, end = FORMS[kind].read(data, 0)
    if end != len(data):
        raise Malformed(f"{len(data) - end} bytes are left over")
    return value


def encoded(kind: str, value: int) -> bytes:
    form = FORMS[kind]
    if not 0 <= value <= form.max:
        raise Malformed(f"{kind}: from 0 to {form.max}")
    return form.write(value)


def _taken(data: bytes, at: int, count: int) -> bytes:
    part = data[at : at + count]
    if len(part) < count:
        raise Malformed("The length is cut off")
    return part
