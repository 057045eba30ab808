"""The updater: looks, lets the pure machine say what is next, has it done, and tells the till.

`till update run` is one such turn, started by a timer; whatever it was killed in, the next goes on.
It has no rights of its own: what it wants to know of the till it asks the till's socket, and what
only root may do it orders of the system helper.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.malformed import Malformed
from appliance.update import health_file, machine, offers, orders, rauc, record, reporting
from appliance.update.booted import Booted
from appliance.update.gate import FREE, Hold
from appliance.update.machine import Order, Seen
from appliance.update.offers import Judged
from appliance.update.record import Record
from appliance.update.stages import Stage, Why
from appliance.update.stick import NoUpdate, Stick, read
from appliance.wire import firmware, release_keys
from appliance.wire.envelope import KeyRing
from appliance.wire.firmware import Wanted

log = logging.getLogger(__name__)

ROOTS = Path("/usr/lib/kram/release-roots")
TURNS_MAX = 8
"""Of one run: to write, to start and to note are three; more is a machine that turns in a circle."""
INSTALL_S = rauc.INSTALL_S + 3 * rauc.QUICK_S
"""The helper looks at the slots before it and after it."""
ORDER_S = 3 * rauc.QUICK_S
"""Longer than the two questions to RAUC that an order has at most, so that its answer is heard."""
UNDER_WAY = "under_way"
"""The helper's word for an order that it is at already."""

AskTill = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Raises OSError or ValueError when no till answers."""
AskSystem = Callable[[Mapping[str, Any], float], Mapping[str, Any]]
"""An order and how long it may take. Raises NoHelper."""


class NoHelper(Exception):
    """This machine has no helper, or it did not answer."""


@dataclass(frozen=True, slots=True)
class Files:
    record: Path = record.FILE
    health: Path = health_file.FILE
    roots: Path = ROOTS
    ca: Path = orders.CA


@dataclass(frozen=True, slots=True)
class TillSays:
    """The till's answer to whether it may be updated. content: the fleet's document."""

    holds: tuple[str, ...] = (Hold.TILL,)
    wanted: Wanted = field(default_factory=Wanted)
    server: str = ""
    ca: str = ""
    devices: tuple[str, ...] = ()
    wish: str = ""
    answered: bool = False


@dataclass(slots=True)
class Updater:
    booted: Booted
    ask_till: AskTill
    ask_system: AskSystem
    files: Files = field(default_factory=Files)
    stick: Stick | None = None
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    said: TillSays = field(default_factory=TillSays)
    still_written: bool = False

    def run(self) -> Record:
        """As many steps as can be done now. What keeps it from any stands in `waits`: a machine that
        is busy, or whose card is full, is no updater that failed."""
        try:
            return self._steps()
        except NoHelper as error:
            log.warning("the system helper: %s", error)
            hold = Hold.SYSTEM
        except OSError as error:
            log.warning("nothing can be noted: %s", error)
            hold = Hold.DISK
        held = replace(record.load(self.files.record), waits=(hold,))
        self._tell(held)
        return held

    def _steps(self) -> Record:
        """Raises NoHelper; OSError when nothing can be noted."""
        for own in (self.files.record, self.files.ca):
            whole_files.sweep(own)
        held = record.load(self.files.record)
        taken = self._look_at_stick(held)
        for _ in range(TURNS_MAX):
            seen, keys = self._see(held)
            made, order = machine.step(replace(held, keys=keys), seen)
            if made != held:
                record.save(made, self.files.record)
            held = made
            self._tell(held)
            if order is Order.NOTHING:
                break
            log.info("update %s: %s", held.target and held.target.version, order)
            held = self._carried_out(held, order)
            record.save(held, self.files.record)
            if order in (Order.TRIAL, Order.BACK) or held.why or self.still_written:
                break
        self._tell(held)
        needed = self.stick is not None and held.stage in (Stage.OFFERED, Stage.INSTALLING)
        if taken and not needed:
            with contextlib.suppress(_NotDone):
                self._system({"do": "stick_off"})
        return held

    def _look_at_stick(self, held: Record) -> bool:
        """The one that somebody at the till asked for. Whether one must be let go again."""
        self.said = self._till(held)
        if self.stick is not None or self.said.wish != "stick":
            return self.stick is not None
        try:
            place = self._system({"do": "stick"})["path"]
        except _NotDone:
            self._says("stick_missing")
            return False
        try:
            self.stick = read(Path(place))
        except NoUpdate as error:
            log.warning("the stick: %s", error)
            self._says("stick_empty")
        return True

    def _see(self, held: Record) -> tuple[Seen, str]:
        self.said = self._till(held)
        slots = self._system({"do": "slots"})
        judged = self._judged(held)
        holds = self.said.holds
        if self.stick is not None and not self.said.answered:
            holds = ()  # a till that does not run sells nothing; who stands there wants it mended
        booted = self.booted
        versions = slots.get("versions") or {}
        seen = Seen(
            self.now_ms(),
            booted.boot,
            booted.version,
            booted.slot,
            str(slots.get("primary") or ""),
            {name: it for name, it in versions.items() if name != booted.slot},
            judged.target,
            judged.objection,
            holds,
            frozenset(FREE),
            health_file.load(self.files.health),
            self.said.devices,
            slots.get("manifests") or {},
        )
        return seen, judged.keys or held.keys

    def _judged(self, held: Record) -> Judged:
        running = self.booted.running(held.serial)
        roots, now_ms = self._roots(), self.now_ms()
        if self.stick is not None:
            stick = self.stick
            texts = stick.release, stick.keys, str(stick.bundle)
            found = offers.of_stick(*texts, held.keys, roots, running, now_ms)
            if found.target is not None:
                return replace(found, objection=found.objection or self._unlike(found))
            self.stick = None  # it runs already: what else is wanted goes on
        if not self.said.answered:
            return _as_before(held)
        return offers.of_fleet(
            self.said.wanted, held.keys, roots, running, now_ms, self.said.server
        )

    def _unlike(self, found: Judged) -> str:
        """A file on a stick is whole before RAUC is asked: it can be compared with what was signed."""
        if self.stick is None or found.target is None:
            return ""
        return "" if self.stick.digest == found.target.sha256 else Why.OTHER_BUNDLE

    def _roots(self) -> KeyRing:
        try:
            return release_keys.roots_of(self.files.roots.read_text("utf-8"))
        except (OSError, Malformed, ValueError) as error:
            log.warning("no root of releases: %s", error)
            return {}

    def _carried_out(self, held: Record, order: Order) -> Record:
        request: dict[str, Any] = {"do": order.value}
        if order is Order.INSTALL:
            assert held.target is not None
            request["bundle"] = held.target.source
            if not held.target.stick:
                request |= self._of_fleet()
        try:
            answer = self._system(request, INSTALL_S if order is Order.INSTALL else ORDER_S)
        except _NotDone as error:
            if order is Order.INSTALL and str(error) == UNDER_WAY:
                self.still_written = True
                return machine.writes_still(held)
            why = Why.BROKEN if order is Order.INSTALL else Why.NOT_ORDERED
            log.warning("update: %s was not done: %s", order, error)
            return machine.failed(held, order, self.now_ms(), why, str(error))
        version = (answer.get("versions") or {}).get(held.slot, "")
        manifest = (answer.get("manifests") or {}).get(held.slot, "")
        return machine.done(held, order, self.now_ms(), version=version, manifest=manifest)

    def _of_fleet(self) -> dict[str, str]:
        """What is shown at the fleet's server; its root lies where RAUC looks for it."""
        if self.said.ca:
            whole_files.write(self.files.ca, self.said.ca.encode())
        offer = self.said.wanted.offer
        return {"ticket": offer.ticket} if offer is not None and offer.ticket else {}

    def _system(self, order: Mapping[str, Any], timeout_s: float = ORDER_S) -> Mapping[str, Any]:
        answer = self.ask_system(order, timeout_s)
        if not answer.get("ok"):
            raise _NotDone(str(answer.get("why") or "the helper did not say why"))
        return answer

    def _till(self, held: Record) -> TillSays:
        stick = self.stick is not None or (held.target is not None and held.target.stick)
        try:
            told = self.ask_till({"update": {"stick": stick}})
            wanted = told["wanted"]
            return TillSays(
                tuple(map(str, told["reasons"])),
                firmware.read(wanted) if wanted else Wanted(),
                str(told["server"]),
                str(told["ca"]),
                tuple(map(str, told["devices"])),
                str(told.get("wish", "")),
                answered=True,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.info("no till answers: %s", error)
            return TillSays()

    def _tell(self, held: Record) -> None:
        told = reporting.report(held, self.booted, self.now_ms())
        self._to_till({"report": firmware.encode(told).decode()})

    def _says(self, key: str) -> None:
        self._to_till({"says": key})

    def _to_till(self, words: Mapping[str, Any]) -> None:
        try:
            self.ask_till({"update": words})
        except (OSError, ValueError) as error:
            log.info("the till was not told: %s", error)


def _as_before(held: Record) -> Judged:
    """A till that does not answer has withdrawn nothing."""
    if held.stage in (Stage.IDLE, Stage.COMMITTED):
        return Judged()
    return Judged(held.target, held.why if held.stage is Stage.REFUSED else "")


class _NotDone(NoHelper):
    """The helper answered that it did not do it."""
