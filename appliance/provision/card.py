"""Where things lie on a till's card, and the user that the till runs as."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from appliance.board import booted
from appliance.board.files import ROOT

USER = "kram"
FILE, SIGNATURE = "kram-provision.json", "kram-provision.json.sig"
FILE_BYTES_MAX = 64 * 1024
NEARLY = ("kram-provision", "kram-enrol")
"""How names begin that a person meant for one of these."""
ENROL_FILE = "kram-enrol.toml"
"""What `till fleet tokens --out` writes: a provisioning file with nothing but a fleet."""


@dataclass(frozen=True, slots=True)
class Card:
    """firmware: where the first partition, a FAT, is mounted. config: its device. built_in: the keys
    that an image was built with. slot: left by the initramfs of a card, and of nothing else."""

    data: Path = Path("/data")
    firmware: Path = Path("/boot/firmware")
    config: Path = Path("/dev/kram/config")
    data_device: Path = Path("/dev/kram/data")
    etc: Path = Path("/etc")
    run: Path = Path("/run/kram-first-boot")
    tree: Path = ROOT / booted.TREE
    sys: Path = Path("/sys")
    built_in: Path = Path("/usr/lib/kram/provision.pub")
    slot: Path = ROOT / booted.SLOT

    @property
    def id(self) -> Path:
        """What this one machine is: readable by all, but for keys."""
        return self.data / "id"

    @property
    def till(self) -> Path:
        """The till's own folder, `/var/lib/kram`."""
        return self.data / "state" / "kram"

    @property
    def settings(self) -> Path:
        return self.till / "shop.toml"

    @property
    def network(self) -> Path:
        return self.data / "network"

    @property
    def time_zone(self) -> Path:
        return self.data / "state" / "timezone"

    @property
    def pending(self) -> Path:
        """A file that was taken and is not done with: the only copy that counts, for root alone."""
        return self.data / "provision" / "pending.json"

    @property
    def applied(self) -> Path:
        return self.data / "provision" / "applied.json"

    @property
    def keys(self) -> Path:
        """The key of the first signed file."""
        return self.id / "provision.pub"

    @property
    def ssh(self) -> Path:
        return self.id / "ssh"


def serial_of(card: Card) -> str:
    """The Pi's, as it is printed by `cat /proc/cpuinfo`; "" for another machine."""
    return line_of(card.tree / "serial-number").strip("\0").lower()


def line_of(path: Path) -> str:
    return text_of(path).strip()


def own_settings(card: Card) -> str:
    """ "" where there are none. They lie where the till may write: what it put there in their place, a
    link to what only root may read, or a pipe, is not opened for it. Raises OSError."""
    try:
        file = os.open(card.settings, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    with os.fdopen(file, encoding="utf-8-sig", errors="replace") as settings:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "no file", str(card.settings))
        return settings.read()


def text_of(path: Path) -> str:
    """ "" of a file that is not there."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except FileNotFoundError:
        return ""
