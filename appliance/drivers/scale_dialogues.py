"""What shop scales say on their serial lines: requests, answers and their meaning. Pure.

Toledo: Mettler-Toledo 8217 service manual, "RS-232 protocol" (weight only, 9600 7E1).
CAS: the ECR dialogue of CAS PD-II, PR-II and AP scales (9600 8N1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import xor

SOH, STX, ETX, EOT, ENQ, ACK, DC1, CR = (bytes([code]) for code in (1, 2, 3, 4, 5, 6, 0x11, 0x0D))

ANSWER_BYTES_MAX = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """weight_kg: only when it may be sold by: stable, in range."""

    weight_kg: Decimal | None
    stable: bool
    overload: bool = False
    underload: bool = False


MOVING = Reading(None, stable=False)
OVERLOAD = Reading(None, stable=True, overload=True)
UNDERLOAD = Reading(None, stable=True, underload=True)


class NotAnAnswer(ValueError):
    """Bytes that no scale of this kind sends: noise, or wrong line settings."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """weigh: what to send, each with the byte string that ends its answer; the last answer is
    the weight. zero, tare: single commands, empty where the scale has none."""

    name: str
    weigh: tuple[tuple[bytes, bytes], ...]
    parse: Callable[[bytes], Reading]
    zero: bytes = b""
    tare: bytes = b""
    bytesize: int = 8
    parity: str = "N"


MOTION_BIT, OVER_BIT, UNDER_BIT, OUTSIDE_ZERO_BIT = 1, 2, 4, 8

_TOLEDO = re.compile(rb"\x02\s*(?:\?(?P<status>.)|(?P<weight>\d{1,5}\.\d{1,3})N?)\r\Z", re.DOTALL)


def parse_toledo(answer: bytes) -> Reading:
    """ "STX 00.735 CR", with N before CR for a net weight, or "STX ? status CR"."""
    found = _TOLEDO.search(answer)
    if not found:
        raise NotAnAnswer(repr(answer))
    if found["weight"]:
        return Reading(Decimal(found["weight"].decode()), stable=True)
    status = found["status"][0]
    if status & MOTION_BIT:
        return MOVING
    if status & OVER_BIT:
        return OVERLOAD
    if status & (UNDER_BIT | OUTSIDE_ZERO_BIT):
        return UNDERLOAD
    raise NotAnAnswer(f"neither weight nor trouble: status {status:#04x}")


_CAS = re.compile(
    rb"\x01\x02(?P<body>(?P<stable>[SU])(?P<sign>[ \-])(?P<weight>[\d. ]{6}|[^\x03]{6})"
    rb"(?P<unit>kg|lb| g))(?P<bcc>.)\x03\x04\Z",
    re.DOTALL,
)


def parse_cas(answer: bytes) -> Reading:
    """ "SOH STX S|U sign weight6 kg BCC ETX EOT"; BCC is the XOR from the status to the unit."""
    found = _CAS.search(answer)
    if not found:
        raise NotAnAnswer(repr(answer))
    if reduce(xor, found["body"]) != found["bcc"][0]:
        raise NotAnAnswer(f"checksum: {answer!r}")
    if found["stable"] == b"U":
        return MOVING
    if found["unit"] != b"kg":
        raise NotAnAnswer(f"the scale weighs in {found['unit'].decode().strip()}, set it to kg")
    digits = found["weight"].replace(b" ", b"").decode("latin-1")
    if not re.fullmatch(r"\d+(\.\d+)?", digits):
        return OVERLOAD
    if found["sign"] == b"-":
        return UNDERLOAD
    # Without a point the last three digits are grams.
    return Reading(Decimal(digits) if "." in digits else Decimal(digits).scaleb(-3), stable=True)


TOLEDO_8217 = Dialogue(
    "toledo8217", ((b"W", CR),), parse_toledo, zero=b"Z", tare=b"T", bytesize=7, parity="E"
)
CAS_ECR = Dialogue("cas", ((ENQ, ACK), (DC1, EOT)), parse_cas, zero=b"Z", tare=b"T")
