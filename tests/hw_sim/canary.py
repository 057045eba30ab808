"""Looks for a planted card number in any file, in every form that a program might leave it in."""

from __future__ import annotations

import base64
import mmap
from collections.abc import Iterator
from pathlib import Path

CANARIES = ("4761739001010119", "5413330089020011")
"""Published test cards."""


def forms(number: str) -> Iterator[tuple[str, bytes]]:
    """Each form's name and its bytes; of base64 the part that does not hang on its neighbours."""
    text = number.encode()
    yield "ASCII", text
    yield "BCD", bytes.fromhex(number)
    for name, data in (("ASCII", text), ("BCD", bytes.fromhex(number))):
        yield f"hex of {name}", data.hex().encode()
        yield f"HEX of {name}", data.hex().upper().encode()
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + data + b"\0" * 3)
            start = -(-shift * 8 // 6)
            yield (
                f"base64 of {name}, shifted by {shift}",
                whole[start : (shift + len(data)) * 8 // 6],
            )
    for name, between in (("spaces", " "), ("hyphens", "-")):
        yield name, between.join(number[at : at + 4] for at in range(0, len(number), 4)).encode()
    yield "UTF-16 LE", number.encode("utf-16-le")
    yield "UTF-16 BE", number.encode("utf-16-be")


def hits(path: Path, numbers: tuple[str, ...] = CANARIES) -> list[str]:
    """Where the numbers stand in a file: form and place."""
    if not path.is_file() or not path.stat().st_size:
        return []
    found = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for number in numbers:
            for name, form in dict(forms(number)).items():
                at = data.find(form)
                if at >= 0:
                    found.append(f"{path.name}: {name} of …{number[-4:]} at {at}")
    return found


def hits_below(folder: Path, numbers: tuple[str, ...] = CANARIES) -> list[str]:
    """In all files of a folder."""
    return [hit for path in sorted(folder.rglob("*")) for hit in hits(path, numbers)]
