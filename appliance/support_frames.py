"""A short report as a row of QR codes that a screen shows in turn, for a till without a stick or network.

The report is JSON, compressed by zlib and cut into pieces. A frame's text is

    KRAM1*CHECK*NUMBER*COUNT*PIECE

CHECK: CRC-32 of all that was compressed, eight hexadecimal digits, the same in each frame. NUMBER from
1 to COUNT. PIECE: base45 (RFC 9285). All of it are letters of QR's alphanumeric mode, which holds a
byte in 8.25 bits. Frames may be read in any order and as often as one likes.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

PIECE_BYTES = 240
"""A code of 65 modules at level M: a phone reads it from a small screen."""
FRAMES_MAX = 24
"""At four a second all are seen within six seconds."""
FRAMES_PER_S = 4
REPORT_MAX = 1_000_000
_FRAME = re.compile(r"KRAM1\*([0-9A-F]{8})\*(\d{1,2})\*(\d{1,2})\*([0-9A-Z $%*+\-./:]+)")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def frames(report: Mapping[str, Any], log: Sequence[str] = ()) -> list[str]:
    """With as many of the newest log lines as fit."""
    lines = list(log)
    while True:
        packed = zlib.compress(_json({**report, "log": lines}), 9)
        if len(packed) <= PIECE_BYTES * FRAMES_MAX:
            return _cut(packed)
        if not lines:
            raise ValueError("the report is too long for its frames even without a log")
        lines = lines[(len(lines) + 1) // 2 :]


def joined(texts: Iterable[str]) -> dict[str, Any]:
    """The report behind frames in any order, each perhaps several times, among whatever else was
    scanned. Raises ValueError that says which are missing."""
    found: dict[tuple[str, int], dict[int, str]] = {}
    for text in texts:
        match = _FRAME.fullmatch(text.strip("\r\n"))
        if match:
            found.setdefault((match[1], int(match[3])), {})[int(match[2])] = match[4]
    if not found:
        raise ValueError("no frame of a till's report is among them")
    (check, count), pieces = max(found.items(), key=lambda it: len(it[1]) / max(it[0][1], 1))
    missing = [str(number) for number in range(1, count + 1) if number not in pieces]
    if missing:
        raise ValueError(f"of {count} frames there are still missing: {', '.join(missing)}")
    packed = b"".join(_bytes(pieces[number]) for number in range(1, count + 1))
    if f"{zlib.crc32(packed):08X}" != check:
        raise ValueError("the frames do not fit together: scan them once more")
    try:
        unpacker = zlib.decompressobj()
        report = json.loads(unpacker.decompress(packed, REPORT_MAX))
    except (zlib.error, ValueError, RecursionError) as error:
        raise ValueError(f"the report cannot be read: {error}") from error
    if not isinstance(report, dict):
        raise ValueError("the report cannot be read: it is no object")  # noqa: TRY004 - as above
    return report


def _cut(packed: bytes) -> list[str]:
    pieces = [packed[at : at + PIECE_BYTES] for at in range(0, len(packed), PIECE_BYTES)]
    check = f"{zlib.crc32(packed):08X}"
    return [
        f"KRAM1*{check}*{number}*{len(pieces)}*{_letters(piece)}"
        for number, piece in enumerate(pieces, 1)
    ]


def _letters(data: bytes) -> str:
    """Two bytes are three letters, a single one is two; the least significant letter is first."""
    made = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, letter = divmod(value, 45)
            made.append(_LETTERS[letter])
    return "".join(made)


def _bytes(letters: str) -> bytes:
    """Raises ValueError."""
    made = b""
    for at in range(0, len(letters), 3):
        group = letters[at : at + 3]
        value = sum(_LETTERS.index(letter) * 45**place for place, letter in enumerate(group))
        size = len(group) - 1
        if size == 0 or value >= 256**size:
            raise ValueError("the frames do not fit together: scan them once more")
        made += value.to_bytes(size, "big")
    return made


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()
