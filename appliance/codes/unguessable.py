"""Gift cards, vouchers and badges: codes of 80 random bits, of which only a keyed hash is kept."""

from __future__ import annotations

import hashlib
import secrets

from appliance.core.barcode.crockford import ALPHABET
from appliance.core.barcode.own import OwnCode, OwnKind, read_own

SYMBOLS = 16
"""80 bits: whoever tries a million a second finds one card of a million in thousands of years."""

_HASH_BYTES = 20
_HINT_LENGTH = 4
_PURPOSE = b"kram own code"


def new_code(kind: OwnKind) -> OwnCode:
    """A code that never was. `.text` goes into the barcode, `.grouped` is for people."""
    assert kind in (OwnKind.GIFT_CARD, OwnKind.VOUCHER, OwnKind.BADGE)
    return OwnCode(kind, "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS)))


def code_hash(code: str, pepper: bytes) -> str:
    """What is kept of a code, scanned or typed: 40 hexadecimal digits, the same at every till that
    has this pepper (`Keys.pepper`), and of no use to whoever reads the journal."""
    own = read_own(code)
    text = own.text if own is not None else code.strip(" \t\r\n")
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"),
        digest_size=_HASH_BYTES,
        key=pepper,
        person=_PURPOSE,
    ).hexdigest()


def hint(code: str) -> str:
    """The last characters, by which people know the card in their hand: 5RMY."""
    own = read_own(code)
    return (own.text if own is not None else code.strip(" \t\r\n"))[-_HINT_LENGTH:]
