"""Gift cards and vouchers that the till prints: a code made from a seed and the shop's key.

The journal holds the seed, which says nothing without the key, so that a slip that the printer did
not bring out can be printed again after a power cut; the code itself is kept nowhere.
"""

from __future__ import annotations

import hashlib
import secrets

from appliance.codes.unguessable import SYMBOLS
from appliance.core.barcode.crockford import symbols_of_bytes
from appliance.core.barcode.own import OwnCode, OwnKind

SEED_BYTES = 12
"""96 random bits, more than the 80 of the code that comes of them."""

_PURPOSE = b"kram card seed"


def new_seed() -> str:
    return secrets.token_hex(SEED_BYTES)


def seeded_code(kind: OwnKind, seed: str, pepper: bytes) -> OwnCode:
    """The code of a seed: always the same with the same key, and unguessable without it."""
    digest = hashlib.blake2b(
        f"{kind.value}{seed}".encode(), digest_size=SYMBOLS * 5 // 8, key=pepper, person=_PURPOSE
    ).digest()
    return OwnCode(kind, symbols_of_bytes(digest))
