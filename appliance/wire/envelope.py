"""What the fleet signs and a till believes: a JSON body under Ed25519 (RFC 8032), by a named key.

    {"v":1,"key":"<id>","body":{"kind":"command",...},"sig":"<base64, 64 bytes>"}

Signed are the bytes `kram fleet 1`, a line feed and the canonical body (as `core.codec.canonical`
writes it: keys sorted, no spaces, UTF-8). Bodies hold no fractions, so that two programs always
mean the same bytes. The broker, and whoever took it over, can delay or drop what is signed, never
change or make it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.core import codec
from appliance.malformed import Malformed
from appliance.wire import fields

ENVELOPE_MAX = 128 * 1024
"""Bytes; what is longer is fetched, not sent."""
_SIGNATURE_BYTES = 64
_KEY_ID_MAX = 40
_DEPTH_MAX = 12
"""Below what any reader of JSON takes: a body is written by people."""
_CONTEXT = b"kram fleet 1\n"

Body = dict[str, Any]
KeyRing = Mapping[str, Ed25519PublicKey]
"""Keys of the fleet that a till believes, by their ids."""


class Forged(ValueError):
    """The signature is not one of a known key over this body."""


def sealed(body: Body, key_id: str, key: Ed25519PrivateKey) -> bytes:
    """The envelope of a body; Malformed when the body holds a fraction or is too long."""
    check(body)
    signature = key.sign(_CONTEXT + codec.canonical(body))
    sig = base64.b64encode(signature).decode()
    payload = fields.message(key=key_id, body=body, sig=sig)
    if len(payload) > ENVELOPE_MAX:
        raise Malformed(f"an envelope of {len(payload)} bytes; at most {ENVELOPE_MAX}")
    return payload


def opened(payload: bytes, keys: KeyRing, kind: str) -> Body:
    """The body, once its signature holds and it is of this kind. Raises Malformed or Forged."""
    key_id, body, signature = _read(payload)
    key = keys.get(key_id)
    if key is None:
        raise Forged(f"signed by {key_id!r}, which this till does not know")
    try:
        key.verify(signature, _CONTEXT + codec.canonical(body))
    except InvalidSignature:
        raise Forged(f"not what {key_id!r} signed") from None
    if body.get("kind") != kind:
        raise Malformed(f"a {body.get('kind')!r}, where a {kind!r} is expected"[:200])
    return body


def _read(payload: bytes) -> tuple[str, Body, bytes]:
    value = fields.parse(payload, ENVELOPE_MAX)
    key_id, body = fields.text(value, "key", longest=_KEY_ID_MAX), value.get("body")
    if not isinstance(body, dict):
        raise Malformed("body: an object")
    check(body)
    return key_id, body, _signature(value.get("sig"))


def _signature(text: object) -> bytes:
    try:
        signature = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        signature = b""
    if len(signature) != _SIGNATURE_BYTES:
        raise Malformed("sig: base64 of 64 bytes")
    return signature


def check(body: Body) -> None:
    """Nothing whose bytes two programs could write differently, nothing too deep."""
    level: list[Any] = [body]
    for _ in range(_DEPTH_MAX):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, str):
                _whole_text(value)
            elif value is not None and not isinstance(value, int):
                raise Malformed(f"{type(value).__name__} cannot be signed")
            elif isinstance(value, int) and abs(value) > codec.INTEGER_MAX:
                raise Malformed(f"a whole number of more than {codec.INTEGER_MAX}")
        if not below:
            return
        level = below
    raise Malformed(f"deeper than {_DEPTH_MAX} levels")


def _whole_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Malformed("half a surrogate pair is no character") from None
