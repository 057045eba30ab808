"""USB sticks with updates: bundles, and what a release desk signs about them.

The desk's root of trust is put into the guest's memory before each update, as a release's image would
have it in its files: no image is built for the proof.
"""

from __future__ import annotations

import hashlib
import subprocess
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.fleet.updates.bundle import manifest
from appliance.fleet.updates.trust import UpdateMistake
from appliance.wire import release, release_keys
from appliance.wire.release import Release
from appliance.wire.release_keys import ReleaseKeys, id_of, public
from hw_sim.needs import program

COMPATIBLE = "kram-rpi-arm64"
ROOTS = "/usr/lib/kram/release-roots"
DAY_MS = 86_400_000
STICK_SPARE, FAT32_MIN = 16 << 20, 64 << 20


def _manifest(bundle: Path) -> str:
    """Its hash; "" where there is no true bundle, which is to be refused for something else."""
    try:
        return hashlib.sha256(manifest(bundle)).hexdigest()
    except UpdateMistake:
        return ""


class Desk:
    """Whoever releases: an offline root, and the key that it vouches for."""

    def __init__(self) -> None:
        self._root, self._key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self._serial = 1
        self._now_ms = time.time_ns() // 1_000_000

    @property
    def roots(self) -> str:
        return release_keys.written(public(self._root))

    def keys(self, *, revoked: bool = False) -> str:
        """The list of keys, newer each time."""
        self._serial += 1
        ours = public(self._key)
        began, ends = self._now_ms - DAY_MS, self._now_ms + 365 * DAY_MS
        gone = (id_of(ours),) if revoked else ()
        told = ReleaseKeys(self._serial, began, ends, {id_of(ours): ours}, gone)
        return release_keys.signed(told, self._root)

    def release(self, bundle: Path, version: str) -> str:
        self._serial += 1
        told = Release(
            serial=self._serial,
            version=version,
            compatible=COMPATIBLE,
            sha256=hashlib.sha256(bundle.read_bytes()).hexdigest(),
            size=bundle.stat().st_size,
            issued_ms=self._now_ms - DAY_MS,
            expires_ms=self._now_ms + 365 * DAY_MS,
            manifest=_manifest(bundle),
        )
        return release.signed(told, self._key)

    def stick(self, image: Path, bundle: Path, version: str, *, revoked: bool = False) -> Path:
        """A FAT stick with the bundle and what is signed about it."""
        size = bundle.stat().st_size + STICK_SPARE
        formatted(image, max(size, 64 << 20))
        mtools("mcopy", "-i", image, bundle, f"::{bundle.name}")
        texts = {f"{bundle.name}.release": self.release(bundle, version)}
        texts["release-keys"] = self.keys(revoked=revoked)
        for name, text in texts.items():
            file = image.with_name(name)
            file.write_text(text, encoding="utf-8")
            mtools("mcopy", "-i", image, file, f"::{name}")
            file.unlink()
        return image


def formatted(image: Path, size: int) -> Path:
    """An empty FAT stick; FAT32 from 64 MB on."""
    blank(image, size)
    mtools("mformat", "-i", image, *(["-F"] if size >= FAT32_MIN else []), "::")
    return image


def blank(image: Path, size: int) -> Path:
    """One that nobody ever formatted."""
    with image.open("wb") as file:
        file.truncate(size)
    return image


def mtools(tool: str, *words: object) -> str:
    command = [program(tool, package="mtools"), *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
