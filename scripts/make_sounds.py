"""Writes the till's three sounds: a scan taken, a request refused, a typed number put aside.

.venv/bin/python scripts/make_sounds.py
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE_HZ = 22_050
FOLDER = Path(__file__).parent.parent / "appliance" / "ui" / "sounds"
SOUNDS: dict[str, list[tuple[float, float]]] = {
    # (frequency in Hz, 0 is silence; seconds). High and short is yes, low and twice is no.
    "scan": [(1760, 0.07)],
    "refused": [(311, 0.14), (0, 0.05), (247, 0.24)],
    "cleared": [(880, 0.05), (0, 0.03), (587, 0.09)],
}


def samples(notes: list[tuple[float, float]]) -> bytes:
    """16-bit mono; each note swells and fades over 5 ms so that it does not click."""
    out = bytearray()
    edge = RATE_HZ * 5 // 1000
    for frequency, seconds in notes:
        count = round(RATE_HZ * seconds)
        for at in range(count):
            loud = min(1.0, at / edge, (count - at) / edge)
            turn = 2 * math.pi * frequency * at / RATE_HZ
            wave_value = math.sin(turn) + 0.25 * math.sin(2 * turn)
            out += struct.pack("<h", round(18_000 * loud * wave_value))
    return bytes(out)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE_HZ)
            out.writeframes(samples(notes))


if __name__ == "__main__":
    main()
