"""Batches with a right chain, for tests of whoever makes or reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from appliance.core import codec
from appliance.core.fact_chain import genesis, link
from appliance.wire.batch import Batch, WireFact

TILL = "01JD0000000000000000000001"
NAME = "till-1"
AT_MS = 1_732_000_000_000


def chained(
    facts: Sequence[WireFact],
    *,
    epoch: int = 1,
    first: int = 1,
    prev: bytes | None = None,
    till: str = TILL,
    name: str = NAME,
) -> Batch:
    """These facts as a batch; their hashes are made here. prev: the genesis unless told."""
    before = at = genesis(name, epoch, 0, b"") if prev is None else prev
    done = []
    for seq, it in enumerate(facts, first):
        head = (it.at_ms, it.offset_min, it.actor, it.cause, it.type, it.version)
        at = link(at, name, epoch, seq, *head, it.body)
        done.append(replace(it, hash=at))
    return Batch(till, name, epoch, first, before, tuple(done))


def fact(kind: str = "SaleStarted", data: dict[str, Any] | None = None, **more: Any) -> WireFact:
    body = codec.canonical(data if data is not None else {"sale": 1, "shift": 1})
    plain: dict[str, Any] = {"at_ms": AT_MS, "offset_min": 120, "actor": "olena", "cause": ""}
    return WireFact(kind, **{**plain, "version": 1, "body": body, "hash": b"", **more})
