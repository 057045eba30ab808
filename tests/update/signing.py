"""A root, a release key and what they sign, for tests."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.wire import release, release_keys
from appliance.wire.firmware import Offer, Wanted
from appliance.wire.release import Release
from appliance.wire.release_keys import ReleaseKeys

YEAR_MS = 365 * 86_400_000
COMPATIBLE = "kram-rpi-arm64"
MANIFEST = "ad" * 32
TICKET = "0af3" * 8


class Signing:
    """now_ms: when everything is signed; it holds for a year."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self.now_ms = now_ms
        self.root = Ed25519PrivateKey.generate()
        self.key = Ed25519PrivateKey.generate()

    @property
    def roots(self) -> str:
        return release_keys.written(release_keys.public(self.root)) + "\n"

    def keys(self, serial: int = 1, *, revoked: bool = False) -> str:
        public = release_keys.public(self.key)
        id_ = release_keys.id_of(public)
        told = ReleaseKeys(
            *(serial, self.now_ms, self.now_ms + YEAR_MS, {id_: public}),
            (id_,) if revoked else (),
        )
        return release_keys.signed(told, self.root)

    def release(self, version: str = "1.1.0", serial: int = 2, **rest: object) -> str:
        told = Release(
            **{
                "serial": serial,
                "version": version,
                "compatible": COMPATIBLE,
                "sha256": "ab" * 32,
                "size": 1000,
                "manifest": MANIFEST,
                "issued_ms": self.now_ms,
                "expires_ms": self.now_ms + YEAR_MS,
                **rest,
            }  # type: ignore[arg-type]
        )
        return release.signed(told, self.key)

    def wanted(self, version: str = "1.1.0", serial: int = 2, **rest: object) -> Wanted:
        signed = self.release(version, serial, **rest)
        offer = Offer(signed, f"/releases/{serial}.raucb", "r1", ticket=TICKET)
        return Wanted(self.keys(), offer)
