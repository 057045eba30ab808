"""The till's signature on the head of a batch: ES256, as in JWS (RFC 7518, 3.4).

The head's hash commits to the till, the epoch, the seq and everything before, so one signature
proves the whole chain so far.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

_HALF = 32
_ES256 = ec.ECDSA(hashes.SHA256())


def sign(key: ec.EllipticCurvePrivateKey, head: bytes) -> str:
    """key: on P-256."""
    r, s = decode_dss_signature(key.sign(head, _ES256))
    return base64.b64encode(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")).decode()


def is_signed(key: ec.EllipticCurvePublicKey, head: bytes, signature: str) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 2 * _HALF:
        return False
    r, s = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
    try:
        key.verify(encode_dss_signature(r, s), head, _ES256)
    except InvalidSignature:
        return False
    return True
