"""Which machine this is: what a Raspberry Pi says of itself, "" elsewhere."""

from __future__ import annotations

from pathlib import Path

from appliance.wire.enrolment import Hardware

_TREE = Path("/proc/device-tree")
_SIZE_MAX = 120


def of_this_machine(tree: Path = _TREE) -> Hardware:
    return Hardware(_text(tree / "serial-number"), _text(tree / "model"))


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:_SIZE_MAX].decode(errors="replace").strip("\0\n ")
    except OSError:
        return ""
