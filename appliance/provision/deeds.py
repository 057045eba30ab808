"""What first boot does to a card, as data: decided first, then done one by one, each whole or not.

A power cut may come between any two. Whoever decides again then finds what is left to do.
"""

from __future__ import annotations

import logging
import os
import pwd
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files

log = logging.getLogger(__name__)

RUN_S = 120.0
"""For a command of the system, growing the largest card among them."""


@dataclass(frozen=True, slots=True)
class Folder:
    """owner: a user's name; "" is root, and whoever runs a test."""

    path: Path
    mode: int = 0o755
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """A file, whole and on the disk."""

    path: Path
    content: bytes
    mode: int = whole_files.ONLY_OWNER
    owner: str = ""

    def __repr__(self) -> str:
        """No log ever shows a secret."""
        return f"Keep({str(self.path)!r})"


@dataclass(frozen=True, slots=True)
class Wipe:
    """Written over where it lies, then removed: a FAT only forgets the name of what is removed."""

    path: Path


@dataclass(frozen=True, slots=True)
class Remove:
    path: Path


@dataclass(frozen=True, slots=True)
class Link:
    path: Path
    target: str


@dataclass(frozen=True, slots=True)
class Name:
    """The machine's name on its network, until it is switched off."""

    hostname: str


@dataclass(frozen=True, slots=True)
class Run:
    """may_fail: what it does is a comfort; selling needs it not."""

    argv: tuple[str, ...]
    stdin: str = ""
    may_fail: bool = False


Deed = Folder | Keep | Wipe | Remove | Link | Name | Run
Do = Callable[[Deed], None]


class DeedFailed(OSError):
    """A command of the system said no; the text says which, and its words."""


def do(deed: Deed) -> None:
    """Raises OSError."""
    match deed:
        case Folder(path, mode, owner):
            _folder(path, mode, owner)
        case Keep(path, content, mode, owner):
            whole_files.write(path, content, mode, _owner(owner))
        case Wipe(path):
            _wipe(path)
        case Remove(path):
            path.unlink(missing_ok=True)
        case Link(path, target):
            fresh = path.with_name(f".{path.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(target)
            fresh.replace(path)
        case Name(hostname):
            socket.sethostname(hostname)
        case Run():
            _run(deed)


def _folder(path: Path, mode: int, owner: str) -> None:
    """The till may write where some of them lie: a link that it left there is not followed, since
    what it leads to would become the till's."""
    path.mkdir(parents=True, exist_ok=True)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if whose := _owner(owner):
            os.fchown(folder, *whose)
        os.fchmod(folder, mode)
    finally:
        os.close(folder)


def _owner(name: str) -> whole_files.Owner | None:
    """On a desk there is no such user, and nobody else's files may be made."""
    if name and os.geteuid() == 0:
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    return None


def _wipe(path: Path) -> None:
    try:
        with path.open("r+b", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            file.write(b"\n" * size)
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _run(deed: Run) -> None:
    try:
        done = subprocess.run(
            deed.argv,
            input=deed.stdin,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
        trouble = (done.stderr or done.stdout).strip() if done.returncode else ""
        failed = done.returncode != 0
    except (OSError, subprocess.TimeoutExpired) as error:
        trouble, failed = str(error), True
    if not failed:
        return
    if not deed.may_fail:
        raise DeedFailed(f"{' '.join(deed.argv)}: {trouble}")
    log.warning("%s: %s", " ".join(deed.argv), trouble)
