"""Small files of /sys, /proc and /run, as text and numbers; one that cannot be read is nothing."""

from __future__ import annotations

from pathlib import Path

_SIZE_MAX = 65_536

ROOT = Path("/")
SYSTEM = Path("/sys")


def text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_SIZE_MAX).decode(errors="replace").strip("\0\n\t ")
    except OSError:
        return ""


def whole(path: Path, base: int = 10) -> int | None:
    try:
        return int(text(path).removeprefix("0x"), base)
    except ValueError:
        return None
