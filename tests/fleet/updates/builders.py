"""A fleet whose tills can be updated: releases signed, reports and sales put where a collector would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telemetry.fleet_keys import Fleet as FleetKeys

from appliance.fleet.authority.signing import Signer
from appliance.fleet.documents import Library
from appliance.fleet.store import Insert, Store
from appliance.fleet.updates import key_files, reports
from appliance.fleet.updates.plan import Gate, Step, Wave
from appliance.fleet.updates.planning import Plan
from appliance.fleet.updates.releases import Releases
from appliance.fleet.updates.rollouts import Rollouts
from appliance.fleet.updates.trust import ROOTS, Trust
from appliance.wire import firmware, release_keys
from appliance.wire.document import DocumentName
from appliance.wire.firmware import Offer, Report, Stage
from hw_sim import fleet_bundle
from hw_sim.fleet_bundle import COMPATIBLE
from tests.wire.release_builders import KEY, ROOT, YEAR_MS, key_list

MONDAY_MS = 1_796_630_400_000
"""7 December 2026, 8:00 UTC: shops are open."""
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WEEK_MS = 7 * DAY_MS


@dataclass
class Desk:
    """A fleet's office, whose clock stands until it is told to go on."""

    store: Store
    folder: Path
    now_ms: int = MONDAY_MS
    rollouts: Rollouts = field(init=False)

    def __post_init__(self) -> None:
        fleet = FleetKeys()
        now = lambda: self.now_ms  # noqa: E731
        library = Library(self.store, lambda: Signer(fleet.key, fleet.keys), now)
        self.folder.mkdir(exist_ok=True)
        (self.folder / ROOTS).write_text(release_keys.written(release_keys.public(ROOT)))
        trust = Trust(self.store, self.folder, library, now)
        self.rollouts = Rollouts(
            self.store, library, Releases(self.store, self.folder, trust, now), now
        )
        trust.take("olena", release_keys.signed(self.keys(), ROOT))

    def keys(self, serial: int = 1, revoked: tuple[str, ...] = ()) -> release_keys.ReleaseKeys:
        return key_list(
            KEY, serial=serial, revoked=revoked,
            issued_ms=self.now_ms, expires_ms=self.now_ms + 2 * YEAR_MS,
        )  # fmt: skip

    @property
    def releases(self) -> Releases:
        return self.rollouts.releases

    def publish(self, version: str, **how: Any) -> str:
        found = fleet_bundle.bundle(fleet_bundle.write(self.folder, version), version)
        self.now_ms += 1000  # each release has a second of its own
        text = key_files.sign(found, KEY, how.get("min_version", "0.0"), "", self.now_ms, 365)
        return self.releases.publish("olena", found, text).sha256

    def tills(self, many: int, *, a_shop: int = 1, version: str = "1.3.0") -> list[str]:
        """Told of as running this version for a long time."""
        uids = [f"till-{number:03}" for number in range(many)]
        shops = [(f"shop-{number:03}", "kram") for number in range(-(-many // a_shop))]
        with self.store.transaction() as tx:
            tx.insert(Insert("shop", ("shop", "tenant"), shops))
            rows = [(uid, "kram", shops[at // a_shop][0], 1) for at, uid in enumerate(uids)]
            tx.insert(Insert("till", ("uid", "tenant", "shop", "epoch"), rows))
        for uid in uids:
            self.says(uid, Report(version, "A", Stage.IDLE, 1, 1, compatible=COMPATIBLE))
        return uids

    def says(self, till: str, report: Report) -> None:
        with self.store.transaction() as tx:
            reports.keep(tx, till, report, self.now_ms)
            tx.run("UPDATE till SET seen_ms = :now WHERE uid = :it", now=self.now_ms, it=till)

    def offers(self) -> dict[str, Offer]:
        """What each till is wanted to take right now."""
        found = {}
        for row in self.store.rows("SELECT uid FROM till ORDER BY uid"):
            content = self.rollouts.library.content(DocumentName.FIRMWARE, row["uid"])
            offer = firmware.read(content).offer if content else None
            if offer is not None:
                found[row["uid"]] = offer
        return found

    def update(self, tills: Iterable[str], version: str = "1.4.0") -> None:
        """They took it, and have proven it."""
        for till in tills:
            self.says(
                till,
                Report(version, "B", Stage.IDLE, self.now_ms, self.now_ms, compatible=COMPATIBLE),
            )

    def returns(self, till: str, rollout: str, version: str = "1.4.0") -> None:
        back = Report(
            "1.3.0", "A", Stage.RETURNED, self.now_ms, 1, compatible=COMPATIBLE, wanted=version,
            rollout=rollout, since_ms=self.now_ms, tries=3, why="unhealthy",
            detail="sale, device printer",
        )  # fmt: skip
        self.says(till, back)

    def hears(self, tills: Iterable[str]) -> None:
        """All that they sold until now is here."""
        with self.store.transaction() as tx:
            for till in tills:
                tx.run("UPDATE till SET seen_ms = :now WHERE uid = :it", now=self.now_ms, it=till)

    def sell(self, tills: Iterable[str], from_ms: int, until_ms: int, an_hour: int) -> None:
        """Evenly, whole hours."""
        rows = []
        for till in tills:
            shop = self.store.one("SELECT shop FROM till WHERE uid = :it", it=till)
            assert shop is not None
            for hour in range(from_ms, until_ms, HOUR_MS):
                for number in range(an_hour):
                    at = hour + number * HOUR_MS // max(1, an_hour)
                    day = datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
                    rows.append((till, at, shop["shop"], at, day, "completed"))
        told = [(*row, *[0] * 13, *[""] * 4) for row in rows]
        with self.store.transaction() as tx:
            for at in range(0, len(told), 500):
                tx.insert(Insert("sale", _SALE, told[at : at + 500]))

    def weeks(self, tills: Iterable[str], an_hour: int, weeks: int = 8, hours: int = 12) -> None:
        """Mondays of earlier weeks, each a little better or worse than the one before."""
        known = list(tills)
        for back in range(1, weeks + 1):
            start = self.now_ms - back * WEEK_MS
            self.sell(known, start, start + hours * HOUR_MS, an_hour + back % 3)

    def steps(self, id_: str) -> Step:
        return self.rollouts.advance(id_)

    def row(self, id_: str) -> dict[str, Any]:
        found = self.store.one("SELECT * FROM rollout WHERE id = :id", id=id_)
        assert found is not None
        return found

    def acts(self) -> list[str]:
        return [it["act"] for it in self.store.rows("SELECT act FROM audit ORDER BY id")]


_SALE = (
    *("till", "sale", "shop", "at_ms", "day", "status", "epoch", "shift", "offset_min", "lines"),
    *("total_minor", "discount_minor", "rounding_minor", "paid_minor", "change_minor"),
    *("tip_minor", "prepaid_minor", "returned_minor", "seq"),
    *("currency", "taxes", "name", "cashier"),
)


def plan(*pilots: str, **gate: Any) -> Plan:
    """Pilots, a half and all; no soak and no sales unless they are asked for."""
    quick = replace(Gate(soak_ms=0, fall=0), **gate)
    return Plan((Wave(0, pilots, quick), Wave(500, (), quick), Wave(1000, (), quick)))
