"""The health check of a trial: some tests once, some again and again, until it was well long enough.

It passes or it fails; the unit that runs it starts the machine again when it fails, and the firmware
then starts the old slot. It commits nothing: its word lies in a file, which the updater reads.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.config import Settings
from appliance.core.devices import DeviceState
from appliance.journal import Journal, backup
from appliance.update import health_file, self_test
from appliance.update.booted import Booted
from appliance.update.machine import Health, Verdict
from appliance.update.record import Record
from appliance.update.stages import ON_TRIAL

log = logging.getLogger(__name__)

HEALTHY_S = 600.0
"""So long everything must be well in one go."""
GIVEN_S = 2400.0
"""Within this it must have been; a journal of years, made anew, takes some minutes of it."""
EVERY_S = 15.0
READ_ONLY = frozenset({"erofs", "squashfs"})

Check = Callable[[], Iterable[str]]
"""What is wrong, by codes (`ui.sentences.update.CHECKS`); nothing: all is well."""


class Failed(Exception):
    """It did not become well. The text is what was wrong last."""


@dataclass(slots=True)
class Watch:
    """Well for HEALTHY_S in one go, within GIVEN_S: pure, told the time."""

    began_s: float
    healthy_s: float = HEALTHY_S
    given_s: float = GIVEN_S
    well_since_s: float | None = None
    wrong: tuple[str, ...] = ()

    def told(self, now_s: float, wrong: Iterable[str]) -> Verdict:
        self.wrong = tuple(wrong)
        if self.wrong:
            self.well_since_s = None
        elif self.well_since_s is None:
            self.well_since_s = now_s
        if self.well_since_s is not None and now_s - self.well_since_s >= self.healthy_s:
            return Verdict.PASSED
        return Verdict.FAILED if now_s - self.began_s >= self.given_s else Verdict.RUNNING


@dataclass(slots=True)
class Trial:
    """One check of one trial. once: tests that are done a single time and must hold. again: tests
    that must hold all the time."""

    booted: Booted
    once: Mapping[str, Check]
    again: Mapping[str, Check]
    file: Path = health_file.FILE
    healthy_s: float = HEALTHY_S
    given_s: float = GIVEN_S
    every_s: float = EVERY_S
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    _told: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Returns when the trial is passed. Raises Failed; either way the word is on the disk."""
        whole_files.sweep(self.file)
        self._says(Verdict.RUNNING)
        watch = Watch(self.clock(), self.healthy_s, self.given_s)
        verdict, untested = Verdict.RUNNING, dict(self.once)
        while verdict is Verdict.RUNNING:
            wrong = _wrong(self.again)
            if not wrong and untested:
                # Only now, so that a till that starts has the machine for itself.
                if wrong := _wrong(untested):
                    self._fails(wrong)
                untested = {}
            verdict = watch.told(self.clock(), wrong)
            if tuple(self._told) != watch.wrong:
                self._told = list(watch.wrong)
                log.warning("the trial: %s", ", ".join(watch.wrong) or "all is well")
            if verdict is Verdict.RUNNING:
                self.wait(self.every_s)
        if verdict is Verdict.FAILED:
            self._fails(watch.wrong)
        self._says(Verdict.PASSED)

    def _fails(self, wrong: Iterable[str]) -> None:
        detail = ", ".join(wrong)
        self._says(Verdict.FAILED, detail)
        raise Failed(detail)

    def _says(self, verdict: Verdict, detail: str = "") -> None:
        word = Health(self.booted.boot, self.booted.version, verdict, detail)
        health_file.save(word, self.file)


def on_trial(record: Record, booted: Booted) -> bool:
    target = record.target
    runs = target is not None and target.version == booted.version and record.slot == booted.slot
    return record.stage in ON_TRIAL and runs


def _wrong(checks: Mapping[str, Check]) -> tuple[str, ...]:
    """A check that cannot be made is one that fails."""
    wrong: list[str] = []
    for name, check in checks.items():
        try:
            wrong += check()
        except Exception:
            log.exception("the check of %s", name)
            wrong.append(name)
    return tuple(dict.fromkeys(wrong))


# The checks themselves.


def till_and_devices(ask: Callable[[], Mapping[str, Any]], before: Iterable[str]) -> Check:
    """before: devices that worked in the old system; ask: the till's answer to {"look": true}."""

    def check() -> Iterable[str]:
        try:
            look = ask()["look"]
        except (OSError, ValueError, KeyError):
            return ["till"]
        ready = DeviceState.READY.value
        there = {it["device"] for it in look.get("devices", ()) if it.get("state") == ready}
        return [f"device {name}" for name in before if name not in there]

    return check


def data_is_written(folder: Path) -> Check:
    """Written, on the disk, and read back."""

    def check() -> Iterable[str]:
        path, text = folder / "written", os.urandom(16)
        whole_files.write(path, text)
        return [] if path.read_bytes() == text else ["data"]

    return check


def root_is_read_only(mounts: Path = Path("/proc/self/mountinfo")) -> Check:
    """The system under the overlay is of a kind that nobody can write, or mounted so: the file
    system itself, since a unit's sandbox makes every mount look read-only."""

    def check() -> Iterable[str]:
        lines = [line.split(" - ") for line in mounts.read_text("utf-8").splitlines()]
        for place, system in ((it[0].split()[4], it[1].split()) for it in lines):
            if place == "/ro":
                fixed = system[0] in READ_ONLY or "ro" in system[2].split(",")
                return [] if fixed else ["root"]
        return ["root"]

    return check


def sells(settings: Callable[[], Settings]) -> Check:
    """settings: read by the new version; a mistake in them is a till that does not start."""

    def check() -> Iterable[str]:
        with tempfile.TemporaryDirectory(prefix="kram-trial-") as folder:
            self_test.sell(settings(), Path(folder))
        return []

    return check


def journal_is_read(journal: Path, till: str, folder: Path) -> Check:
    """A copy of the journal is proven, folded and projected anew by this version, and goes on."""

    def check() -> Iterable[str]:
        scratch = Path(tempfile.mkdtemp(prefix="journal-", dir=folder))
        try:
            copy = scratch / "journal.db"
            made = backup.backup(journal, copy, at=datetime.now().astimezone())
            with Journal.open(copy, till) as opened:
                opened.rebuild()
                return [] if opened.last_seq == made.seq else ["journal"]
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    return check
