"""Keys, lists and releases for tests: small, with one thing changed where a test needs it."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.wire import release_keys
from appliance.wire.release import Release
from appliance.wire.release_keys import ReleaseKeys

ROOT, OTHER_ROOT, KEY, NEXT_KEY, STRANGER = (
    Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 6)
)
ROOTS = release_keys.roots_of(release_keys.written(release_keys.public(ROOT)))
NOW_MS = 1_796_000_000_000
YEAR_MS = 365 * 86_400_000


def id_of(key: Ed25519PrivateKey) -> str:
    return release_keys.id_of(release_keys.public(key))


def key_list(
    *keys: Ed25519PrivateKey, serial: int = 1, revoked: tuple[str, ...] = (), **other: int
) -> ReleaseKeys:
    public = [release_keys.public(it) for it in keys or (KEY,)]
    return ReleaseKeys(
        serial,
        other.get("issued_ms", NOW_MS),
        other.get("expires_ms", NOW_MS + YEAR_MS),
        {release_keys.id_of(it): it for it in public},
        revoked,
    )


def release(**changed: Any) -> Release:
    told: dict[str, Any] = {
        "serial": 5,
        "version": "1.4.0",
        "compatible": "kram-rpi-arm64",
        "sha256": "ab" * 32,
        "size": 104_857_600,
        "issued_ms": NOW_MS,
        "expires_ms": NOW_MS + YEAR_MS,
        "min_version": "1.2.0",
        "notes": "Faster search",
        "key": id_of(KEY),
    }
    return Release(**(told | changed))
