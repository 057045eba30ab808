"""Whose releases a till installs: the keys that the offline root vouches for, and those it took back.

Two kinds of keys sign what runs on tills. A root key is used once in a long while, on a machine
without a network; its public half lies in the image. A release key signs each release. The root
signs the list of release keys; a list with a higher serial takes the place of every older one, so
that a key which got into wrong hands is taken back by the next list, and cannot come again by an
old one.

    {"kind":"release-keys","serial":1767225600,"issued":ms,"expires":ms,
     "keys":["<base64, 32 bytes>",..],"revoked":["<id>",..]}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.malformed import Malformed
from appliance.wire import envelope, fields

KIND = "release-keys"
KEYS_MAX = 16
REVOKED_MAX = 256
ROOTS_MAX = 8
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    """serial: rises with each list. keys: those that count now, by their ids. revoked: ids whose
    releases nobody installs any more, whatever else is signed by them."""

    serial: int
    issued_ms: int
    expires_ms: int
    keys: Mapping[str, bytes] = field(default_factory=dict)
    revoked: tuple[str, ...] = ()

    @property
    def counting(self) -> envelope.KeyRing:
        return {
            id_: Ed25519PublicKey.from_public_bytes(key)
            for id_, key in self.keys.items()
            if id_ not in self.revoked
        }


def id_of(key: bytes) -> str:
    """What a public key is called wherever it signs."""
    return hashlib.sha256(key).hexdigest()[:16]


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def signed(told: ReleaseKeys, root: Ed25519PrivateKey) -> str:
    """The list as it travels."""
    body = {
        "kind": KIND,
        "serial": told.serial,
        "issued": told.issued_ms,
        "expires": told.expires_ms,
        "keys": [written(it) for it in told.keys.values()],
        "revoked": list(told.revoked),
    }
    return envelope.sealed(body, id_of(public(root)), root).decode()


def read(text: str, roots: envelope.KeyRing) -> ReleaseKeys:
    """A list that a root signed. Raises Malformed or envelope.Forged."""
    body = envelope.opened(text.encode(), roots, KIND)
    keys = [key_of(it) for it in fields.rows(body, "keys", KEYS_MAX)]
    revoked = fields.rows(body, "revoked", REVOKED_MAX)
    if not all(isinstance(it, str) for it in revoked):
        raise Malformed("revoked: ids of keys")
    return ReleaseKeys(
        fields.whole(body, "serial", least=1),
        fields.whole(body, "issued"),
        fields.whole(body, "expires"),
        {id_of(it): it for it in keys},
        tuple(revoked),
    )


def newest(lists: Iterable[ReleaseKeys | None]) -> ReleaseKeys | None:
    """What a till goes by of those it was ever given."""
    return max((it for it in lists if it), key=lambda it: it.serial, default=None)


def roots_of(text: str) -> dict[str, Ed25519PublicKey]:
    """The roots in an image's file: a key a line, in base64; `#` begins a remark. Raises Malformed."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    keys = [key_of(line) for line in lines if line]
    if len(keys) > ROOTS_MAX:
        raise Malformed(f"at most {ROOTS_MAX} roots")
    return {id_of(it): Ed25519PublicKey.from_public_bytes(it) for it in keys}


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def key_of(text: object) -> bytes:
    """Raises Malformed."""
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != _KEY_BYTES:
        raise Malformed(f"a key is base64 of {_KEY_BYTES} bytes")
    return found
