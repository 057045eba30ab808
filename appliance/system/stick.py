"""A USB stick: mounted read-only for an update, or written with one file and let go at once.

systemd mounts it, without its programs, devices and owners; the helper itself cannot mount anything.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.system.machine import Machine
from appliance.system.order import Refused, Values, text

POINT, OUT = "/run/kram-stick", "/run/kram-stick-out"
SAFE = "nosuid,nodev,noexec"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
BYTES_MAX = 4_000_000_000
"""A file on FAT32 cannot be longer."""
_PIECE = 1 << 20
_in_use = threading.Lock()
_NO_STICK = Refused("no_stick", "Plug in a USB stick, then do it again.")


name = text(lambda it: NAME.fullmatch(it) is not None, "must be a plain file name")
"""One that means the same on every file system, and no folder."""


def partition(machine: Machine) -> Path:
    """The stick's file system, by the kernel: on USB, and not the disk this system runs from."""
    own = machine.path("/run/kram-disk")
    ours = own.read_text().strip().removeprefix("/dev/") if own.exists() else ""
    for folder in sorted(machine.path("/sys/class/block").glob("*")):
        if not any(part.startswith("usb") for part in folder.resolve().parts):
            continue
        if ours and folder.name.startswith(ours):
            continue
        parted = any(folder.glob(f"{folder.name}*/partition"))
        empty = (folder / "size").exists() and (folder / "size").read_text().strip() == "0"
        if not parted and not empty:
            return Path("/dev") / folder.name
    raise _NO_STICK


def mounted(machine: Machine, point: str) -> bool:
    try:
        lines = machine.path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return False
    return any(line.split(" ")[4] == point for line in lines if line.count(" ") > 4)


def take(machine: Machine) -> Values:
    """Read-only, until it is let go; one that was pulled meanwhile is mounted anew."""
    with _alone():
        _unmounted(machine, POINT)
        _mount(machine, "ro", POINT)
    return {"path": POINT}


def let_go(machine: Machine) -> Values:
    _unmounted(machine, POINT)
    return {}


def write(machine: Machine, values: Values) -> Values:
    """The file behind the descriptor, under that name; whole on the stick when this returns."""
    with _alone(), _writable(machine) as folder:
        target = folder / values["name"]
        part = folder / f"{values['name']}.part"
        try:
            part.unlink(missing_ok=True)
            # A file that is ours alone: a link that lies on the stick leads out of it.
            with part.open("xb") as file:
                _copy(values["file"], file.fileno())
                os.fsync(file.fileno())
            part.replace(target)
            size = target.lstat().st_size
        except OSError as error:
            with contextlib.suppress(OSError):  # what is pulled or locked deletes nothing either
                part.unlink(missing_ok=True)
            raise _trouble(error) from error
    return {"name": values["name"], "bytes": size}


@contextmanager
def _alone() -> Iterator[None]:
    """One order at a time has the stick: its kernel mounts it once, to be read or to be written."""
    if not _in_use.acquire(blocking=False):
        raise Refused("stick_busy", "It is in use: wait until it is done.")
    try:
        yield
    finally:
        _in_use.release()


def _unmounted(machine: Machine, point: str) -> None:
    if mounted(machine, point):
        machine.run("unmount", point)


@contextmanager
def _writable(machine: Machine) -> Iterator[Path]:
    if mounted(machine, POINT):
        raise Refused("stick_busy", "An update is read from it: wait until it is done.")
    _unmounted(machine, OUT)  # a helper that died may have left it
    _mount(machine, "rw", OUT)
    try:
        yield machine.path(OUT)
    except Refused:
        with contextlib.suppress(Refused):  # of one that was pulled nothing is left to unmount
            machine.run("unmount", OUT)
        raise
    machine.run("unmount", OUT)


def _mount(machine: Machine, how: str, point: str) -> None:
    options = f"--options={how},{SAFE}"
    node = str(partition(machine))
    try:
        machine.run("mount", "--fsck=no", options, node, point)
    except Refused as error:  # systemd's own words are in the log
        raise Refused("stick_unreadable", "Take a stick with FAT32 or exFAT on it.") from error


def _copy(source: int, target: int) -> None:
    left = BYTES_MAX
    while piece := os.read(source, min(_PIECE, left)):
        left -= len(piece)
        while piece:
            piece = piece[os.write(target, piece) :]


def _trouble(error: OSError) -> Refused:
    if error.errno in (errno.ENOSPC, errno.EFBIG):
        return Refused("stick_full", "Make room on the stick, or take another one.")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Refused("stick_read_only", "Take a stick that can be written to.")
    return Refused("stick_failed", "Pull the stick, plug it in again, or take another one.")
