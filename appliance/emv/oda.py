"""Offline data authentication: SDA, DDA and CDA, from the scheme's key down to the card's signature.

EMV Book 2, chapters 5 and 6. A step gives its result, FAILED, or None when it was not tried: its
certificate is absent, or the key that it needs was not recovered. Dates are returned, not judged,
for the caller has the calendar.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from appliance.emv import response
from appliance.emv.recovery import RSA, SHA1, SHA1_BYTES, PublicKey, recover
from appliance.emv.tags import Tags, digits, needed
from appliance.emv.tlv import first
from appliance.malformed import Malformed

ISSUER_CERTIFICATE, STATIC_DATA, ICC_CERTIFICATE, DYNAMIC_DATA = 0x02, 0x03, 0x04, 0x05

Failed = Literal[False]
FAILED: Failed = False

_ISSUER_IDENTIFIER = re.compile("[0-9]{3,8}")


@dataclass(frozen=True, slots=True)
class Issuer:
    key: PublicKey
    expiry_mmyy: bytes
    identifier: bytes


@dataclass(frozen=True, slots=True)
class Static:
    """proven: None when the static data was not at hand, so that the hash says nothing."""

    proven: Literal[True] | None
    data_authentication_code: bytes


@dataclass(frozen=True, slots=True)
class Icc:
    proven: Literal[True] | None
    key: PublicKey
    pan: bytes
    expiry_mmyy: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """What a CDA signature binds beside the card's own number."""

    cid: bytes
    cryptogram: bytes
    transaction_data_hash: bytes


@dataclass(frozen=True, slots=True)
class Dynamic:
    proven: Literal[True] | None
    icc_dynamic_number: bytes
    signed: Signed | None


@dataclass(frozen=True, slots=True)
class Generated:
    """A GENERATE AC as CDA signs it: the data sent, and the answer with its status word."""

    pdol_data: bytes
    cdol1_data: bytes
    cdol2_data: bytes
    answer: bytes


def issuer(ca: PublicKey, icc: Tags) -> Issuer | Failed:
    """The issuer's key from its certificate (90), by the scheme's key."""
    exponent = needed(icc, "9F32")
    found = recover(needed(icc, "90"), ca, ISSUER_CERTIFICATE)
    if found is None or len(found.content) < 13:
        return FAILED
    identifier, expiry, content = found.content[:4], found.content[4:6], found.content[9:]
    key = _key(content, icc.get("92"), exponent)
    if key is None or not _issues(identifier, icc.get("5A")):
        return FAILED
    if not found.proves(key.remainder + exponent):
        return FAILED
    return Issuer(PublicKey(key.modulus, exponent), expiry, identifier)


def static(key: PublicKey, icc: Tags, static_data: bytes | None) -> Static | Failed | None:
    """The issuer's signature over the static data (93)."""
    if "93" not in icc:
        return None
    found = recover(icc["93"], key, STATIC_DATA)
    if found is None or len(found.content) < 3 or found.content[0] != SHA1:
        return FAILED
    if static_data is not None and not found.proves(static_data):
        return FAILED
    return Static(_proven(static_data), found.content[1:3])


def card(key: PublicKey, icc: Tags, static_data: bytes | None) -> Icc | Failed | None:
    """The card's key from its certificate (9F46), by the issuer's key."""
    if "9F46" not in icc:
        return None
    exponent = needed(icc, "9F47")
    found = recover(icc["9F46"], key, ICC_CERTIFICATE)
    if found is None or len(found.content) < 19:
        return FAILED
    pan, expiry, content = found.content[:10], found.content[10:12], found.content[15:]
    own = _key(content, icc.get("9F48"), exponent)
    if own is None or ("5A" in icc and digits(icc["5A"]) != digits(pan)):
        return FAILED
    if static_data is not None and not found.proves(own.remainder + exponent + static_data):
        return FAILED
    return Icc(_proven(static_data), PublicKey(own.modulus, exponent), pan, expiry)


def dynamic(
    key: PublicKey, icc: Tags, dynamic_data: bytes | None, *, combined: bool
) -> Dynamic | Failed | None:
    """The card's own signature (9F4B). combined: it binds a cryptogram too, which is CDA."""
    if "9F4B" not in icc:
        return None
    found = recover(icc["9F4B"], key, DYNAMIC_DATA)
    if found is None or len(found.content) < 2 or found.content[0] != SHA1:
        return FAILED
    length, rest = found.content[1], found.content[2:]
    data = rest[:length]
    if length > len(rest) or not data or not 2 <= data[0] <= 8:
        return FAILED
    number, bound = data[1 : 1 + data[0]], data[1 + data[0] :]
    if len(number) != data[0] or (combined and len(bound) < 9 + SHA1_BYTES):
        return FAILED
    if dynamic_data is not None and not found.proves(dynamic_data):
        return FAILED
    signed = Signed(bound[:1], bound[1:9], bound[9 : 9 + SHA1_BYTES]) if combined else None
    return Dynamic(_proven(dynamic_data), number, signed)


def transaction(signed: Signed, generated: Generated) -> bool:
    """Whether the answer to GENERATE AC, and what was asked, is what the card signed."""
    try:
        got = response.read(generated.answer)
    except Malformed:
        return False
    if got.status != response.DONE or [it.tag for it in got.objects] != ["77"]:
        return False
    parts = got.objects[0].parts
    cid = first(parts, "9F27")
    if cid is None or cid.value != signed.cid:
        return False
    hashed = hashlib.sha1(  # noqa: S324  EMV's hash
        generated.pdol_data + generated.cdol1_data + generated.cdol2_data
    )
    for part in parts:
        if part.tag != "9F4B":
            hashed.update(part.encoded)
    return hashed.digest() == signed.transaction_data_hash


@dataclass(frozen=True, slots=True)
class _Key:
    modulus: bytes
    remainder: bytes


def _key(content: bytes, remainder: bytes | None, exponent: bytes) -> _Key | None:
    """A key from `content`: algorithms, lengths, and as much of the key as had room.

    What had no room is the remainder; a key that fits has none, whatever the card hands out.
    """
    hash_algorithm, algorithm, length, exponent_length = content[:4]
    part = content[4:]
    if (hash_algorithm, algorithm, exponent_length) != (SHA1, RSA, len(exponent)):
        return None
    if length <= len(part):
        return _Key(part[:length], b"")
    if remainder is None or len(part) + len(remainder) != length:
        return None
    return _Key(part + remainder, remainder)


def _issues(identifier: bytes, pan: bytes | None) -> bool:
    number = digits(identifier)
    return bool(_ISSUER_IDENTIFIER.fullmatch(number)) and (
        pan is None or digits(pan).startswith(number)
    )


def _proven(covered: bytes | None) -> Literal[True] | None:
    """True for a hash that was checked; where it does not fit the step has already failed."""
    return None if covered is None else True
