"""What was written onto which card, when, and by whom: a line each, never a secret.

A `.csv` is for a spreadsheet, anything else is a JSON object a line.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Written:
    """image: SHA-256, "" where only the file was put. cid: the card's own number, where the reader
    tells it. file: SHA-256 of the provisioning file. key: short name of the signing key."""

    at: str
    operator: str
    card: str
    shop: str
    shop_name: str
    till: int
    till_name: str
    target: str
    image: str
    file: str
    key: str
    cid: str
    took_ms: int


def append(path: Path, it: Written) -> None:
    """On the disk before the next card is begun."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists() or path.stat().st_size == 0
    line = _as_csv(it, headings=is_new) if path.suffix == ".csv" else _as_json(it)
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _as_json(it: Written) -> bytes:
    return json.dumps(asdict(it), ensure_ascii=False).encode() + b"\n"


def _as_csv(it: Written, *, headings: bool) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if headings:
        # Excel takes UTF-8 without this mark for windows-1251.
        buffer.write("\ufeff")
        writer.writerow([one.name for one in fields(it)])
    writer.writerow(asdict(it).values())
    return buffer.getvalue().encode()
