"""The two alphabets in which a ZVT terminal writes: CP437, and the seven bits of DIN 66003."""

from __future__ import annotations

from appliance.malformed import Malformed

_DIN_66003 = str.maketrans("@[\\]{|}~", "§ÄÖÜäöüß")


def _cp437(data: bytes) -> str:
    return data.decode("cp437")


def _din66003(data: bytes) -> str:
    try:
        return data.decode("ascii").translate(_DIN_66003)
    except UnicodeDecodeError:
        raise Malformed("DIN 66003 has seven bits, and a byte is above 7F") from None


CHARSETS = {"cp437": _cp437, "din66003": _din66003}


def text(data: bytes, charset: str) -> str:
    """Without the NULs that fill it up. Raises Malformed."""
    return CHARSETS[charset](data).rstrip("\0")
