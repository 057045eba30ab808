"""Fact types by name and version, and how an old body becomes today's."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any

from appliance.core import codec
from appliance.core.facts import Fact

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]

TYPES: Mapping[str, type[Any]] = {kind.__name__: kind for kind in typing.get_args(Fact)}

VERSIONS: dict[str, int] = {}
"""Types whose body is no longer version 1."""

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(type, version) -> the same body one version later. Never delete one: journals live for years."""


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
