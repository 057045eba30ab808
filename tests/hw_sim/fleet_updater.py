"""The updater of a simulated till: it judges, fetches and tries as a real one does, in seconds.

What it believes is the product's own (`appliance/wire`): the list of keys by the root that its image
holds, the release by a key of that list. Fate says how its trial ends.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from appliance.wire import firmware, release, release_keys
from appliance.wire.document import Content
from appliance.wire.envelope import Forged, KeyRing
from appliance.wire.firmware import Report, Stage
from appliance.wire.release import Objection, Release, Running
from hw_sim.fleet_bundle import COMPATIBLE

PIECE = 64 * 1024


class Fate(Enum):
    """PROVES: the release runs well. RETURNS: its check fails. NEVER: its shift is never closed."""

    PROVES = "proves"
    RETURNS = "returns"
    NEVER = "never"


Fetch = Callable[[str, str], bytes]
"""The bundle at a path of the fleet's server, for a ticket; raises OSError."""


@dataclass(slots=True)
class Updater:
    """roots: of its image. step_ms: how long each stage lasts."""

    version: str
    roots: KeyRing
    fetch: Fetch
    fate: Fate = Fate.PROVES
    step_ms: int = 1000
    serial: int = 0
    fetched: int = 0
    _wanted: firmware.Wanted = field(default_factory=firmware.Wanted)
    _release: Release | None = None
    _report: Report | None = None

    def wants(self, content: Content) -> None:
        """What the fleet wants of it from now on. What it is in the middle of, it forgets."""
        self._wanted = firmware.read(content)
        self._release = None
        if self._report is not None and self._report.stage is not Stage.TRIAL:
            self._report = replace(self._report, stage=Stage.IDLE)

    def turn(self, at_ms: int) -> Report | None:
        """One step further, if it is time; what is to be told, when that is new."""
        if self._report is None:
            self._report = self._idle(at_ms)
            return self._report
        before = self._report
        if at_ms < before.since_ms + self.step_ms:
            return None
        after = self._step(before, at_ms)
        if after == before:
            return None
        self._report = replace(after, at_ms=at_ms, since_ms=at_ms)
        return self._report

    def _idle(self, at_ms: int) -> Report:
        return Report(
            self.version, "A", Stage.IDLE, at_ms, at_ms, self.serial, COMPATIBLE, since_ms=at_ms
        )

    def _step(self, now: Report, at_ms: int) -> Report:
        offer = self._wanted.offer
        if now.stage is Stage.TRIAL:
            return self._tried(now, at_ms)
        if offer is None:
            return now if now.stage in (Stage.IDLE, Stage.RETURNED) else self._idle(at_ms)
        match now.stage:
            case Stage.IDLE:
                return self._begun(replace(now, rollout=offer.rollout), offer, at_ms)
            case Stage.WAITING if self.fate is not Fate.NEVER:
                return self._brought(replace(now, reasons=()), offer)
            case Stage.FETCHING:
                return replace(now, stage=Stage.INSTALLING)
            case Stage.INSTALLING:
                return replace(now, stage=Stage.INSTALLED, reasons=("outbox",))
            case Stage.INSTALLED:
                booted = replace(now, version=now.wanted, slot="B", good_ms=0, tries=1)
                return replace(booted, stage=Stage.TRIAL, reasons=())
        return now

    def _begun(self, now: Report, offer: firmware.Offer, at_ms: int) -> Report:
        found = self._judged(offer, at_ms)
        if isinstance(found, Release):
            self._release = found
            waits = ("shift", "window")
            return replace(now, stage=Stage.WAITING, wanted=found.version, reasons=waits, why="")
        if found == Objection.NOT_NEWER:
            return now
        return replace(now, stage=Stage.REFUSED, why=found)

    def _judged(self, offer: firmware.Offer, at_ms: int) -> Release | str:
        try:
            keys = release_keys.read(self._wanted.keys, self.roots)
            running = Running(self.version, COMPATIBLE, self.serial)
            found = release.judged(offer.release, keys, running, at_ms)
        except Forged:
            return "forged"
        return found.value if isinstance(found, Objection) else found

    def _brought(self, now: Report, offer: firmware.Offer) -> Report:
        """The bundle is here, with the hash that was signed; or it is tried again."""
        assert self._release is not None
        try:
            content = self.fetch(offer.url, offer.ticket)
        except OSError as error:
            return replace(now, stage=Stage.WAITING, reasons=("server",), detail=str(error))
        if hashlib.sha256(content).hexdigest() != self._release.sha256:
            return replace(now, stage=Stage.FAILED, why="broken")
        self.fetched += len(content)
        return replace(now, stage=Stage.FETCHING, done=len(content), size=self._release.size)

    def _tried(self, now: Report, at_ms: int) -> Report:
        if self.fate is Fate.RETURNS:
            back = replace(now, version=self.version, slot="A", good_ms=at_ms, tries=3)
            return replace(back, stage=Stage.RETURNED, why="unhealthy", detail="sale")
        self.version = now.wanted
        self.serial = self._release.serial if self._release else self.serial
        return replace(now, stage=Stage.IDLE, good_ms=at_ms, serial=self.serial)


def from_server(host: str, port: int, root: str) -> Fetch:
    """Over HTTPS in pieces, as RAUC reads. root: PEM of the fleet's."""
    trust = ssl.create_default_context(cadata=root)

    def fetch(path: str, ticket: str) -> bytes:
        line = http.client.HTTPSConnection(host, port, timeout=20, context=trust)
        content = bytearray()
        try:
            while True:
                last = len(content) + PIECE - 1
                shown = {"Authorization": f"Bearer {ticket}"}
                line.request(
                    "GET", path, headers={"Range": f"bytes={len(content)}-{last}", **shown}
                )
                answer = line.getresponse()
                piece = answer.read()
                if answer.status != http.client.PARTIAL_CONTENT:
                    raise OSError(f"the server says {answer.status}")
                content += piece
                if len(content) >= int(answer.headers["Content-Range"].rpartition("/")[2]):
                    return bytes(content)
        finally:
            line.close()

    return fetch
