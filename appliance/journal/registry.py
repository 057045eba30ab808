"""Fact types by name and version: how an old body becomes today's, and what is made of a newer one.

An update that came back leaves facts of the newer program in the journal, and the old one must sell
on. So a newer program only adds: a kind of fact that the old one passes over (`Unread`), a field that
it does not look at. What it must not do between two releases is listed in `docs/journal.md`, and
`tests/journal/test_additive.py` holds it to that.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any

from appliance.core import codec
from appliance.core.evolve.unread import NUMBERED
from appliance.core.facts import Fact, Unread

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]

TYPES: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in typing.get_args(Fact) if kind is not Unread
}

VERSIONS: dict[str, int] = {}
"""Types whose body is no longer version 1."""

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(type, version) -> the same body one version later. Never delete one: journals live for years."""


MONEY = frozenset(
    f"appliance.core.facts.{subject}"
    for subject in (
        *("accounts", "basket", "handover", "returns", "shift", "stock", "tender", "terminals"),
    )
)
"""Subjects whose facts cannot be passed over when they are known by name: a till that read half of a
sale would sell the rest again."""


class UnknownFact(ValueError):
    """A type or version that this program does not know: the journal is of a newer one."""


def version_of(kind: str) -> int:
    return VERSIONS.get(kind, 1)


def decode(
    kind: str,
    version: int,
    body: Body,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Fact:
    """The fact of a stored body, brought up to today's version first."""
    today = version_of(kind)
    if kind not in TYPES or version > today:
        raise UnknownFact(f"{kind} version {version} is not known to this program")
    while version < today:
        step = upcasters.get((kind, version))
        if step is None:
            raise UnknownFact(f"{kind} version {version} has no way up to version {version + 1}")
        body = step(dict(body))
        version += 1
    fact: Fact = codec.from_json(TYPES[kind], body)
    return fact


def read(kind: str, version: int, body: Body) -> Fact:
    """The fact of a body that the chain proves, whichever version of the program wrote it.

    Raises UnknownFact for a fact about money or goods that this program knows and cannot read.
    """
    try:
        return decode(kind, version, body)
    except (UnknownFact, codec.CodecError) as error:
        if kind in TYPES and version <= version_of(kind):
            try:
                return decode(kind, version, codec.known(TYPES[kind], body))
            except codec.CodecError:
                pass
        if kind in TYPES and TYPES[kind].__module__ in MONEY:
            raise UnknownFact(f"{kind} version {version}: {error}") from error
        found = ((name, body.get(name)) for name in NUMBERED)
        return Unread(kind, version, tuple((it, n) for it, n in found if type(n) is int))
