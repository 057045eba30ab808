"""Releases that tills may be given: published once, kept on the disk, withdrawn but never changed."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files
from appliance.fleet import audit
from appliance.fleet.store import Row, Session, Store
from appliance.fleet.updates import bundle
from appliance.fleet.updates.bundle import Bundle
from appliance.fleet.updates.trust import Trust, UpdateMistake
from appliance.malformed import Malformed
from appliance.wire import release as wire
from appliance.wire.envelope import Forged
from appliance.wire.release import Release

FOLDER = "releases"
PART = ".part"
PART_OLD_S = 3600
"""A copy that nothing was added to for so long is nobody's: `till fleet release` is a program beside the
server, and may be at one."""
_TICKET_KEY = "ticket.key"
_TICKET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Releases:
    """folder: of the fleet; bundles lie in a folder of it under their hash."""

    store: Store
    folder: Path
    trust: Trust
    now_ms: Callable[[], int]

    def publish(self, person: str, found: Bundle, statement: str, address: str = "") -> Release:
        """The bundle is copied, whole or not at all. Raises UpdateMistake, OSError."""
        release = self._judged(found, statement)
        _may_come(self.store, release)
        place = self.path(release.sha256)
        if not place.exists():
            _copy(found.path, place)
        now = self.now_ms()
        with self.store.transaction() as tx:
            _may_come(tx, release)
            tx.run(
                "INSERT INTO release (sha256, version, compatible, serial, size, min_version,"
                " notes, key, statement, expires_ms, published_ms, published_by)"
                " VALUES (:sha256, :version, :compatible, :serial, :size, :min_version, :notes,"
                " :key, :statement, :expires, :now, :person)",
                sha256=release.sha256,
                version=release.version,
                compatible=release.compatible,
                serial=release.serial,
                size=release.size,
                min_version=release.min_version,
                notes=release.notes,
                key=release.key,
                statement=statement,
                expires=release.expires_ms,
                now=now,
                person=person,
            )
            audit.write(
                tx, now, person, "release.publish", release.version, release.sha256, address
            )
        return release

    def sweep(self) -> int:
        """What a publication left half copied when it was killed, hours ago: how many there were."""
        old = time.time() - PART_OLD_S
        left = [it for it in (self.folder / FOLDER).glob(f"*{PART}") if it.stat().st_mtime < old]
        for part in left:
            part.unlink(missing_ok=True)
        return len(left)

    def all(self) -> list[Row]:
        """The newest first, each with `here`: whether this server has its bundle."""
        rows = self.store.rows("SELECT * FROM release ORDER BY serial DESC")
        return [row | {"here": self.path(row["sha256"]).exists()} for row in rows]

    def find(self, version: str) -> Row | None:
        """By its version or its hash."""
        return self.store.one(
            "SELECT * FROM release WHERE version = :it OR sha256 = :it"
            " ORDER BY serial DESC LIMIT 1",
            it=version,
        )

    def withdraw(self, person: str, sha256: str, why: str, address: str = "") -> None:
        """Nobody is given it any more. Rollouts of it are the caller's to abort."""
        now = self.now_ms()
        with self.store.transaction() as tx:
            tx.run(
                "UPDATE release SET withdrawn_ms = :now, withdrawn_by = :person, why = :why"
                " WHERE sha256 = :sha256 AND withdrawn_ms IS NULL",
                now=now,
                person=person,
                why=why[:200],
                sha256=sha256,
            )
            audit.write(tx, now, person, "release.withdraw", sha256, why, address)

    def is_good(self, row: Row) -> bool:
        """Whether it may still be handed out: its key counts, and it has not ended."""
        keys = self.trust.keys()
        if row["withdrawn_ms"] or keys is None or row["expires_ms"] <= self.now_ms():
            return False
        try:
            wire.read(row["statement"], keys)
        except (Malformed, Forged):
            return False
        return keys.expires_ms > self.now_ms()

    def path(self, sha256: str) -> Path:
        return self.folder / FOLDER / f"{sha256}.raucb"

    def address(self, sha256: str, till: str) -> str:
        """Where this till fetches it; it shows its ticket besides."""
        return f"/releases/{sha256}.raucb?till={till}"

    def ticket(self, sha256: str, till: str) -> str:
        key = self.folder / FOLDER / _TICKET_KEY
        if not key.exists():
            whole_files.create(key, os.urandom(32))
        said = f"{sha256} {till}".encode()
        return hmac.new(key.read_bytes(), said, hashlib.sha256).hexdigest()[: 2 * _TICKET_BYTES]

    def serves(self, sha256: str, till: str, ticket: str) -> Path | None:
        """The bundle for whoever shows a good ticket of a till that still belongs to the fleet."""
        if not hmac.compare_digest(self.ticket(sha256, till).encode(), ticket.encode()):
            return None
        row = self.store.one(
            "SELECT 1 AS good FROM release r JOIN till t ON t.uid = :till AND t.status = 'active'"
            " WHERE r.sha256 = :sha256 AND r.withdrawn_ms IS NULL",
            till=till,
            sha256=sha256,
        )
        path = self.path(sha256)
        return path if row is not None and path.exists() else None

    def _judged(self, found: Bundle, statement: str) -> Release:
        keys = self.trust.keys()
        if keys is None:
            raise UpdateMistake("no release key counts yet: till fleet release trust LIST")
        if keys.expires_ms <= self.now_ms():
            raise UpdateMistake("the list of release keys has ended; let the root sign a new one")
        try:
            signer = wire.signer_of(statement)
            if signer in keys.revoked:
                raise UpdateMistake(f"the key {signer} was revoked: sign with another")
            release = wire.read(statement, keys)
        except Forged:
            raise UpdateMistake(
                "the release is not signed by a key of the fleet's list: sign with one that is,"
                " or let the root vouch for this one: till fleet release certify"
            ) from None
        except Malformed as error:
            raise UpdateMistake(f"the signed release cannot be read: {error}") from None
        said = (release.version, release.compatible, release.sha256, release.size)
        same_blocks = release.manifest in ("", found.manifest)
        if said != (found.version, found.compatible, found.sha256, found.size) or not same_blocks:
            raise UpdateMistake(f"what was signed is not {found.path.name}")
        if release.expires_ms <= self.now_ms():
            raise UpdateMistake("the release has ended already")
        return release


def _may_come(session: Session, release: Release) -> None:
    _fits(session, release)
    newest = _newest(session, release.compatible)
    if newest is not None:
        _rises(release, newest)


def _fits(session: Session, release: Release) -> None:
    rows = session.rows("SELECT DISTINCT compatible FROM till_firmware WHERE compatible <> ''")
    known = sorted(row["compatible"] for row in rows)
    if known and release.compatible not in known:
        raise UpdateMistake(
            f"{release.compatible} is not what the fleet's tills are: {', '.join(known)}"
        )


def _newest(session: Session, compatible: str) -> Row | None:
    """Withdrawn ones count: a till may run one."""
    return session.one(
        "SELECT version, serial FROM release WHERE compatible = :compatible"
        " ORDER BY serial DESC LIMIT 1",
        compatible=compatible,
    )


def _rises(release: Release, newest: Row) -> None:
    if wire.numbers(release.version) <= wire.numbers(newest["version"]):
        raise UpdateMistake(
            f"{release.version} is not newer than {newest['version']}, which was published before:"
            " tills never go back"
        )
    if release.serial <= newest["serial"]:
        raise UpdateMistake(f"the serial {release.serial} was used: sign the release again")


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_suffix(PART)
    try:
        shutil.copyfile(source, part)
        if bundle.digest(part) != place.stem:
            raise UpdateMistake(f"{source.name} was changed while it was read: try again")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
