"""The shop's keys for its own codes, in one file that only the till may read.

Every till of a shop needs the same file, or one would not know the other's gift cards; and a backup
without it brings back cards that nobody can use. Losing it is losing every card and coupon.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from appliance import whole_files
from appliance.codes.coupons import KEYS_MAX

FILE = "code-keys.json"
VERSION = 1
KEY_BYTES = 32
_SIZE_MAX = 65_536
_ONLY_OWNER = 0o600

_log = logging.getLogger(__name__)


class KeysError(Exception):
    """The keys cannot be used or made; its sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """pepper: for `code_hash`. coupons: every key that may have signed one; signing: the one that
    signs now."""

    pepper: bytes
    coupons: Mapping[int, bytes]
    signing: int

    def __repr__(self) -> str:
        """No log ever shows a key."""
        return f"Keys({self.fingerprint}, signing={self.signing})"

    @property
    def fingerprint(self) -> str:
        """Eight digits that tell whether two tills have the same pepper, and tell nothing else."""
        return hashlib.blake2b(self.pepper, digest_size=4, person=b"kram pepper").hexdigest()

    def rotated(self) -> Keys:
        """The same with a new signing key; the oldest goes when there are more than one symbol can
        name, and with it the coupons it signed."""
        new = (self.signing + 1) % KEYS_MAX
        coupons = {**self.coupons, new: os.urandom(KEY_BYTES)}
        return replace(self, coupons=MappingProxyType(coupons), signing=new)

    def without(self, key: int) -> Keys:
        """The same without a key that became known to others: its coupons are worth nothing now."""
        keys = self.rotated() if key == self.signing else self
        left = {at: value for at, value in keys.coupons.items() if at != key}
        return replace(keys, coupons=MappingProxyType(left))


def make() -> Keys:
    """New keys."""
    coupons = MappingProxyType({0: os.urandom(KEY_BYTES)})
    return Keys(os.urandom(KEY_BYTES), coupons, 0)


def load_or_make(folder: Path) -> Keys:
    """The keys in the data folder; made there when there are none yet."""
    path = folder / FILE
    if not path.exists():
        _create(path, make())
    return load(folder)


def load(folder: Path) -> Keys:
    """The keys in the data folder. Raises KeysError when they are missing or damaged."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            if mode & ~_ONLY_OWNER:
                os.fchmod(file.fileno(), _ONLY_OWNER)
                _log.warning("%s could be read by others (%o); now it cannot", path, mode)
            content = file.read(_SIZE_MAX + 1)
    except FileNotFoundError:
        raise KeysError(
            f"{path} is missing. Copy it from a backup or from another till of the shop: without "
            "it no gift card, voucher, badge or coupon can be read."
        ) from None
    except OSError as error:
        raise KeysError(f"{path} cannot be read: {error.strerror}.") from error
    return _parse(content, path)


def save(folder: Path, keys: Keys) -> None:
    """Keys that were rotated, in place of the old ones: the file is always whole, old or new."""
    path = folder / FILE
    try:
        whole_files.write(path, _text(keys), _ONLY_OWNER)
    except OSError as error:
        raise KeysError(f"{path} cannot be written: {error.strerror}.") from error


def _create(path: Path, keys: Keys) -> None:
    """The first file; where two start at once, the first one's keys hold."""
    try:
        whole_files.create(path, _text(keys), _ONLY_OWNER)
    except OSError as error:
        raise KeysError(f"{path} cannot be written: {error.strerror}.") from error


def _text(keys: Keys) -> bytes:
    content = {
        "version": VERSION,
        "pepper": keys.pepper.hex(),
        "coupons": {str(at): key.hex() for at, key in sorted(keys.coupons.items())},
        "signing": keys.signing,
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _parse(content: bytes, path: Path) -> Keys:
    damaged = KeysError(
        f"{path} is damaged. Put back the copy from a backup or from another till of the shop. Do "
        "not delete it: with new keys no card, voucher, badge or coupon of before can be read."
    )
    if len(content) > _SIZE_MAX:
        raise damaged
    try:
        document: Any = json.loads(content)
        version, signing = int(document["version"]), int(document["signing"])
        pepper = bytes.fromhex(document["pepper"])
        coupons = {int(at): bytes.fromhex(key) for at, key in document["coupons"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged from None
    if version > VERSION:
        raise KeysError(
            f"{path} was written by a newer version of the till (format {version}). Update this "
            "till."
        )
    lengths = {len(key) for key in (pepper, *coupons.values())}
    in_range = all(0 <= at < KEYS_MAX for at in coupons)
    if lengths != {KEY_BYTES} or not in_range or signing not in coupons:
        raise damaged
    return Keys(pepper, MappingProxyType(coupons), signing)
