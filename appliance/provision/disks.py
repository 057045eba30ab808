"""Which disk of this machine may be written to: never one that is in use, nor a fixed one by mistake."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from appliance.provision.partitions import SECTOR


@dataclass(frozen=True, slots=True)
class Disk:
    """used: where parts of it are mounted, or what else holds it. cid: a card's own number, where a
    reader tells it. size in bytes."""

    path: Path
    size: int
    is_removable: bool
    used: tuple[str, ...]
    cid: str = ""
    model: str = ""


def is_disk(path: Path) -> bool:
    try:
        return stat.S_ISBLK(path.stat().st_mode)
    except OSError:
        return False


def look(
    path: Path,
    sys: Path = Path("/sys"),
    mounts: Path = Path("/proc/mounts"),
    swaps: Path = Path("/proc/swaps"),
) -> Disk:
    name = path.resolve().name
    place = sys / "class" / "block" / name
    here = place.resolve()
    parts = {name, *(it.parent.name for it in here.glob("*/partition"))}
    used = [
        f"{device} {where}"
        for line in _text(mounts).splitlines()
        for device, where in [line.split()[:2]]
        if Path(device).name in parts and device.startswith("/dev/")
    ]
    used += [
        f"{line.split()[0]} swap"
        for line in _text(swaps).splitlines()[1:]
        if Path(line.split()[0]).name in parts
    ]
    held = (*here.glob("holders/*"), *here.glob("*/holders/*"))
    return Disk(
        path,
        int(_text(place / "size") or 0) * SECTOR,
        # A reader that is built in says "not removable"; what is in it is an SD card all the same.
        _text(place / "removable") == "1" or _text(place / "device" / "type") == "SD",
        (*used, *(it.name for it in held)),
        _text(place / "device" / "cid"),
        _text(place / "device" / "model") or _text(place / "device" / "name"),
    )


def objection(it: Disk, size: int, *, named_twice: bool) -> str:
    """Why it is not written to; "" when it may be. size: of what shall be on it."""
    if it.used:
        return f"{it.path} is in use ({', '.join(it.used)}). Unmount it, or name another."
    if not it.is_removable and not named_twice:
        return (
            f"{it.path} ({it.model or 'a disk'}) is no card that can be taken out. If it is meant all "
            f"the same, name it a second time: --really {it.path}"
        )
    if it.size < size:
        return f"{it.path} holds {it.size // 10**6} MB, the image needs {size // 10**6} MB."
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
