"""What a card computes with its own TDES key: EMV Book 2, annex A1.3, A1.4 and chapter 8.

The host of the closed loop checks it with pyemv, so that two hands wrote the two sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

ISSUER_MASTER_KEY = bytes.fromhex("2315208C9110AD402315208C9110AD40")


@dataclass(frozen=True)
class Secret:
    """master: the card's own key for cryptograms. profile: its AIP, which the cryptogram covers."""

    master: bytes
    profile: bytes

    def cryptogram(self, _kind: int, atc: int, data: bytes) -> bytes:
        """Over the terminal's data, AIP, counter and the card's own results (9F10 is 0601)."""
        counter = atc.to_bytes(2, "big")
        return _mac(self._session(counter), data + self.profile + counter + b"\x06\x01")

    def response(self, request: bytes, code: bytes, atc: int) -> bytes:
        """ARPC, method 1."""
        covered = bytes(a ^ b for a, b in zip(request, code.ljust(8, b"\0"), strict=True))
        return _tdes(self._session(atc.to_bytes(2, "big")), covered)

    def _session(self, counter: bytes) -> bytes:
        left, right = (counter + half + bytes(5) for half in (b"\xf0", b"\x0f"))
        return _tdes(self.master, left) + _tdes(self.master, right)


def of_card(pan: str, sequence: str, profile: int) -> Secret:
    """Option A: from the last sixteen digits of number and sequence number."""
    block = bytes.fromhex((pan + sequence)[-16:].rjust(16, "0"))
    other = bytes(it ^ 0xFF for it in block)
    halves = _tdes(ISSUER_MASTER_KEY, block) + _tdes(ISSUER_MASTER_KEY, other)
    return Secret(halves, bytes([profile, 0x00]))


def _tdes(key: bytes, block: bytes) -> bytes:
    done = Cipher(TripleDES(key + key[:8]), modes.ECB()).encryptor()
    return done.update(block) + done.finalize()


def _mac(key: bytes, data: bytes) -> bytes:
    """ISO/IEC 9797-1 algorithm 3, padding method 2."""
    padded = data + b"\x80"
    padded += bytes(-len(padded) % 8)
    single = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor()
    chained = (single.update(padded) + single.finalize())[-8:]
    undone = Cipher(TripleDES(key[8:] * 3), modes.ECB()).decryptor()
    last = Cipher(TripleDES(key[:8] * 3), modes.ECB()).encryptor()
    return last.update(undone.update(chained) + undone.finalize())
