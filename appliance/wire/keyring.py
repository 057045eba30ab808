"""The fleet's signing keys as a till pins them: a list in which each is signed by the one before.

    {"v":1,"keys":[{"id":"3f2a..","key":"<base64, 32 bytes>","since_ms":1767225600000},
                   {"id":"9c41..","key":"..","since_ms":..,"sig":"<base64, by 3f2a..>"}]}

`fleet.pub` holds it. The first key is believed because it came with the enrolment; whatever comes
later must go on from the list that is pinned, so that nobody but the fleet can name its next key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.core import codec
from appliance.malformed import Malformed

KEYS_MAX = 64
"""A rotation each quarter for sixteen years."""
BELIEVED = 2
"""What an older key than the last two signed has expired long ago."""
_SIZE_MAX = 32 * 1024
_CONTEXT = b"kram fleet key 1\n"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


@dataclass(frozen=True, slots=True)
class FleetKey:
    """sig: by the key before it; empty for the first."""

    key: bytes
    since_ms: int
    sig: bytes = b""

    @property
    def id(self) -> str:
        return hashlib.sha256(self.key).hexdigest()[:16]

    @property
    def signed(self) -> bytes:
        named = {"id": self.id, "key": _text(self.key), "since_ms": self.since_ms}
        return _CONTEXT + codec.canonical(named)


def first(private: Ed25519PrivateKey, now_ms: int) -> tuple[FleetKey, ...]:
    return (FleetKey(private.public_key().public_bytes_raw(), now_ms),)


def rotated(
    keys: Sequence[FleetKey], old: Ed25519PrivateKey, new: Ed25519PrivateKey, now_ms: int
) -> tuple[FleetKey, ...]:
    """The list with a new key at its end, which the old one vouches for."""
    if old.public_key().public_bytes_raw() != keys[-1].key:
        raise ValueError("the old key is not the last of the list")
    if len(keys) >= KEYS_MAX:
        raise ValueError(f"{KEYS_MAX} keys were used up")
    draft = FleetKey(new.public_key().public_bytes_raw(), now_ms)
    return (*keys, FleetKey(draft.key, draft.since_ms, old.sign(draft.signed)))


def believed(keys: Sequence[FleetKey]) -> Mapping[str, Ed25519PublicKey]:
    """The keys whose signatures a till takes, by their ids."""
    return {it.id: Ed25519PublicKey.from_public_bytes(it.key) for it in keys[-BELIEVED:]}


def goes_on(pinned: Sequence[FleetKey], offered: Sequence[FleetKey]) -> bool:
    """Whether a list that came later holds everything that is pinned, and perhaps more."""
    return tuple(offered[: len(pinned)]) == tuple(pinned)


def written(keys: Sequence[FleetKey]) -> bytes:
    return codec.canonical({"v": 1, "keys": as_json(keys)}) + b"\n"


def as_json(keys: Sequence[FleetKey]) -> list[dict[str, Any]]:
    return [
        {"id": it.id, "key": _text(it.key), "since_ms": it.since_ms}
        | ({"sig": _text(it.sig)} if it.sig else {})
        for it in keys
    ]


def read(content: bytes) -> tuple[FleetKey, ...]:
    """A list whose every signature holds. Raises Malformed."""
    if len(content) > _SIZE_MAX:
        raise Malformed(f"fleet keys: {len(content)} bytes; at most {_SIZE_MAX}")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise Malformed("fleet keys: no JSON") from None
    if not isinstance(value, dict) or value.keys() != {"v", "keys"} or value["v"] != 1:
        raise Malformed("fleet keys: version 1 with its keys is expected")
    return from_json(value["keys"])


def from_json(value: object) -> tuple[FleetKey, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= KEYS_MAX:
        raise Malformed(f"fleet keys: a list of 1 to {KEYS_MAX}")
    keys = tuple(_key(it, first=number == 0) for number, it in enumerate(value))
    for old, new in pairwise(keys):
        try:
            Ed25519PublicKey.from_public_bytes(old.key).verify(new.sig, new.signed)
        except InvalidSignature:
            raise Malformed(f"fleet keys: {new.id} is not signed by {old.id}") from None
    return keys


def _key(value: object, *, first: bool) -> FleetKey:
    names = {"id", "key", "since_ms"} | (set() if first else {"sig"})
    if not isinstance(value, dict) or value.keys() != names:
        raise Malformed(f"fleet keys: each has {', '.join(sorted(names))}")
    since = value["since_ms"]
    if type(since) is not int or not 0 <= since <= codec.INTEGER_MAX:
        raise Malformed("fleet keys: since_ms, a time")
    sig = b"" if first else _bytes(value["sig"], _SIGNATURE_BYTES)
    key = FleetKey(_bytes(value["key"], _KEY_BYTES), since, sig)
    if value["id"] != key.id:
        raise Malformed("fleet keys: an id is not its key's")
    return key


def _bytes(text: object, length: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise Malformed(f"fleet keys: base64 of {length} bytes")
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
