"""The bytes of a Sparkplug B message: the few fields of its protobuf that a bridge writes and reads.

After the Eclipse Sparkplug Specification 3.0, chapter 6, and Protocol Buffers' wire format. What is
read comes from anybody who may command: it is bounded, and what is not known is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from appliance.malformed import Malformed

COMMAND_BYTES_MAX = 16 << 10
METRICS_MAX = 1000
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_VARINT_MAX = 10
_MASK = (1 << 64) - 1

_TIMESTAMP, _METRICS, _SEQ = 1, 2, 3

Value = int | bool | str


class Field(IntEnum):
    """Of a metric."""

    NAME = 1
    ALIAS = 2
    AT = 3
    TYPE = 4
    INT = 10
    LONG = 11
    BOOLEAN = 14
    STRING = 15


class Type(IntEnum):
    INT64 = 4
    BOOLEAN = 11
    STRING = 12


@dataclass(frozen=True, slots=True)
class Metric:
    """name: "" where the alias says which. alias: None where names do."""

    name: str
    value: Value
    at_ms: int
    alias: int | None = None

    @property
    def type(self) -> Type:
        match self.value:
            case bool():
                return Type.BOOLEAN
            case int():
                return Type.INT64
        return Type.STRING


@dataclass(frozen=True, slots=True)
class Wish:
    """A metric of a command. value: None where it has none that is known here."""

    name: str
    alias: int | None
    value: Value | None


def encode(metrics: tuple[Metric, ...], at_ms: int, seq: int | None) -> bytes:
    """seq: None for a death by the Will. Each metric tells its type, as births must; data should not,
    but there are hosts that read no value without it."""
    made = _number(_TIMESTAMP, at_ms)
    for metric in metrics:
        made += _chunk(_METRICS, _metric(metric))
    return made + (b"" if seq is None else _number(_SEQ, seq))


def _metric(metric: Metric) -> bytes:
    made = _chunk(Field.NAME, metric.name.encode()) if metric.name else b""
    if metric.alias is not None:
        made += _number(Field.ALIAS, metric.alias)
    made += _number(Field.AT, metric.at_ms) + _number(Field.TYPE, metric.type)
    match metric.value:
        case bool(value):
            return made + _number(Field.BOOLEAN, value)
        case int(value):
            return made + _number(Field.LONG, value & _MASK)
        case value:
            return made + _chunk(Field.STRING, value.encode())


def wishes(payload: bytes) -> tuple[Wish, ...]:
    """The metrics of a command. Raises Malformed."""
    if len(payload) > COMMAND_BYTES_MAX:
        raise Malformed(f"{len(payload)} bytes are too long for a command")
    found = [_wish(it) for number, it in _fields(payload) if number == _METRICS]
    if len(found) > METRICS_MAX:
        raise Malformed(f"{len(found)} metrics are too many for a command")
    return tuple(found)


def _wish(data: int | bytes) -> Wish:
    if isinstance(data, int):
        raise Malformed("a metric is a message of its own")
    name = ""
    alias: int | None = None
    value: Value | None = None
    for number, it in _fields(data):
        match number, it:
            case 1, bytes(text):
                name = _text(text)
            case 2, int(whole):
                alias = whole
            case ((10 | 11), int(whole)):
                value = whole
            case 14, int(yes):
                value = bool(yes)
            case 15, bytes(text):
                value = _text(text)
    return Wish(name, alias, value)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("a name is no UTF-8") from None


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers of fields with what they hold; those of fixed size are passed over."""
    at = 0
    while at < len(data):
        key, at = _varint_at(data, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint_at(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint_at(data, at)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
        else:
            raise Malformed("no field of a message")
        if at + size > len(data):
            raise Malformed("a field ends beyond its message")
        if kind == _BYTES:
            yield number, data[at : at + size]
        at += size


def _varint_at(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(data[at : at + _VARINT_MAX]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value & _MASK, at + shift + 1
    raise Malformed("a number without an end")


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _chunk(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
