"""Documents that the fleet wants a till to live by: config, catalogue, prices, staff, firmware.

A document is one JSON object without null or fractions. Its plan is signed: one step or several,
each a version with the time from which it holds and the SHA-256 of the whole. A newer plan takes the
place of the older one whole, steps to come included. The content comes along, as a patch (RFC 7396)
to another version, or by address. Whichever way: the hash must be right, or nothing is taken over.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from appliance.core import codec
from appliance.malformed import Malformed
from appliance.wire.envelope import Body
from appliance.wire.fields import text, whole

KIND = "document"
STEPS_MAX = 8
CONTENT_MAX = 64 << 20
"""Bytes of a whole document; a catalogue of 100,000 items is a third of it."""
INLINE_MAX = 48 << 10
"""Bytes of all that comes along with one plan; the rest is fetched."""

Content = dict[str, Any]


class DocumentName(StrEnum):
    CONFIG = "config"
    CATALOGUE = "catalogue"
    PRICES = "prices"
    STAFF = "staff"
    FIRMWARE = "firmware"


@dataclass(frozen=True, slots=True)
class Step:
    """size: bytes of the canonical whole. effective_ms: from when on, 0 at once. inline: the whole;
    patch: to version `base`; url: where the whole is."""

    version: int
    sha256: str
    size: int
    url: str = ""
    effective_ms: int = 0
    inline: Content | None = None
    base: int = 0
    patch: Content | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order of their versions and times. issuer: who wanted the newest of it."""

    document: DocumentName
    steps: tuple[Step, ...]
    issuer: str = ""

    @property
    def version(self) -> int:
        """Of the last step; a newer plan begins above it."""
        return self.steps[-1].version

    def due(self, now_ms: int) -> Step | None:
        """What holds at this time."""
        return next((it for it in reversed(self.steps) if it.effective_ms <= now_ms), None)

    def body(self, to: dict[str, Any]) -> Body:
        """What is signed."""
        return {
            "kind": KIND,
            "to": to,
            "document": self.document.value,
            "steps": [_written(it) for it in self.steps],
            "issuer": self.issuer,
        }


def _written(step: Step) -> Body:
    body: Body = {
        "version": step.version,
        "sha256": step.sha256,
        "size": step.size,
        "url": step.url,
        "effective": step.effective_ms,
    }
    if step.inline is not None:
        body["inline"] = step.inline
    if step.patch is not None:
        body |= {"base": step.base, "patch": step.patch}
    return body


def read(body: Body) -> Plan:
    """The plan in a body whose signature held; Malformed when it is none."""
    try:
        name = DocumentName(text(body, "document"))
    except ValueError:
        raise Malformed("document: one of " + ", ".join(DocumentName)) from None
    steps = body.get("steps")
    if not isinstance(steps, list) or not 0 < len(steps) <= STEPS_MAX:
        raise Malformed(f"steps: a list of 1 to {STEPS_MAX}")
    plan = Plan(name, tuple(map(_step, steps)), text(body, "issuer", ""))
    for one, next_ in pairwise(plan.steps):
        if next_.version <= one.version or next_.effective_ms <= one.effective_ms:
            raise Malformed("steps: versions and times rise")
    return plan


def _step(body: Any) -> Step:
    if not isinstance(body, dict):
        raise Malformed("a step is an object")
    sha256, size = text(body, "sha256"), whole(body, "size", least=2)
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise Malformed("sha256: 64 hexadecimal digits, small")
    if size > CONTENT_MAX:
        raise Malformed(f"size: at most {CONTENT_MAX} bytes")
    patch = _object(body, "patch")
    return Step(
        whole(body, "version", least=1),
        sha256,
        size,
        text(body, "url", ""),
        whole(body, "effective", 0),
        _object(body, "inline"),
        0 if patch is None else whole(body, "base", least=1),
        patch,
    )


def _object(body: Body, name: str) -> Content | None:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise Malformed(f"{name}: an object")
    return value


def digest(content: Content) -> str:
    """SHA-256 of the whole, in hexadecimal."""
    return hashlib.sha256(codec.canonical(content)).hexdigest()
