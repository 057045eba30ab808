"""Public keys of schemes, taken only with the checksum that their publisher prints beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from appliance.emv.recovery import PublicKey
from appliance.malformed import Malformed


@dataclass(frozen=True, slots=True)
class CaKey:
    """expires: YYMMDD, "" for a key that says none."""

    key: PublicKey
    expires: str = ""


def checksum(rid: bytes, index: int, key: PublicKey) -> bytes:
    """SHA-1 over RID, index, modulus and exponent (EMV Book 2, 11.2.2)."""
    covered = rid + bytes([index]) + key.modulus + key.exponent
    return hashlib.sha1(covered).digest()  # noqa: S324  as it is published


def checked(rid: bytes, index: int, key: PublicKey, digest: bytes, expires: str = "") -> CaKey:
    """Public lists hold wrong keys: one whose checksum differs is refused."""
    if checksum(rid, index, key) != digest:
        raise Malformed(f"Key {index:02X} of {rid.hex().upper()}: the checksum is of another key")
    return CaKey(key, expires)
