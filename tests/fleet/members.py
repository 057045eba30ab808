"""Builders for tests of who belongs to a fleet: a desk with a clock of its own, tills that ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from appliance.fleet.authority import ca, enrolment, signing
from appliance.fleet.authority.joining import Desk
from appliance.fleet.public import Public
from appliance.fleet.store import Store
from appliance.telemetry import membership
from appliance.wire import enrolment as wire
from appliance.wire import seal
from appliance.wire.enrolment import Granted, Hardware, Renewal, Request

DAY_MS = 86_400_000
PI = Hardware("10000000abcdef01", "Raspberry Pi 4 Model B")


@dataclass
class Fleet:
    """desk: as the server has it. now_ms: what its clock says. alarms: what looked like fraud."""

    folder: Path
    store: Store
    now_ms: int = 1_767_225_600_000
    alarms: list[tuple[str, str]] = field(default_factory=list)
    changes: int = 0

    def __post_init__(self) -> None:
        self.authority = ca.load_or_make(self.folder / "authority", "test", _at(self.now_ms))
        signing.load_or_make(self.folder, self.now_ms)
        self.public = Public("https://fleet:8443", "kram", {"1": ["mqtts://fleet:8883"]})
        self.desk = Desk(
            self.store,
            self.authority,
            lambda: signing.load(self.folder),
            lambda: self.public,
            lambda: self.now_ms,
            lambda rule, till, _detail: self.alarms.append((rule, till)),
            self._changed,
        )

    def _changed(self) -> None:
        self.changes += 1

    def token(self, shop: str = "shop-1", days: int = 30) -> str:
        made = enrolment.tokens(self.desk, shop, 1, days, "olena")
        assert isinstance(made, list)
        return made[0].secret

    def enrolled(self, name: str = "till-1", hardware: Hardware = PI, shop: str = "shop-1"):
        """A till that joined, with its key: (granted, applicant)."""
        till = Applicant(self.folder / name / hardware.serial, name, hardware)
        granted = enrolment.ask(self.desk, till.request(token=self.token(shop)), "10.0.0.7")
        assert isinstance(granted, Granted), granted
        membership.join(till.folder, granted)
        return granted, till

    def acts(self) -> list[str]:
        return [it["act"] for it in self.store.rows("SELECT act FROM audit ORDER BY id")]


@dataclass
class Applicant:
    """A till that asks, with files in a folder."""

    folder: Path
    name: str = "till-1"
    hardware: Hardware = PI

    def __post_init__(self) -> None:
        self.key = membership.new_key(self.folder)

    def request(self, **way) -> Request:
        csr = membership.request(self.key, self.name)
        return Request(csr, self.hardware, self.name, int(self.name[-1]), "0.1.0", **way)

    def code(self, fleet: Fleet, nonce: bytes = bytes(16)) -> str:
        root = enrolment.root_fingerprint(fleet.authority)
        return wire.pairing_code(root, membership.public_der(self.key), nonce)

    def renewal(self, uid: str, hardware: Hardware | None = None) -> Renewal:
        csr = membership.request(self.key, uid)
        draft = Renewal(uid, csr, hardware or self.hardware)
        return Renewal(uid, csr, draft.hardware, seal.sign(self.key, draft.signed))


def _at(ms: int):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(ms / 1000, UTC)
