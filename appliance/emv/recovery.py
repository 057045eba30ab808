"""What an RSA signature of a card or its issuer hides: recovery and hash (EMV Book 2, annex A2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

HEADER, TRAILER = 0x6A, 0xBC
SHA1_BYTES = 20
SHA1, RSA = 0x01, 0x01
"""Algorithm indicators: those that EMV knows for these structures."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    modulus: bytes
    exponent: bytes


@dataclass(frozen=True, slots=True)
class Recovered:
    """content: between the format byte and the hash. signed: what the hash covers of it."""

    content: bytes
    signed: bytes
    hash: bytes

    def proves(self, appendix: bytes) -> bool:
        """Whether the hash is that of the recovered part followed by `appendix`."""
        return hashlib.sha1(self.signed + appendix).digest() == self.hash  # noqa: S324  EMV's hash


def recover(signature: bytes, key: PublicKey, form: int) -> Recovered | None:
    """The structure of format `form`; None when it is none, so that nothing was signed."""
    length, modulus = len(key.modulus), int.from_bytes(key.modulus, "big")
    if len(signature) != length or length < SHA1_BYTES + 3 or not modulus:
        return None
    power = pow(int.from_bytes(signature, "big"), int.from_bytes(key.exponent, "big"), modulus)
    plain = power.to_bytes(length, "big")
    if plain[:2] != bytes([HEADER, form]) or plain[-1] != TRAILER:
        return None
    hash_at = length - 1 - SHA1_BYTES
    return Recovered(plain[2:hash_at], plain[1:hash_at], plain[hash_at:-1])
