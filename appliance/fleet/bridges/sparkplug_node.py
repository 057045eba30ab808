"""A shop as an edge node of Sparkplug B, its tills as devices: what is to be said, in which order. Pure.

Births name every metric; data has what changed. Each message of the node or its devices has the next
number of `seq`, by which a host sees that one is missing and asks for everything anew (a rebirth).
`bdSeq` pairs a birth with the death that the broker tells: one more at each connection, the same in
a rebirth. Sparkplug Specification 3.0, chapters 4 to 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from appliance.fleet.bridges.sparkplug_payload import Metric, Value, Wish, encode

NAMESPACE = "spBv1.0"
BD_SEQ = "bdSeq"
REBIRTH = "Node Control/Rebirth"
NUMBERS = 256
"""Of seq and bdSeq: after 255 comes 0."""

Values = Mapping[str, tuple[Value, int]]
"""Each metric's value, and since when (ms)."""


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Shop:
    """own: the node's metrics. tills: those that are there, each with its metrics."""

    own: Values
    tills: Mapping[str, Values]


@dataclass(slots=True)
class EdgeNode:
    """aliases: data calls metrics by numbers that the birth gave them, which saves bytes, and which
    not every program that reads Sparkplug keeps in mind. bd_seq: of this connection."""

    group: str
    name: str
    aliases: bool = False
    bd_seq: int = 0
    _seq: int = 0
    _told: Shop = field(default_factory=lambda: Shop({}, {}))
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def commands(self) -> str:
        return self._topic("NCMD")

    def connects(self, at_ms: int) -> Message:
        """The Will of its next connection, which has told nothing yet."""
        self._told = Shop({}, {})
        return self.death(at_ms)

    def death(self, at_ms: int) -> Message:
        ended = (Metric(BD_SEQ, self.bd_seq, at_ms),)
        return Message(self._topic("NDEATH"), encode(ended, at_ms, None))

    def births(self, shop: Shop, at_ms: int) -> list[Message]:
        """The node and all of its tills, from seq 0 on: after connecting, and whenever a host asks."""
        self._seq = NUMBERS - 1
        born = (
            Metric(BD_SEQ, self.bd_seq, at_ms),
            self._named("", REBIRTH, value=False, at_ms=at_ms),
            *self._metrics("", shop.own),
        )
        made = [Message(self._topic("NBIRTH"), encode(born, at_ms, self._next()))]
        made += self._deaths(shop, at_ms)
        made += [self._birth(till, values, at_ms) for till, values in shop.tills.items()]
        self._told = shop
        return made

    def changes(self, shop: Shop, at_ms: int) -> list[Message]:
        """What is new since the births. A till with another set of metrics is born again."""
        told = self._told
        if _shape(shop.own) != _shape(told.own):
            return self.births(shop, at_ms)
        made = self._deaths(shop, at_ms)
        self._told = shop
        made += self._data("", told.own, shop.own, at_ms)
        for till, values in shop.tills.items():
            before = told.tills.get(till)
            if before is None or _shape(before) != _shape(values):
                made.append(self._birth(till, values, at_ms))
            else:
                made += self._data(till, before, values, at_ms)
        return made

    def asks_rebirth(self, wished: tuple[Wish, ...]) -> bool:
        number = self._numbers.get(("", REBIRTH))
        return any(
            it.value is True and (it.name == REBIRTH or (not it.name and it.alias == number))
            for it in wished
        )

    # Inside

    def _deaths(self, shop: Shop, at_ms: int) -> list[Message]:
        return [
            Message(self._topic("DDEATH", till), encode((), at_ms, self._next()))
            for till in self._told.tills
            if till not in shop.tills
        ]

    def _birth(self, till: str, values: Values, at_ms: int) -> Message:
        born = tuple(self._metrics(till, values))
        return Message(self._topic("DBIRTH", till), encode(born, at_ms, self._next()))

    def _data(self, till: str, before: Values, now: Values, at_ms: int) -> list[Message]:
        changed = {name: it for name, it in now.items() if it[0] != before[name][0]}
        if not changed:
            return []
        metrics = tuple(self._metrics(till, changed))
        if self.aliases:
            metrics = tuple(replace(it, name="") for it in metrics)
        topic = self._topic("DDATA", till) if till else self._topic("NDATA")
        return [Message(topic, encode(metrics, at_ms, self._next()))]

    def _metrics(self, till: str, values: Values) -> list[Metric]:
        return [
            self._named(till, name, value=value, at_ms=since)
            for name, (value, since) in values.items()
        ]

    def _named(self, till: str, name: str, *, value: Value, at_ms: int) -> Metric:
        """An alias is the metric's for good, among all of the node."""
        alias = None
        if self.aliases:
            alias = self._numbers.setdefault((till, name), len(self._numbers))
        return Metric(name, value, at_ms, alias)

    def _topic(self, verb: str, till: str = "") -> str:
        return "/".join((NAMESPACE, self.group, verb, self.name, *filter(None, (till,))))

    def _next(self) -> int:
        self._seq = (self._seq + 1) % NUMBERS
        return self._seq


def _shape(values: Values) -> dict[str, type[Value]]:
    """What a birth has told for good: which metrics there are, and of what type."""
    return {name: type(value) for name, (value, _) in values.items()}
