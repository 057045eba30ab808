"""What the tills of a shop say to each other, without any wire: messages in, messages out.

Every till has a clock of versions, which only rises, and gives each change of what it shares the next
one, above all that it has heard: who changes something after hearing of it is the newer one, whatever
the clocks on the walls say. `cells` says what changed after some version; whoever does not have that version asks from the
last one it has. So nothing is missed, whatever was lost, repeated or came late, and what was said
before a till was there is asked for when it comes.

    here   {"upto"}                         to all, kept: I am there, and have said so much
    cells  {"after", "upto", "cells"}       to all or to one
    since  {"version"}                      to one: tell me what came after
    yours  {"upto", "cells"}                to one that forgot what it said itself
    want   {"key", "sale"}                  give me this basket
    give   {"key", "basket"}                here it is; sent until `got`
    got    {"key"}
    no     {"key", "reason"}
    back   {"key", "mark"}                  I want it back, unless you have it
    free   {"key", "mark"}                  I have it not; of what you sent before, nothing is left
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from appliance.core.codec import INTEGER_MAX
from appliance.hub.replica import Cell, Replica
from appliance.malformed import Malformed

EVERYBODY = ""
PAGE = 500
"""Cells in a message: some 40 kB of stock."""
KEY_MAX = 200
TILLS_MAX = 32
"""Of one shop."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Out:
    """A message to a till, or to everybody. kept: the broker keeps it for who comes later."""

    to: str
    message: Message
    kept: bool = False


@dataclass(slots=True)
class Exchange:
    """One till's. changed: told the kind and key of what another till said anew.
    on: what is done with messages about baskets, by their word; gives answers."""

    replica: Replica
    now_ms: Callable[[], int]
    changed: Callable[[Iterable[tuple[str, str]]], None]
    on: dict[str, Callable[[str, Message], Iterable[Out]]] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    """Tills that are there now, with the version up to which they have spoken."""

    @property
    def own(self) -> str:
        return self.replica.own

    def connected(self) -> list[Out]:
        """A new connection: nobody is known to be there."""
        self.present.clear()
        return [self._here()]

    def share(self, changes: Iterable[tuple[str, str, Any]]) -> list[Out]:
        """Kind, key and value of what changed here: kept, and told to everybody."""
        after = self.replica.upto(self.own)
        # Milliseconds, so that a till that came back from a backup is not behind itself.
        version = max(self.replica.top() + 1, self.now_ms())
        cells = [
            Cell(kind, key, version + at, value) for at, (kind, key, value) in enumerate(changes)
        ]
        if not cells:
            return []
        upto = cells[-1].version
        self.replica.put(self.own, cells, upto, self.now_ms())
        pages = [cells[at : at + PAGE] for at in range(0, len(cells), PAGE)]
        told = []
        for page in pages:
            told.append(Out(EVERYBODY, _cells(after, page[-1].version, page)))
            after = page[-1].version
        return [*told, self._here()]

    def gone(self, till: str) -> None:
        """The broker says that a till is not there any more."""
        self.present.pop(till, None)

    def heard(self, till: str, message: Message) -> list[Out]:
        """Raises Malformed; nothing changed then."""
        if till == self.own or not till or len(till) > KEY_MAX:
            return []
        match message.get("say"):
            case "here":
                return self._is_here(till, _whole(message, "upto"))
            case "cells":
                return self._told(till, message)
            case "since":
                return self._tells(till, _whole(message, "version"))
            case "yours":
                return self._reminded(message)
            case str(word) if word in self.on:
                return list(self.on[word](till, message))
            case _:
                return []  # a newer till says more than this one knows

    def _here(self) -> Out:
        return Out(EVERYBODY, {"say": "here", "upto": self.replica.upto(self.own)}, kept=True)

    def _is_here(self, till: str, upto: int) -> list[Out]:
        if till not in self.present and len(self.present) >= TILLS_MAX:
            return []
        came = till not in self.present
        self.present[till] = upto
        known = self.replica.upto(till)
        if came:
            self.changed([("present", till)])
        if known < upto:
            return [self._ask(till)]
        return [self._remind(till, upto)] if known > upto else []

    def _remind(self, till: str, upto: int) -> Out:
        """It lost what it kept, or its clock was ahead: unless it goes on from what it said, nobody
        would hear it before its clock is there again."""
        cells = self.replica.since(till, upto, PAGE)
        there = cells[-1].version if len(cells) == PAGE else self.replica.upto(till)
        return Out(till, {"say": "yours", "upto": there, "cells": _rows_of(cells)})

    def _reminded(self, message: Message) -> list[Out]:
        upto = _whole(message, "upto")
        cells = [_read(it) for it in _rows(message, "cells")]
        if upto <= self.replica.upto(self.own):
            return []
        self.replica.put(self.own, cells, upto, self.now_ms())
        self.changed([("own", ""), *((it.kind, it.key) for it in cells)])
        return [self._here()]

    def _ask(self, till: str) -> Out:
        return Out(till, {"say": "since", "version": self.replica.upto(till)})

    def _tells(self, till: str, version: int) -> list[Out]:
        """One page; who asked asks for the next with its `upto`."""
        cells = self.replica.since(self.own, version, PAGE)
        upto = cells[-1].version if len(cells) == PAGE else self.replica.upto(self.own)
        return [Out(till, _cells(version, upto, cells))]

    def _told(self, till: str, message: Message) -> list[Out]:
        after, upto = _whole(message, "after"), _whole(message, "upto")
        cells = [_read(it) for it in _rows(message, "cells")]
        known = self.replica.upto(till)
        if after > known:
            return [self._ask(till)]  # something in between was lost
        if upto <= known and not cells:
            return []
        self.replica.put(till, cells, upto, self.now_ms())
        self.changed([(it.kind, it.key) for it in cells])
        there = max(self.present.get(till, 0), upto)
        if till in self.present:
            self.present[till] = there
        return [self._ask(till)] if there > upto else []


def _cells(after: int, upto: int, cells: Iterable[Cell]) -> Message:
    return {"say": "cells", "after": after, "upto": upto, "cells": _rows_of(cells)}


def _rows_of(cells: Iterable[Cell]) -> list[list[Any]]:
    return [[it.kind, it.key, it.version, it.value] for it in cells]


def _read(row: Any) -> Cell:
    match row:
        case [str(kind), str(key), int(version), value] if (
            len(kind) <= KEY_MAX and len(key) <= KEY_MAX and 0 < version <= INTEGER_MAX
        ):
            return Cell(kind, key, version, value)
    raise Malformed("a cell is its kind, key, version and value")


def _whole(message: Message, name: str) -> int:
    value = message.get(name)
    if type(value) is not int or not 0 <= value <= INTEGER_MAX:
        raise Malformed(f"{name} is a whole number")
    return value


def _rows(message: Message, name: str) -> list[Any]:
    value = message.get(name)
    if not isinstance(value, list) or len(value) > PAGE:
        raise Malformed(f"{name} is a list of at most {PAGE}")
    return value


def text(message: Message, name: str, most: int = KEY_MAX) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise Malformed(f"{name} is a text of at most {most} characters")
    return value
