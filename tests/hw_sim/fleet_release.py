"""Releases of a simulated fleet: a root, a release key, a bundle, and a rollout that is started."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.fleet import clock
from appliance.fleet.site import Site
from appliance.fleet.updates import key_files
from appliance.fleet.updates.bundle import Bundle
from appliance.fleet.updates.plan import Gate, Wave
from appliance.fleet.updates.planning import Plan
from appliance.wire import release_keys
from appliance.wire.envelope import KeyRing
from hw_sim import fleet_bundle

QUICK = replace(Gate(), soak_ms=2_000, fall=0)
"""Nobody waits a day in a demo; its books are too young for sales to be compared."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes releases: keys that lie on no server. folder: where bundles are built."""

    site: Site
    folder: Path
    root: Ed25519PrivateKey
    key: Ed25519PrivateKey

    @classmethod
    def at(cls, site: Site, folder: Path) -> Maker:
        """The site goes by its list of keys from now on."""
        folder.mkdir(parents=True, exist_ok=True)
        root, key = (key_files.make(folder / f"{it}.pem", "") for it in ("root", "release"))
        made = cls(site, folder, root, key)
        trust = site.rollouts.releases.trust
        told = key_files.next_list(None, [folder / "release.pem.pub"], [], clock.now_ms(), 30)
        signed = release_keys.signed(told, root)
        trust.pin((folder / "root.pem.pub").read_text(), signed)
        trust.take("demo", signed)
        return made

    @property
    def roots(self) -> KeyRing:
        return release_keys.roots_of(release_keys.written(release_keys.public(self.root)))

    def publish(self, found: Bundle) -> str:
        """Its hash."""
        text = key_files.sign(found, self.key, "0.0", "", clock.now_ms(), 30)
        return self.site.rollouts.releases.publish("demo", found, text).sha256

    def roll_out(self, version: str, pilots: list[str], *shares: int, gate: Gate = QUICK) -> str:
        """A bundle that no real till could install, for simulated ones; as `start`."""
        made = fleet_bundle.bundle(fleet_bundle.write(self.folder, version), version)
        return self.start(made, pilots, *shares, gate=gate)

    def start(self, found: Bundle, pilots: list[str], *shares: int, gate: Gate = QUICK) -> str:
        """Published, its rollout started; the rollout's id. shares: in thousandths."""
        waves = (Wave(0, tuple(pilots), gate), *(Wave(it, (), gate) for it in shares))
        desk = self.site.rollouts
        id_ = desk.make("demo", self.publish(found), [""], Plan(waves, window=""))
        desk.move("demo", id_, "start")
        return id_
