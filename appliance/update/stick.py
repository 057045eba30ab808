"""An update on a USB stick: in its root the bundle, what was signed about it, and the keys' list.

kram-1.4.0.raucb            the bundle
kram-1.4.0.raucb.release    the release, signed by a release key
release-keys                the list of release keys, signed by the root
"""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path

from appliance.wire import envelope

KEYS = "release-keys"
SUFFIX = ".raucb"


class NoUpdate(Exception):
    """There is none on the stick, or not one; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Stick:
    """release, keys: as they were signed. digest: SHA-256 of the bundle."""

    bundle: Path
    release: str
    keys: str
    digest: str


def read(place: Path) -> Stick:
    """The update in a folder, a stick's root, or the one file that is named. Raises NoUpdate."""
    try:
        found = [place] if place.is_file() else sorted(_bundles(place))
    except OSError as error:
        raise NoUpdate(f"{place} cannot be read ({error}): plug the stick in again.") from None
    if len(found) != 1:
        raise NoUpdate(
            f"{place} holds {len(found)} bundles (*{SUFFIX}) where one is expected: "
            f"{'leave the newest' if found else 'copy one onto it'}."
        )
    bundle = found[0]
    try:
        return Stick(
            bundle,
            _text(bundle.with_name(bundle.name + ".release")),
            _text(bundle.with_name(KEYS)),
            _digest(bundle),
        )
    except (OSError, ValueError) as error:
        raise NoUpdate(
            f"{bundle.name} is not complete on the stick ({error}): copy it again, with the files"
            " that lie beside it."
        ) from None


def _bundles(place: Path) -> list[Path]:
    """A Mac leaves ._kram-1.4.0.raucb beside what it copies; what is no file is never opened."""
    return [it for it in place.glob(f"*{SUFFIX}") if it.is_file() and not it.name.startswith(".")]


def _text(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, "there is no such file", path.name)
    with path.open(encoding="utf-8") as file:
        return file.read(envelope.ENVELOPE_MAX).strip()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
