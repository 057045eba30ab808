"""`till backup` on an appliance, where nobody but the root helper may mount a stick: it is handed the
files of a backup that lies on the card, and what lies on the stick then is read back and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from appliance import system

COPY_S = 3600.0
"""A journal of years onto a slow stick."""


class NotBrought(Exception):
    """The sentence says what to do."""


def bring(files: Sequence[Path]) -> list[Path]:
    """Where they lie on the stick, which may be pulled. Raises NotBrought."""
    for path in files:
        with path.open("rb") as file:
            _ordered({"do": "to_stick", "name": path.name}, file.fileno())
    place = Path(_ordered({"do": "stick"})["path"])
    found = [place / path.name for path in files]
    try:
        same = all(map(_same, files, found))
    except OSError:
        same = False
    finally:
        _ordered({"do": "stick_off"})
    if not same:
        raise NotBrought("What lies on the stick is not what was written. Take another stick.")
    return found


def _ordered(order: Mapping[str, Any], file: int | None = None) -> Mapping[str, Any]:
    try:
        answer = system.ask(order, file=file, timeout_s=COPY_S)
    except system.NoSystem as error:
        raise NotBrought(f"The system helper does not answer: {error}") from None
    if not answer.get("ok"):
        raise NotBrought(str(answer.get("remedy") or answer.get("why")))
    return answer


def _same(ours: Path, theirs: Path) -> bool:
    return _digest(ours) == _digest(theirs)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
