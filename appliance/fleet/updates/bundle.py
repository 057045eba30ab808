"""A RAUC bundle as the fleet reads it before it lets anybody have it: version, hardware, hash, signed.

A bundle is a file system image, a CMS signature behind it and, in the last eight bytes, the length of
that signature. RAUC itself says what is inside, where it is installed; else `release.json` beside the
bundle, which the build writes. Tills check the signature again, with the certificates they hold.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs7

from appliance.fleet.updates import cms
from appliance.fleet.updates.trust import UpdateMistake
from appliance.malformed import Malformed
from appliance.wire import release

_LENGTH_BYTES = 8
_SIGNATURE_MAX = 64 * 1024
_MAGIC = b"hsqs"
"""Of squashfs, which every bundle begins with."""
_READ = 1 << 20
_RAUC_S = 120


@dataclass(frozen=True, slots=True)
class Bundle:
    """manifest: SHA-256 of what RAUC's signature was made of, which names the hash of every block."""

    path: Path
    version: str
    compatible: str
    sha256: str
    size: int
    manifest: str


def read(path: Path, keyring: Path | None = None) -> Bundle:
    """keyring: certificates that must have signed it, PEM; without one it is only seen that somebody
    did. Raises UpdateMistake."""
    try:
        size = path.stat().st_size
        digest_of_manifest = hashlib.sha256(manifest(path)).hexdigest()
        told = _by_rauc(path, keyring) if shutil.which("rauc") else _beside(path, keyring)
        version, compatible = told
        release.numbers(version)
    except OSError as error:
        raise UpdateMistake(f"{path} cannot be read: {error.strerror or error}") from None
    except Malformed as error:
        raise UpdateMistake(f"{path.name}: {error}") from None
    if not release.COMPATIBLE.fullmatch(compatible):
        raise UpdateMistake(f"{path.name}: {compatible!r} names no hardware")
    return Bundle(path, version, compatible, digest(path), size, digest_of_manifest)


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ):
            found.update(part)
    return found.hexdigest()


def manifest(path: Path) -> bytes:
    """RAUC's, as it was signed. Raises UpdateMistake, OSError."""
    try:
        return cms.content(_signature(path, path.stat().st_size))
    except cms.NoContent:
        raise UpdateMistake(
            f"{path.name} names no hash of its blocks: build it with format=verity in its manifest"
        ) from None


def _signature(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
        file.seek(max(0, size - _LENGTH_BYTES))
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        if magic != _MAGIC or not 0 < length <= min(_SIGNATURE_MAX, size - _LENGTH_BYTES):
            raise _unsigned(path)
        file.seek(size - _LENGTH_BYTES - length)
        signature = file.read(length)
    try:
        certificates = pkcs7.load_der_pkcs7_certificates(signature)
    except ValueError:
        certificates = []
    if not certificates:
        raise _unsigned(path)
    return signature


def _unsigned(path: Path) -> UpdateMistake:
    return UpdateMistake(
        f"{path.name} is no signed RAUC bundle, or a part of one: copy it again from where it was built"
    )


def _by_rauc(path: Path, keyring: Path | None) -> tuple[str, str]:
    trust = [f"--keyring={keyring}"] if keyring else ["--no-verify"]
    command = ["rauc", "info", "--output-format=json", *trust, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_RAUC_S, check=False)
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        done, told = None, {}
    if not told:
        said = done.stderr.strip().splitlines()[-1:] if done else []
        raise UpdateMistake(f"rauc does not take {path.name}: {' '.join(said) or 'no answer'}")
    return str(told.get("version", "")), str(told.get("compatible", ""))


def _beside(path: Path, keyring: Path | None) -> tuple[str, str]:
    if keyring is not None:
        raise UpdateMistake(
            "to check the bundle's signature rauc must be installed: apt install rauc"
        )
    for beside in (path.with_name(f"{path.name}.json"), path.with_name("release.json")):
        if beside.exists():
            try:
                told = json.loads(beside.read_bytes())
                return str(told["version"]), str(told["compatible"])
            except (ValueError, KeyError, TypeError):
                raise UpdateMistake(f"{beside}: version and compatible are expected") from None
    raise UpdateMistake(
        f"nobody says what is in {path.name}: apt install rauc, or put release.json beside it"
    )
