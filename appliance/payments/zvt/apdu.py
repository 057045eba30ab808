"""An APDU of ZVT, and how a socket's bytes fall into APDUs.

Source: PA00P015, "APDU structure" and "TCP/IP": CLASS INSTR LENGTH DATA, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.malformed import Malformed
from appliance.payments.zvt.lengths import encoded, read_apdu

_CONTROL = 2


@dataclass(frozen=True, slots=True)
class Apdu:
    """control: class and instruction, four hex digits in upper case ("0601")."""

    control: str
    data: bytes = b""

    @property
    def raw(self) -> bytes:
        return bytes.fromhex(self.control) + encoded("apdu", len(self.data)) + self.data


def read(raw: bytes) -> Apdu:
    """Exactly one APDU. Raises Malformed."""
    if len(raw) < _CONTROL:
        raise Malformed("An APDU begins with two bytes of control")
    length, start = read_apdu(raw, _CONTROL)
    if len(raw) - start != length:
        raise Malformed(f"The length says {length} bytes, {len(raw) - start} follow")
    return Apdu(raw[:_CONTROL].hex().upper(), raw[start:])


class Stream:
    """Takes bytes as they come and hands out whole APDUs.

    No content is an error: a reader waits, and its clock decides. What waits is bounded by the
    length of one APDU, 65540 bytes, and by one read.
    """

    def __init__(self) -> None:
        self._rest = b""

    @property
    def rest(self) -> bytes:
        """What has begun and is not whole."""
        return self._rest

    def feed(self, chunk: bytes) -> list[bytes]:
        waiting = self._rest + chunk
        whole: list[bytes] = []
        at = 0
        while (end := _end(waiting, at)) is not None:
            whole.append(waiting[at:end])
            at = end
        self._rest = waiting[at:]
        return whole


def _end(data: bytes, at: int) -> int | None:
    """Where the APDU that begins there ends; None while bytes are missing."""
    try:
        length, start = read_apdu(data, at + _CONTROL)
    except Malformed:
        return None
    return start + length if start + length <= len(data) else None
