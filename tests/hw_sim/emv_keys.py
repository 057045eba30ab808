"""Issuer and card keys of a test scheme: real RSA, certificates as EMV Book 2 lays them out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa

PAN = "9804000000000010"
"""A number of no scheme: 98 belongs to nobody."""


@dataclass(frozen=True)
class Key:
    modulus: bytes
    exponent: bytes
    secret: int

    def sign(self, form_and_content: bytes, appendix: bytes = b"") -> bytes:
        """6A, format and content, padding BB, SHA-1 over both and the appendix, BC; then RSA."""
        room = len(self.modulus) - 22
        assert len(form_and_content) <= room
        signed = form_and_content.ljust(room, b"\xbb")
        digest = hashlib.sha1(signed + appendix).digest()
        return self.power(b"\x6a" + signed + digest + b"\xbc")

    def power(self, plain: bytes) -> bytes:
        """Any plain text whatever, sound or not."""
        assert len(plain) == len(self.modulus)
        number = pow(int.from_bytes(plain, "big"), self.secret, int.from_bytes(self.modulus, "big"))
        return number.to_bytes(len(self.modulus), "big")


@cache
def key(length: int, exponent: int = 65537, name: str = "") -> Key:
    """A key of `length` bytes, the same one for the same words; 128 bytes are the least."""
    made = rsa.generate_private_key(public_exponent=exponent, key_size=length * 8)
    numbers = made.private_numbers()
    return Key(
        numbers.public_numbers.n.to_bytes(length, "big"),
        exponent.to_bytes((exponent.bit_length() + 7) // 8, "big"),
        numbers.d,
    )


@dataclass(frozen=True)
class Certified:
    """A certificate and the remainder of the key that had no room in it."""

    certificate: bytes
    remainder: bytes


def issuer_certificate(
    ca: Key, issuer: Key, identifier: str = "9804FFFF", expiry_mmyy: str = "1230"
) -> Certified:
    head = bytes.fromhex("02" + identifier + expiry_mmyy + "00000A")
    return _certify(ca, head, issuer, b"")


def card_certificate(
    issuer: Key, card: Key, static_data: bytes, pan: str = PAN, expiry_mmyy: str = "1230"
) -> Certified:
    head = bytes.fromhex("04" + pan.ljust(20, "F") + expiry_mmyy + "00000B")
    return _certify(issuer, head, card, static_data)


def _certify(above: Key, head: bytes, below: Key, appendix: bytes) -> Certified:
    head += bytes([1, 1, len(below.modulus), len(below.exponent)])
    room = len(above.modulus) - 22 - len(head)
    remainder = below.modulus[room:]
    covered = remainder + below.exponent + appendix
    return Certified(above.sign(head + below.modulus[:room], covered), remainder)


def static_signature(issuer: Key, static_data: bytes, code: str = "DAC1") -> bytes:
    return issuer.sign(bytes.fromhex("0301" + code), static_data)


def dynamic_signature(card: Key, dynamic: bytes, challenge: bytes) -> bytes:
    """dynamic: what the card says, its own number first with its length before it."""
    return card.sign(bytes([5, 1, len(dynamic)]) + dynamic, challenge)
