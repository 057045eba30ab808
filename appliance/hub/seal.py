"""Messages between the tills of a shop: encrypted and proven by the key that these tills share.

AES-256-GCM with a key from the shop's pepper by HKDF (RFC 5869); the topic is bound in. Whoever is on
the shop's Wi-Fi without being one of its tills can hear that there is traffic, and hold it up.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.core import codec
from appliance.malformed import Malformed

MESSAGE_MAX = 256 << 10
"""Bytes on the wire."""
_PLAIN_MAX = 8 << 20
_NONCE = 12


def key_of(pepper: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"kram hub 1").derive(pepper)


def password_of(key: bytes) -> str:
    """Of the shop's broker; whoever has the key can make it."""
    derived = HKDF(hashes.SHA256(), 18, salt=None, info=b"kram hub broker 1").derive(key)
    return base64.urlsafe_b64encode(derived).decode()


class Seal:
    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def close(self, topic: str, message: dict[str, Any]) -> bytes:
        nonce = os.urandom(_NONCE)
        plain = zlib.compress(codec.canonical(message), 6)
        return nonce + self._aead.encrypt(nonce, plain, topic.encode())

    def open(self, topic: str, payload: bytes) -> dict[str, Any]:
        """Raises Malformed for whatever no till of this shop sent on this topic."""
        if len(payload) > MESSAGE_MAX or len(payload) <= _NONCE:
            raise Malformed("too long or too short for a till's message")
        try:
            plain = self._aead.decrypt(payload[:_NONCE], payload[_NONCE:], topic.encode())
        except InvalidTag:
            raise Malformed("not of a till of this shop") from None
        inflate = zlib.decompressobj()
        try:
            text = inflate.decompress(plain, _PLAIN_MAX)
            value = json.loads(text) if inflate.eof else None
        except (zlib.error, ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Malformed("a till of this shop speaks another version")
        return value
