"""Puts the checkout's own files over the root: units, users, settings; then nothing more changes."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from image import places
from image.tools import run

# Folders of systemd/ and where they go; everything else right in it is a unit, or its drop-ins.
FOLDERS = {
    "sysusers.d": "usr/lib/sysusers.d",
    "tmpfiles.d": "usr/lib/tmpfiles.d",
    "modules-load.d": "usr/lib/modules-load.d",
    "sysctl.d": "usr/lib/sysctl.d",
    "udev": "usr/lib/udev/rules.d",
    "network": "usr/lib/systemd/network",
    "presets": "usr/lib/systemd/system-preset",
}
UNITS = "usr/lib/systemd/system"
# Made by initramfs and mounts; the root itself is read-only.
MOUNT_POINTS = ("data", "ro", "boot/firmware", "var/lib/kram", "var/lib/systemd/timesync",
                "etc/systemd/network")  # fmt: skip
# Their dates are the image's: no clock starts before it.
DATES = ("usr/lib/clock-epoch", "etc/.updated", "var/.updated")
# Jobs that renew what the build has made already.
DONE_AT_BUILD = ("ldconfig.service", "systemd-hwdb-update.service", "systemd-journal-catalog-update.service",
                 "systemd-sysusers.service", "systemd-update-done.service", "systemd-firstboot.service",
                 "systemd-machine-id-commit.service")  # fmt: skip


def files(checkout: Path = places.CHECKOUT) -> Iterator[tuple[Path, str]]:
    """Each file of the overlay, and its path in the root."""
    for file in _below(checkout / "image/files"):
        yield file, str(file.relative_to(checkout / "image/files"))
    for file in _below(checkout / "systemd"):
        top, *rest = file.relative_to(checkout / "systemd").parts
        yield file, str(Path(FOLDERS[top], *rest) if top in FOLDERS else Path(UNITS, top, *rest))


def _below(folder: Path) -> list[Path]:
    """Files and links, none of them a Python's bytecode."""
    found = (file for file in sorted(folder.rglob("*")) if file.is_symlink() or file.is_file())
    return [file for file in found if "__pycache__" not in file.parts]


def put_over(root: Path) -> None:
    for file, place in files():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy(file, target, follow_symlinks=False)
        if not file.is_symlink():
            target.chmod(0o755 if os.access(file, os.X_OK) else 0o644)
    for name in MOUNT_POINTS:
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in DATES:
        (root / name).touch()
    run("systemd-sysusers", f"--root={root}")
    for unit in DONE_AT_BUILD:
        (root / "etc/systemd/system" / unit).unlink(missing_ok=True)
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    run("systemctl", f"--root={root}", "preset-all")
    _take_privileges(root)
    _lock_everyone(root)


def _take_privileges(root: Path) -> None:
    """Nobody logs in, so nothing need raise whoever starts it; systemd gives what a service needs."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib"):
        for file in (root / folder).rglob("*"):
            mode = file.lstat().st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                file.chmod(stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID))


def _lock_everyone(root: Path) -> None:
    """No password opens root, nor anyone: who may come in by ssh comes by a key."""
    shadow = root / "etc/shadow"
    rows = [line.split(":") for line in shadow.read_text().splitlines()]
    # No date of a last change either: it would be today's, and tomorrow's build another.
    shadow.write_text("".join(":".join([row[0], "!*", "", *row[3:]]) + "\n" for row in rows))
    for leftover in ("passwd-", "group-", "shadow-", "gshadow-", ".pwd.lock"):
        (root / "etc" / leftover).unlink(missing_ok=True)
