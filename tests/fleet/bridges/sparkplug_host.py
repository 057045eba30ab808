"""A host application of Sparkplug B that reads with Google's protobuf: it shares nothing with the bridge.

It holds to the rules of a host: births define metrics, data may call them by alias, a message whose
`seq` is not the next one is a fault. What the specification forbids ends a test at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, unknown_fields

U32, U64, TEXT, BOOL, MESSAGE = 13, 4, 9, 8, 11
"""Of google.protobuf.FieldDescriptorProto.Type."""
_METRIC = (
    ("name", 1, TEXT), ("alias", 2, U64), ("timestamp", 3, U64), ("datatype", 4, U32),
    ("is_historical", 5, BOOL), ("is_transient", 6, BOOL), ("is_null", 7, BOOL),
    ("int_value", 10, U32), ("long_value", 11, U64), ("boolean_value", 14, BOOL),
    ("string_value", 15, TEXT),
)  # fmt: skip
_PAYLOAD = (("timestamp", 1, U64), ("metrics", 2, MESSAGE), ("seq", 3, U64), ("uuid", 4, TEXT))
INT64, BOOLEAN, STRING = 4, 11, 12
"""Sparkplug's data types."""
VALUE_OF = {INT64: "long_value", BOOLEAN: "boolean_value", STRING: "string_value"}


def _payload_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="sparkplug_b.proto", package="spb")
    for name, fields in (("Payload", _PAYLOAD), ("Metric", _METRIC)):
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            made = message.field.add(name=field_name, number=number, type=kind, label=1)
            if kind == MESSAGE:
                made.label, made.type_name = 3, ".spb.Metric"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("spb.Payload"))


Payload = _payload_class()


def command(*metrics: dict[str, Any], at_ms: int = 1) -> bytes:
    made = Payload(timestamp=at_ms)
    for it in metrics:
        made.metrics.add(**it)
    return made.SerializeToString()


@dataclass
class Thing:
    """A node or a device: its metrics' values by name."""

    there: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)


@dataclass
class Host:
    """things: by (node, device), device "" for the node itself. verbs: in the order they came."""

    things: dict[tuple[str, str], Thing] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)
    bd_seq: dict[str, int] = field(default_factory=dict)
    _seq: dict[str, int] = field(default_factory=dict)
    _aliases: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)

    def heard_all(self, messages: Iterable[Any]) -> None:
        for it in messages:
            self.heard(it.topic, it.payload)

    def heard(self, topic: str, data: bytes, *, qos: int = 0, retain: bool = False) -> None:
        space, _group, verb, node, *rest = topic.split("/")
        device = rest[0] if rest else ""
        assert (space, len(rest), retain) == ("spBv1.0", verb[0] == "D", False)
        assert qos == (1 if verb == "NDEATH" else 0)
        payload = Payload.FromString(data)
        assert not len(unknown_fields.UnknownFieldSet(payload))
        assert payload.timestamp > 0
        self.verbs.append(verb)
        if verb == "NDEATH":
            self._death(node, payload)
            return
        self._in_order(node, verb, payload)
        match verb:
            case "NBIRTH":
                self._aliases[node] = {}
                self._born(node, "", payload)
                self.bd_seq[node] = self.things[node, ""].values["bdSeq"]
                assert self.things[node, ""].values["Node Control/Rebirth"] is False
            case "DBIRTH":
                self._born(node, device, payload)
            case "NDATA" | "DDATA":
                self._data(node, device, payload)
            case "DDEATH":
                self.things[node, device].there = False
                assert not payload.metrics
            case _:
                raise AssertionError(verb)

    def _in_order(self, node: str, verb: str, payload: Any) -> None:
        assert payload.HasField("seq")
        wanted = 0 if verb == "NBIRTH" else (self._seq[node] + 1) % 256
        assert payload.seq == wanted, f"{verb} has {payload.seq}, {wanted} is next"
        self._seq[node] = payload.seq

    def _death(self, node: str, payload: Any) -> None:
        assert not payload.HasField("seq")
        [metric] = payload.metrics
        assert (metric.name, metric.datatype) == ("bdSeq", INT64)
        if self.bd_seq.get(node) == metric.long_value:
            for (of, _), thing in self.things.items():
                if of == node:
                    thing.there = False

    def _born(self, node: str, device: str, payload: Any) -> None:
        thing = self.things[node, device] = Thing()
        for it in payload.metrics:
            assert it.name
            assert it.timestamp
            thing.types[it.name] = it.datatype
            thing.values[it.name] = _value(it, it.datatype)
            if it.HasField("alias"):
                known = self._aliases[node].setdefault(it.alias, (device, it.name))
                assert known == (device, it.name), "an alias is one metric's among all of a node"

    def _data(self, node: str, device: str, payload: Any) -> None:
        thing = self.things[node, device]
        assert thing.there
        assert payload.metrics
        for it in payload.metrics:
            assert it.timestamp
            assert it.HasField("alias") is not it.HasField("name")
            owner, name = (
                self._aliases[node][it.alias] if it.HasField("alias") else (device, it.name)
            )
            assert owner == device
            assert it.datatype == thing.types[name]
            thing.values[name] = _value(it, it.datatype)


def _value(metric: Any, kind: int) -> Any:
    assert metric.HasField(VALUE_OF[kind])
    value = getattr(metric, VALUE_OF[kind])
    return value - (1 << 64) if kind == INT64 and value >> 63 else value
