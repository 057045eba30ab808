"""The frame around an APDU on a serial line: 10 02 APDU 10 03 CRC, each 10 of the APDU doubled.

Source: PA00P015, "RS-232 transport protocol". The CRC is CRC-16/KERMIT over the APDU as it was
before doubling and the 03, its low byte first.
"""

from __future__ import annotations

from appliance.malformed import Malformed

DLE, STX, ETX = 0x10, 0x02, 0x03
ACK, NAK = b"\x06", b"\x15"
START = bytes([DLE, STX])
_END = bytes([DLE, ETX])
_POLYNOMIAL = 0x8408
CRC_LENGTH = 2


def crc(apdu: bytes) -> bytes:
    value = 0
    for byte in (*apdu, ETX):
        value ^= byte
        for _bit in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
    return value.to_bytes(CRC_LENGTH, "little")


def wrapped(apdu: bytes) -> bytes:
    doubled = apdu.replace(bytes([DLE]), bytes([DLE, DLE]))
    return START + doubled + _END + crc(apdu)


def unwrapped(frame: bytes) -> bytes:
    """The APDU of exactly one frame. Raises Malformed."""
    if not frame.startswith(START):
        raise Malformed("A frame begins with 10 02")
    end = end_of(frame)
    if end is None:
        raise Malformed("The frame is cut off")
    if end != len(frame):
        raise Malformed(f"{len(frame) - end} bytes are left over")
    body = frame[len(START) : -len(_END) - CRC_LENGTH]
    apdu = body.replace(bytes([DLE, DLE]), bytes([DLE]))
    if crc(apdu) != frame[-CRC_LENGTH:]:
        raise Malformed("The CRC is wrong")
    return apdu


def end_of(frame: bytes) -> int | None:
    """Where the frame ends that begins `frame`; None while bytes are missing. Raises Malformed."""
    at = len(START)
    while True:
        at = frame.find(DLE, at)
        if at < 0 or at + 1 >= len(frame):
            return None
        if frame[at + 1] == ETX:
            end = at + len(_END) + CRC_LENGTH
            return end if end <= len(frame) else None
        if frame[at + 1] != DLE:
            raise Malformed("A single 10 stands inside the frame")
        at += 2
