"""Which machine was measured: a figure without it says nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    processor: str
    cores: int
    memory_gb: float
    disk: str
    system: str
    python: str
    sqlite: str
    load: float
    """Mean number of running processes in the minute before; over 0 when others work here too."""


def this_machine(folder: Path) -> Machine:
    """folder: on the disk that is measured."""
    return Machine(
        processor=_field("/proc/cpuinfo", "model name") or platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gb=round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024**2, 1),
        disk=_disk(folder),
        system=f"{_system()}, Linux {platform.release()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        load=round(os.getloadavg()[0], 1),
    )


def _field(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _system() -> str:
    names = platform.freedesktop_os_release()
    return names.get("PRETTY_NAME", "Linux")


def _disk(folder: Path) -> str:
    """Where the folder lies: device, file system, and the device's model where it tells one."""
    told = subprocess.run(
        ["findmnt", "--noheadings", "--output", "SOURCE,FSTYPE", "--target", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    if len(told) < 2:
        return "unknown"
    source, kind = told[0], told[1]
    block = Path("/sys/class/block") / Path(source).name
    model = block / "device" / "model"
    rotates = block / "queue" / "rotational"
    words = [source.removeprefix("/dev/"), kind]
    if model.exists():
        words.append(model.read_text(encoding="ascii").strip())
    if Path(source).name.startswith("vd"):
        words.append("virtual (virtio)")  # such a disk does not know whether it turns
    elif rotates.exists():
        words.append("turning" if rotates.read_text(encoding="ascii").strip() == "1" else "solid")
    return ", ".join(words)
