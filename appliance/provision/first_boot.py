"""`till first-boot`: what a card still lacks to be this machine's till, at each boot, before the till.

Quick when there is nothing to do: what reads a provisioning file is imported where there is one.
Whatever goes wrong is told, on the screen, by the light and on the console, and the machine goes on:
a till that can sell sells.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.provision import growing
from appliance.provision.card import (
    ENROL_FILE,
    FILE,
    FILE_BYTES_MAX,
    NEARLY,
    SIGNATURE,
    USER,
    Card,
    line_of,
    serial_of,
)
from appliance.provision.deeds import Do, Folder, Keep, Link, Name, Run, do

if TYPE_CHECKING:
    from appliance.provision.notice import Notice

log = logging.getLogger(__name__)

NAME_DIGITS = 6
ZONES = Path("/usr/share/zoneinfo")


def run(card: Card, do: Do = do) -> Notice | None:
    """What went wrong, after it was told at the machine; None when all is well."""
    notice: Notice | None = None
    with _held(card.config):
        for part in (_folders, _grow, _name, _file, _clock, _ssh):
            try:
                notice = part(card, do) or notice
            except (OSError, ValueError) as error:
                log.exception("first boot: %s", part.__name__.strip("_"))
                notice = notice or _of_the_card(error)
    if notice is not None:
        _tell(notice, card, do)
    return notice


@contextmanager
def _held(device: Path) -> Iterator[None]:
    """A partition that is open stays where it is. After growing udev reads the table anew, and takes
    each other partition away, with its links, before it gives it back."""
    try:
        held = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.close(held)


def _folders(card: Card, do: Do) -> None:
    for wanted in (
        Folder(card.id),
        Folder(card.data / "state"),
        Folder(card.till, 0o750, USER),
    ):
        if not wanted.path.is_dir():
            do(wanted)


def _grow(card: Card, do: Do) -> None:
    found = growing.find(card.data_device, card.sys)
    if found is None:
        return
    if found.tail >= growing.TAIL_SECTORS_MIN:
        said = subprocess.run(("sfdisk", "-J", found.disk), capture_output=True, check=False)
        if said.returncode == 0:
            for deed in growing.partition_deeds(found, json.loads(said.stdout)):
                do(deed)
        found = growing.find(card.data_device, card.sys) or found
    for deed in growing.file_system_deeds(found, card.id / "grown"):
        do(deed)


def _name(card: Card, do: Do) -> None:
    name = hostname(serial_of(card), line_of(card.id / "machine-id"))
    if line_of(card.etc / "hostname") != name:
        do(Keep(card.etc / "hostname", f"{name}\n".encode(), 0o644))
        do(Name(name))


def hostname(serial: str, machine: str) -> str:
    """serial: the Pi's, which its label says; machine: where there is none."""
    return f"kram-{(serial or machine or '0')[-NAME_DIGITS:].lower()}"


def _file(card: Card, do: Do) -> Notice | None:
    with _first_partition(card, do) as found:
        if not found and not card.pending.exists():
            return _misnamed(card.firmware)
        from appliance.provision import card_file

        return card_file.take(found, card, do)


def _misnamed(folder: Path) -> Notice | None:
    """kram-provision.json.txt, kram-provision (1).json: what a person's computer made of the name."""
    names = sorted(it.name for it in folder.iterdir()) if folder.is_dir() else []
    near = [it for it in names if it.lower().startswith(NEARLY)]
    if not near:
        return None
    from appliance.provision.notice import Notice
    from appliance.provision.trouble import Trouble

    return Notice(Trouble.MISNAMED, detail=near[0])


def _clock(card: Card, do: Do) -> None:
    zone = line_of(card.time_zone)
    target = ZONES / zone
    if zone and ".." not in zone and target.is_file():
        local = card.etc / "localtime"
        if not local.is_symlink() or local.readlink() != target:
            do(Link(local, str(target)))


def _ssh(card: Card, do: Do) -> None:
    """Only where a file named a key that may log in; the machine's own is made here."""
    if not (card.ssh / "authorized_keys").exists():
        return
    own = card.ssh / "ssh_host_ed25519_key"
    if not own.exists():
        do(Run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kram", "-f", str(own))))
    do(Run(("systemctl", "start", "--no-block", "ssh.service"), may_fail=True))


def _of_the_card(error: Exception) -> Notice:
    from appliance.provision.notice import Notice
    from appliance.provision.trouble import Trouble

    return Notice(Trouble.CARD, detail=str(error))


def _tell(notice: Notice, card: Card, do: Do) -> None:
    from appliance.provision.trouble import FLASHES

    with suppress(OSError):
        do(Folder(card.run))
        do(notice.deed(card.run / "notice.json"))
    unit = f"kram-blink@{FLASHES[notice.trouble]}.service"
    do(Run(("systemctl", "start", "--no-block", unit), may_fail=True))


@contextmanager
def _first_partition(card: Card, do: Do) -> Iterator[dict[str, bytes]]:
    """What lies there of the three files, while it is mounted for reading."""
    if not card.config.exists():
        yield {}
        return
    if not card.firmware.is_dir():
        do(Folder(card.firmware))
    how = ("mount", "-t", "vfat", "-o", "ro,nosuid,nodev,noexec")
    do(Run((*how, str(card.config), str(card.firmware))))
    try:
        yield _found(card.firmware)
    finally:
        do(Run(("umount", str(card.firmware)), may_fail=True))


def _found(folder: Path) -> dict[str, bytes]:
    """In the order in which they are wiped: a signature without its file is worth nothing, a file
    without its signature might be taken for one that never had any."""
    found = {}
    for name in (FILE, ENROL_FILE, SIGNATURE):
        with suppress(FileNotFoundError), (folder / name).open("rb") as file:
            found[name] = file.read(FILE_BYTES_MAX + 1)
    return found
