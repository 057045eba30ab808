"""Keys of releases as files: made, read, vouched for, and what they sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance import whole_files
from appliance.fleet.updates.bundle import Bundle
from appliance.fleet.updates.trust import UpdateMistake
from appliance.malformed import Malformed
from appliance.wire import release, release_keys
from appliance.wire.envelope import Forged
from appliance.wire.release import Release
from appliance.wire.release_keys import ReleaseKeys

_DAY_MS = 86_400_000


def make(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """A new key, of its owner alone, and PATH.pub beside it. Raises OSError where one stands already."""
    key = Ed25519PrivateKey.generate()
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
    if not whole_files.create(path, made):
        raise FileExistsError(17, "there is a file already", str(path))
    line = release_keys.written(release_keys.public(key)) + f"  # {path.stem}\n"
    whole_files.write(path.with_name(f"{path.name}.pub"), line.encode())
    return key


def load(path: Path, ask: Callable[[], str]) -> Ed25519PrivateKey:
    """ask: for the passphrase, when there is one. Raises UpdateMistake, OSError."""
    content = path.read_bytes()
    try:
        try:
            key = load_pem_private_key(content, None)
        except TypeError:
            key = load_pem_private_key(content, ask().encode())
    except ValueError:
        raise UpdateMistake(f"{path} is no key, or the passphrase is wrong") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UpdateMistake(f"{path} holds no Ed25519 key")
    return key


def list_of(path: Path, root: bytes) -> ReleaseKeys | None:
    """The present list, to go on from; None where there is none yet. Raises UpdateMistake."""
    if not path.exists():
        return None
    ring = {release_keys.id_of(root): Ed25519PublicKey.from_public_bytes(root)}
    try:
        return release_keys.read(path.read_text(encoding="utf-8"), ring)
    except (OSError, ValueError) as error:
        raise UpdateMistake(f"{path} is no list that this root signed: {error}") from None


def next_list(
    held: ReleaseKeys | None, added: Sequence[Path], revoked: Sequence[str], now_ms: int, days: int
) -> ReleaseKeys:
    """What was revoked once stays so. Raises UpdateMistake."""
    before = held or ReleaseKeys(0, 0, 0)
    fresh = [_public(path) for path in added]
    known = set(before.keys) | set(before.revoked) | {release_keys.id_of(it) for it in fresh}
    if strange := [id_ for id_ in revoked if id_ not in known]:
        raise UpdateMistake(f"no key is called {', '.join(strange)}")
    gone = tuple(dict.fromkeys((*before.revoked, *revoked)))
    keys = {**before.keys, **{release_keys.id_of(it): it for it in fresh}}
    left = {id_: key for id_, key in keys.items() if id_ not in gone}
    if len(left) > release_keys.KEYS_MAX:
        raise UpdateMistake(f"at most {release_keys.KEYS_MAX} keys: revoke one")
    serial = max(before.serial + 1, now_ms // 1000)
    return ReleaseKeys(serial, now_ms, now_ms + days * _DAY_MS, left, gone)


def sign(
    found: Bundle, key: Ed25519PrivateKey, min_version: str, notes: str, now_ms: int, days: int
) -> str:
    """serial: seconds, so that it rises without anybody keeping count. Raises UpdateMistake."""
    try:
        release.numbers(min_version)
        return release.signed(
            Release(
                now_ms // 1000,
                found.version,
                found.compatible,
                found.sha256,
                found.size,
                now_ms,
                now_ms + days * _DAY_MS,
                min_version,
                notes[: release.NOTES_MAX],
                manifest=found.manifest,
            ),
            key,
        )
    except (Malformed, Forged) as error:
        raise UpdateMistake(str(error)) from None


def beside(bundle: Path) -> Path:
    """Where the signed release of a bundle lies."""
    return bundle.with_name(f"{bundle.name}.release")


def _public(path: Path) -> bytes:
    try:
        (key,) = release_keys.roots_of(path.read_text(encoding="utf-8")).values()
    except (OSError, ValueError) as error:
        raise UpdateMistake(f"{path} holds no public key of a release: {error}") from None
    return key.public_bytes_raw()
