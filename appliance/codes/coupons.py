"""Single-use coupons that carry their own proof: what they are good for, signed by the shop's key.

Any till of the shop can tell a true coupon without a network; that it is used once only is the
journal's business, by `Coupon.identity`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from appliance.core.barcode.crockford import ALPHABET, bytes_of_symbols, symbols_of_bytes
from appliance.core.barcode.own import OwnCode, OwnKind, read_own

MAC_BYTES = 10
"""80 bits of HMAC-SHA-256."""

KEYS_MAX = len(ALPHABET)
"""One symbol says which key signed."""

TEXT_BYTES_MAX = 40
"""Of the promotion's word and of the customer's: more would not fit a code that scans well."""

SERIAL_MAX = 2**40 - 1
_SERIAL_BYTES = 5
_DAYS_BYTES = 2
_DAY_ZERO = date(2020, 1, 1)
_NEVER = 0
_PURPOSE = b"kram coupon 1\0"


@dataclass(frozen=True, slots=True)
class Coupon:
    """promotion: the word that offers ask for. expires: its last day, None for never.
    customer: whose it is, "" for anyone's. key: which of the shop's keys signed it."""

    promotion: str
    serial: int
    expires: date | None = None
    customer: str = ""
    key: int = 0

    @property
    def identity(self) -> str:
        """What is used once: "AUTUMN-118"."""
        return f"{self.promotion}-{self.serial}"


class CouponFault(StrEnum):
    """malformed: no coupon, or misread. unknown_key: of another shop, or of a key thrown away.
    forged: not signed by the shop, or changed since. expired: true, but its day is over."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CouponProblem:
    """Why a coupon is not taken. coupon: what it was, of an expired one only."""

    fault: CouponFault
    coupon: Coupon | None = None


def sign_coupon(coupon: Coupon, keys: Mapping[int, bytes]) -> OwnCode:
    """The code to print; a small QR code, or a long Code 128. Raises ValueError for what does not
    fit: a word of over 40 bytes, a serial over 2^40, a day before 2020 or after 2199."""
    return OwnCode(
        OwnKind.COUPON,
        ALPHABET[coupon.key] + symbols_of_bytes(_signed(_payload(coupon), coupon.key, keys)),
    )


def read_coupon(code: str, keys: Mapping[int, bytes], today: date) -> Coupon | CouponProblem:
    """The coupon that was scanned or typed, or why it is not taken."""
    own = read_own(code)
    if own is None or own.kind is not OwnKind.COUPON:
        return CouponProblem(CouponFault.MALFORMED)
    key = ALPHABET.index(own.body[0])
    data = bytes_of_symbols(own.body[1:])
    if data is None or len(data) <= MAC_BYTES:
        return CouponProblem(CouponFault.MALFORMED)
    if key not in keys:
        return CouponProblem(CouponFault.UNKNOWN_KEY)
    payload = data[:-MAC_BYTES]
    if not hmac.compare_digest(_signed(payload, key, keys), data):
        return CouponProblem(CouponFault.FORGED)
    coupon = _coupon(payload, key)
    if coupon is None:
        return CouponProblem(CouponFault.MALFORMED)
    if coupon.expires is not None and coupon.expires < today:
        return CouponProblem(CouponFault.EXPIRED, coupon)
    return coupon


def _signed(payload: bytes, key: int, keys: Mapping[int, bytes]) -> bytes:
    message = _PURPOSE + bytes([key]) + payload
    return payload + hmac.digest(keys[key], message, hashlib.sha256)[:MAC_BYTES]


def _payload(coupon: Coupon) -> bytes:
    """Expiry in days (0 for never), serial, the promotion with its length, the customer."""
    days = _NEVER if coupon.expires is None else (coupon.expires - _DAY_ZERO).days + 1
    promotion, customer = coupon.promotion.encode(), coupon.customer.encode()
    if not 0 <= days < 256**_DAYS_BYTES or (coupon.expires is not None and days == _NEVER):
        raise ValueError(f"a coupon expires from 2020 to 2199, not on {coupon.expires}")
    if not 0 <= coupon.serial <= SERIAL_MAX:
        raise ValueError(f"a coupon's serial is from 0 to {SERIAL_MAX}, not {coupon.serial}")
    if not promotion or max(len(promotion), len(customer)) > TEXT_BYTES_MAX:
        raise ValueError(
            f"the promotion's word and the customer's have at most {TEXT_BYTES_MAX} bytes"
        )
    return b"".join(
        (
            days.to_bytes(_DAYS_BYTES, "big"),
            coupon.serial.to_bytes(_SERIAL_BYTES, "big"),
            bytes([len(promotion)]),
            promotion,
            customer,
        )
    )


def _coupon(payload: bytes, key: int) -> Coupon | None:
    head = _DAYS_BYTES + _SERIAL_BYTES + 1
    if len(payload) < head:
        return None
    days = int.from_bytes(payload[:_DAYS_BYTES], "big")
    promotion_end = head + payload[head - 1]
    try:
        promotion = payload[head:promotion_end].decode()
        customer = payload[promotion_end:].decode()
    except UnicodeDecodeError:
        return None
    return Coupon(
        promotion=promotion,
        serial=int.from_bytes(payload[_DAYS_BYTES : head - 1], "big"),
        expires=None if days == _NEVER else _DAY_ZERO + timedelta(days - 1),
        customer=customer,
        key=key,
    )
