"""What passes over an ECR17 line: messages, progress of the terminal, ACK and NAK.

Source: Nexi, "Protocollo ECR17", physical level: STX payload ETX LRC; SOH text EOT without an LRC;
ACK or NAK with ETX and LRC behind it. Terminals differ in what their LRC covers: hence four modes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from appliance.malformed import Malformed

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15
_BASE = 0x7F
FRAME_BYTES_MAX = 4096
"""Four times the longest message of the protocol; what goes on longer is noise."""

MODES = {"std": (), "stx": (STX, ETX), "noext": (ETX,), "stx_noext": (STX,)}
"""Which of the two frame bytes the LRC covers beside the payload."""


def lrc(payload: bytes, mode: str) -> int:
    value = _BASE
    for byte in (*payload, *MODES[mode]):
        value ^= byte
    return value


def wrapped(payload: str, mode: str) -> bytes:
    """Raises Malformed for what is not printable ASCII."""
    data = _printable(payload.encode("utf-8", "surrogatepass"))
    return bytes([STX, *data, ETX, lrc(data, mode)])


def unwrapped(frame: bytes, mode: str) -> str:
    """The payload of exactly one message. Raises Malformed."""
    if len(frame) < len("\2\3L") or frame[0] != STX or frame[-2] != ETX:
        raise Malformed("A frame is 02, payload, 03 and LRC")
    data = _printable(frame[1:-2])
    if frame[-1] != lrc(data, mode):
        raise Malformed(f"The LRC is wrong for the mode {mode}")
    return data.decode("ascii")


def control(byte: int, mode: str) -> bytes:
    """ACK or NAK as it goes out."""
    return bytes([byte, ETX, lrc(bytes([byte]), mode)])


def _printable(data: bytes) -> bytes:
    if any(not 0x20 <= byte <= 0x7E for byte in data):
        raise Malformed("The payload is printable ASCII")
    return data


class Kind(Enum):
    MESSAGE = "message"
    PROGRESS = "progress"
    ACK = "ack"
    NAK = "nak"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Frame:
    kind: Kind
    text: str = ""


class Stream:
    """Takes bytes as they come and hands out frames. Noise between frames is passed over; what
    waits is bounded by FRAME_BYTES_MAX."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Frame]:
        self._rest += chunk
        found: list[Frame] = []
        while self._rest:
            taken = self._next()
            if taken is None:
                break
            frame, length = taken
            self._rest = self._rest[length:]
            if frame is not None:
                found.append(frame)
        if len(self._rest) > FRAME_BYTES_MAX:
            self._rest = b""
            found.append(Frame(Kind.DAMAGED))
        return found

    def _next(self) -> tuple[Frame | None, int] | None:
        """A frame and its length, None and the length of noise, or nothing while bytes miss."""
        data = self._rest
        if data[0] in {ACK, NAK}:
            kind = Kind.ACK if data[0] == ACK else Kind.NAK
            return (Frame(kind), 3) if len(data) >= len("\6\3L") else None
        if data[0] == STX:
            end = data.find(ETX) + 1
            return (self._message(data[: end + 1]), end + 1) if 0 < end < len(data) else None
        if data[0] == SOH:
            end = data.find(EOT)
            if end < 0:
                return None
            text = data[1:end].decode("ascii", "replace").strip()
            return Frame(Kind.PROGRESS, text), end + 1
        return None, 1

    def _message(self, frame: bytes) -> Frame:
        try:
            return Frame(Kind.MESSAGE, unwrapped(frame, self._mode))
        except Malformed:
            return Frame(Kind.DAMAGED)
