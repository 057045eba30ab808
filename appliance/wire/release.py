"""What may be installed on which tills: a statement about one bundle, signed by a release key.

    {"kind":"release","serial":1767225600,"version":"1.4.0","compatible":"kram-rpi-arm64",
     "min_version":"1.2.0","sha256":"<of the bundle>","manifest":"<SHA-256 of RAUC's manifest in it>",
     "size":bytes,"issued":ms,"expires":ms,"notes":"what is new, for people"}

The bundle bears RAUC's signature besides. This one says what RAUC's does not: that it is newer
than what runs, what it may follow, and until when it may be begun with. So whoever took over the
fleet's server, or kept an old bundle, can hold a till back but cannot turn it back. A till that
streams a bundle never sees it whole; the manifest names the hash of every block, so its hash is
what binds this statement to what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.malformed import Malformed
from appliance.wire import envelope, fields
from appliance.wire.release_keys import ReleaseKeys, id_of, public

KIND = "release"
SIZE_MAX = 2 << 30
"""Bytes of a bundle; a card's two slots hold half of it each."""
NOTES_MAX = 2000
VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){1,3}")
"""Two to four numbers; a newer one compares as higher, number by number."""
COMPATIBLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Release:
    """serial: rises with each release, whatever the versions say. min_version: what must run before
    it. expires_ms: after it nobody begins to install this. key: id of the release key. manifest: ""
    in a release that was signed before there was this field."""

    serial: int
    version: str
    compatible: str
    sha256: str
    size: int
    issued_ms: int
    expires_ms: int
    min_version: str = "0.0"
    notes: str = ""
    key: str = ""
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """What a till runs now. serial: of the newest release that ever ran on it; 0 for the image's."""

    version: str
    compatible: str
    serial: int = 0


class Objection(StrEnum):
    """Why a till does not take what was offered."""

    REVOKED = "revoked"
    KEYS_EXPIRED = "keys_expired"
    EXPIRED = "expired"
    OTHER_HARDWARE = "other_hardware"
    NOT_NEWER = "not_newer"
    REPLAYED = "replayed"
    TOO_FAR = "too_far"
    """A version between must run first."""


def signed(release: Release, key: Ed25519PrivateKey) -> str:
    """The statement as it travels; `release.key` is written by the signature itself."""
    body = {
        "kind": KIND,
        "serial": release.serial,
        "version": release.version,
        "compatible": release.compatible,
        "min_version": release.min_version,
        "sha256": release.sha256,
        "size": release.size,
        "issued": release.issued_ms,
        "expires": release.expires_ms,
        "notes": release.notes,
    }
    if release.manifest:
        body["manifest"] = release.manifest
    return envelope.sealed(body, id_of(public(key)), key).decode()


def read(text: str, keys: ReleaseKeys) -> Release:
    """A release that a counting key signed. Raises Malformed or envelope.Forged."""
    body = envelope.opened(text.encode(), keys.counting, KIND)
    release = Release(
        fields.whole(body, "serial", least=1),
        fields.text(body, "version"),
        fields.text(body, "compatible"),
        fields.digest(body, "sha256").hex(),
        fields.whole(body, "size", least=1),
        fields.whole(body, "issued"),
        fields.whole(body, "expires"),
        fields.text(body, "min_version"),
        fields.text(body, "notes", "", longest=NOTES_MAX),
        signer_of(text),
        fields.digest(body, "manifest", "").hex(),
    )
    for version in (release.version, release.min_version):
        numbers(version)
    if not COMPATIBLE.fullmatch(release.compatible):
        raise Malformed("compatible: small letters, figures, points and dashes")
    if release.size > SIZE_MAX:
        raise Malformed(f"size: at most {SIZE_MAX} bytes")
    return release


def signer_of(text: str) -> str:
    """Who claims to have signed it: to tell a revoked key from a strange one, and for nothing more."""
    value = fields.parse(text.encode(), envelope.ENVELOPE_MAX)
    return fields.text(value, "key")


@lru_cache(maxsize=256)
def numbers(version: str) -> tuple[int, ...]:
    """By which versions are compared: 1.4 is 1.4.0. Raises Malformed."""
    if not VERSION.fullmatch(version):
        raise Malformed("a version is two to four numbers with points between")
    found = [int(it) for it in version.split(".")]
    return tuple(found + [0] * (4 - len(found)))


def judged(text: str, keys: ReleaseKeys, running: Running, now_ms: int) -> Release | Objection:
    """What a till may install, or why it must not. now_ms: by a clock that is trusted, or the latest
    time that is known to be over. Raises Malformed or envelope.Forged."""
    if signer_of(text) in keys.revoked:
        return Objection.REVOKED
    release = read(text, keys)
    version = numbers(running.version)
    wrong = {
        Objection.KEYS_EXPIRED: keys.expires_ms <= now_ms,
        Objection.EXPIRED: release.expires_ms <= now_ms,
        Objection.OTHER_HARDWARE: release.compatible != running.compatible,
        Objection.NOT_NEWER: numbers(release.version) <= version,
        Objection.REPLAYED: release.serial <= running.serial,
        Objection.TOO_FAR: numbers(release.min_version) > version,
    }
    return next((it for it, holds in wrong.items() if holds), release)
